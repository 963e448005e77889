import { expect, test } from 'vitest';
import type { HistorySeriesJson } from '../../../src/api/contract.ts';
import { axesOf, gridCsv, gridOf } from './pens.ts';

function series(buckets: readonly (readonly [number, number | null])[]): HistorySeriesJson {
  const values = buckets.map(([, value]) => value);
  return {
    ...{ point: 'furnace.pv', unit: '°C', step: 1_000, at: buckets.map(([at]) => at) },
    ...{ min: values, max: values, mean: values, last: values },
    ...{ count: values.map(() => 1), bad: values.map((value) => (value === null ? 1 : 0)) },
  };
}

const always = (): number => Infinity;

test.each([
  [
    'a value stands until the next one',
    [
      [0, 1],
      [3_000, 2],
    ],
    [1, 1, 1, 2, 2],
  ],
  [
    'what is not known is a gap',
    [
      [0, 1],
      [2_000, null],
      [4_000, 3],
    ],
    [1, 1, null, null, 3],
  ],
  ['before the first value nothing is known', [[2_000, 5]], [null, null, 5, 5, 5]],
  ['nothing is nothing', [], [null, null, null, null, null]],
] as const)('%s', (_, buckets, expected) => {
  expect(gridOf([series(buckets)], 0, 5_000, always).pens[0]?.mean).toEqual(expected);
});

test('a value stands no longer than somebody could know', () => {
  const grid = gridOf([series([[0, 1]])], 0, 5_000, () => 2_500);
  expect(grid.pens[0]?.mean).toEqual([1, 1, 1, null, null]);
});

test('series of different steps share the coarser grid', () => {
  const coarse = { ...series([[0, 7]]), step: 2_000 };
  const grid = gridOf(
    [
      series([
        [0, 1],
        [1_000, 2],
        [2_000, 3],
      ]),
      coarse,
    ],
    0,
    4_000,
    always,
  );
  expect(grid.at).toEqual([0, 2]);
  expect(grid.pens.map(({ mean }) => mean)).toEqual([
    [2, 3],
    [7, 7],
  ]);
});

test('two units have an axis each, and no more', () => {
  const units = ['°C', '%', '°C', 'V'].map((unit) => ({ unit }));
  expect(axesOf(units)).toEqual(['°C', '%']);
});

test('a table has an empty field where nothing is known', () => {
  const grid = gridOf([series([[1_000, 2.5]])], 0, 2_000, always);
  expect(gridCsv(grid)).toBe(
    'time,furnace.pv (°C)\r\n1970-01-01T00:00:00.000Z,\r\n1970-01-01T00:00:01.000Z,2.5\r\n',
  );
});
