import { expect, test } from 'vitest';
import type { HistorySeriesJson } from '../../../src/api/contract.ts';
import { sparkPath } from './spark.tsx';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const EMPTY: HistorySeriesJson = {
  ...{ point: 'a.b', step: 10 * MINUTE, at: [], min: [], max: [], mean: [], last: [] },
  ...{ count: [], bad: [], ended: [] },
};

/** Buckets of ten minutes of the hour from 0 to 1:00. */
function path(
  values: readonly (number | null)[],
  places = values.map((_, index) => index),
  over: Partial<HistorySeriesJson> = {},
): string {
  const series: HistorySeriesJson = {
    ended: [],
    ...{ point: 'a.b', step: 10 * MINUTE, at: places.map((place) => place * 10 * MINUTE) },
    ...{ min: values, max: values, mean: values, last: values },
    count: values.map((value) => (value === null ? 0 : 1)),
    bad: values.map((value) => (value === null ? 1 : 0)),
  };
  return sparkPath({ ...series, ...over }, HOUR);
}

test('rises from the bottom to the top over the whole hour', () => {
  expect(path([0, 1, 2, 3, 4, 5])).toMatch(/^M0\.0 30\.0L48\.0 .*L240\.0 2\.0$/);
});

test('a value stands until the next one', () => {
  expect(path([0, 1], [0, 3])).toBe('M0.0 30.0L48.0 30.0L96.0 30.0L144.0 2.0L192.0 2.0L240.0 2.0');
});

test('a constant runs through the middle', () => {
  expect(path([5, 5], [4, 5])).toBe('M192.0 16.0L240.0 16.0');
});

test('what has not changed for longer than the hour runs through the middle', () => {
  const before = { at: -HOUR, value: 5 };
  expect(path([], [], { before })).toMatch(/^M0\.0 16\.0.*L240\.0 16\.0$/);
});

test('while the gateway was off nothing stands', () => {
  const series = { ...EMPTY, before: { at: -HOUR, value: 5 } };
  const off = [[-HOUR, 25 * MINUTE]] as const;
  expect(sparkPath({ ...series, off }, HOUR)).toBe('');
  const confirmed = { ...series, at: [30 * MINUTE], last: [5], mean: [5], min: [5], max: [5] };
  expect(sparkPath({ ...confirmed, count: [1], bad: [0], off }, HOUR)).toMatch(/^M144\.0 16/);
});

test('nothing is no curve', () => {
  expect([path([]), path([4], [5])]).toEqual(['', '']);
});

test('what is not known is a gap, never a line across it', () => {
  expect(path([0, null, 1, 1]).match(/M/g)).toHaveLength(2);
});
