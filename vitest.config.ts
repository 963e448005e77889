import { defineConfig } from 'vitest/config';

const PARTS = ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'];
const WHOLE = 'test/integration/**/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'parts', include: PARTS, exclude: [WHOLE] } },
      // Real programs and browsers share the machine with others and may be late once. What was is named at
      // the end of the run; what fails twice is wrong.
      { extends: true, test: { name: 'whole', include: [WHOLE], retry: 1 } },
    ],
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
