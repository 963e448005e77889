import { describe, expect, test } from 'vitest';
import { MAX_RUNS, Runs } from './runs.ts';

const SECOND = 1_000_000;

/** Two former runs, 10 to 20 s and 30 to 40 s, and one that began at 50 s and was seen at 60 s. */
function threeRuns(): Runs {
  const runs = new Runs(50 * SECOND);
  runs.restore([
    { begin: 30 * SECOND, until: 40 * SECOND },
    { begin: 10 * SECOND, until: 20 * SECOND },
  ]);
  runs.live(0, 60 * SECOND);
  return runs;
}

test.each([
  [5, undefined],
  [10, 10],
  [20, 10],
  [25, undefined],
  [35, 30],
  [50, 50],
  [900, 50],
])('at second %d the run that goes on began at %s', (second, begin) => {
  const found = threeRuns().beginOf(second * SECOND);
  expect(found).toBe(begin === undefined ? undefined : begin * SECOND);
});

test.each([
  [[12, 18], []],
  [[15, 35], [[20, 30]]],
  [
    [0, 100],
    [
      [0, 10],
      [20, 30],
      [40, 50],
    ],
  ],
  [[22, 28], [[22, 28]]],
  [[55, 1000], []],
])('from %j it was off in %j', (range, off) => {
  const [from = 0, to = 0] = range;
  const found = threeRuns().offBetween(from * SECOND, to * SECOND);
  expect(found.map((one) => one.map((time) => time / SECOND))).toEqual(off);
});

describe('a run ends and another begins', () => {
  test.each([
    ['when the calendar is set forward', 3_600 * SECOND, true],
    ['when the calendar is set back', -3_600 * SECOND, true],
    ['not for a calendar that is slewed', 5 * SECOND, false],
    ['not for an hour that passes', 0, false],
  ])('%s', (_, stepped, isCut) => {
    const runs = new Runs(0);
    runs.live(1_000, 7_200 * SECOND);
    const passedMs = 3_600_000;
    const wall = 7_200 * SECOND + passedMs * 1_000 + stepped;
    expect(runs.live(1_000 + passedMs, wall)).toBe(isCut);
    expect(runs.current.begin).toBe(isCut ? wall - passedMs * 1_000 : 0);
  });

  test('when the calendar is set back, and what it passes a second time is not off', () => {
    const runs = new Runs(1_000 * SECOND, { now: 0, wall: 1_000 * SECOND });
    runs.live(10_000, 1_010 * SECOND);
    runs.live(20_000, 520 * SECOND);
    expect(runs.offBetween(515 * SECOND, 1_500 * SECOND)).toEqual([]);
    expect(runs.offBetween(500 * SECOND, 600 * SECOND)).toEqual([[500 * SECOND, 510 * SECOND]]);
  });

  test('when something was lost', () => {
    const runs = threeRuns();
    runs.cut(70 * SECOND);
    expect(runs.offBetween(50 * SECOND, 80 * SECOND)).toEqual([[60 * SECOND, 70 * SECOND]]);
  });
});

test('no more of them are remembered than there is room for', () => {
  const runs = new Runs(5_000);
  runs.restore(Array.from({ length: 3_000 }, (_, n) => ({ begin: n, until: n })));
  expect(runs.beginOf(3_000 - MAX_RUNS - 1)).toBeUndefined();
  expect(runs.beginOf(2_999)).toBe(2_999);
});
