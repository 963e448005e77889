import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with one line that any tool can read: `123 passed, 0 failed, 2 skipped`. Before it stands which
 * tests passed at their second try only.
 */
export default class PlainClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.diagnostic()?.flaky !== true) continue;
        process.stdout.write(`\npassed at the second try: ${test.fullName}\n`);
      }
    }
    process.stdout.write(
      `\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`,
    );
  }
}
