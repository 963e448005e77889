import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tick, type Job } from './schedule.ts';

function job(over: Partial<Job> = {}): Job {
  return { periodMs: 1000, dueAt: 0, running: false, skipped: 0, ...over };
}

test.each([
  ['is due', { dueAt: 0 }, 0, { starts: true, dueAt: 1000, skipped: 0 }],
  ['is not due yet', { dueAt: 500 }, 499, { starts: false, dueAt: 500, skipped: 0 }],
  ['is looked at late', { dueAt: 0 }, 2500, { starts: true, dueAt: 3000, skipped: 2 }],
  ['still runs', { dueAt: 0, running: true }, 0, { starts: false, dueAt: 1000, skipped: 1 }],
  ['still runs, long since', { running: true }, 2500, { starts: false, dueAt: 3000, skipped: 3 }],
])('a job that %s', (_, over, now, { starts, dueAt, skipped }) => {
  const one = job(over);
  const { start, wakeAt } = tick([one], now);
  expect([start.includes(one), one.dueAt, one.skipped, wakeAt]).toEqual([
    starts,
    dueAt,
    skipped,
    dueAt,
  ]);
});

test('a job starts at most once per slot of its grid, and every slot is started or counted', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), steps, (periodMs, waits) => {
      const one = job({ periodMs });
      let [now, started] = [0, 0];
      for (const wait of waits) {
        now += wait;
        started += tick([one], now).start.length;
      }
      expect(one.dueAt % periodMs).toBe(0);
      expect(one.dueAt).toBeGreaterThan(now);
      expect(started + one.skipped).toBe(Math.floor(now / periodMs) + 1);
    }),
    { seed: 7, numRuns: 300 },
  );
});
