import { expect, test } from 'vitest';
import { sparkPath } from './spark.tsx';

const MINUTE = 60_000;

function path(values: readonly (number | null)[], gapAt = Infinity): string {
  const at = values.map((_, index) => (index + (index >= gapAt ? 30 : 0)) * MINUTE);
  return sparkPath({ at, mean: values, step: MINUTE });
}

test('rises from the bottom to the top', () => {
  expect(path([0, 1])).toBe('M236.0 30.0L240.0 2.0');
});

test('a constant runs through the middle', () => {
  expect(path([5, 5])).toBe('M236.0 16.0L240.0 16.0');
});

test('one value, or none, is no curve', () => {
  expect([path([]), path([4]), path([null, 4])]).toEqual(['', '', '']);
});

test('time without values is a gap, never a line across it', () => {
  expect(path([0, 1, 0, 1], 2).match(/M/g)).toHaveLength(2);
});
