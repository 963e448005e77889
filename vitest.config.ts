import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    // Real sockets and child processes: a hung peer must fail a test, not the run.
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // What arrives with a heartbeat of a second must not fail a busy machine.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // Two cores are typical; more workers only make real-time tests late.
    maxWorkers: 2,
    reporters: ['default', './test/support/plain-closing-line.ts'],
  },
});
