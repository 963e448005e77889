import { expect, test } from 'vitest';
import type { HistoryJson, HistorySeriesJson } from '../../../src/api/contract.ts';
import { gridCsv, gridOf, panesOf, stretches } from './pens.ts';

type Buckets = readonly (readonly [number, number | null])[];

function series(buckets: Buckets, over: Partial<HistorySeriesJson> = {}): HistorySeriesJson {
  const values = buckets.map(([, value]) => value);
  return {
    ...{ point: 'furnace.pv', unit: '°C', step: 1_000, at: buckets.map(([at]) => at) },
    ...{ min: values, max: values, mean: values, last: values },
    count: values.map((value) => (value === null ? 0 : 1)),
    bad: values.map((value) => (value === null ? 1 : 0)),
    ended: [],
    ...over,
  };
}

/** Five seconds of one series. */
function five(one: HistorySeriesJson, off: HistoryJson['off'] = []) {
  return gridOf({ from: 0, to: 5_000, off, series: [one] });
}

const before = { at: -60_000, value: 7 };

test.each<[string, HistorySeriesJson, HistoryJson['off'], (number | null)[]]>([
  [
    'a value stands until the next one',
    series([
      [0, 1],
      [3_000, 2],
    ]),
    [],
    [1, 1, 1, 2, 2],
  ],
  [
    'what is not known is a gap',
    series([
      [0, 1],
      [2_000, null],
      [4_000, 3],
    ]),
    [],
    [1, 1, null, null, 3],
  ],
  [
    'a value whose end was in its own bucket does not stand',
    series([[1_000, 1]], { ended: [0], bad: [1] }),
    [],
    [null, 1, null, null, null],
  ],
  ['before the first value nothing is known', series([[2_000, 5]]), [], [null, null, 5, 5, 5]],
  [
    'what stood before the range stands in it',
    series([[2_000, 5]], { before }),
    [],
    [7, 7, 5, 5, 5],
  ],
  ['a constant is drawn', series([], { before }), [], [7, 7, 7, 7, 7]],
  [
    'what was not known before the range is a gap',
    series([[2_000, 5]], { before: { ...before, value: null } }),
    [],
    [null, null, 5, 5, 5],
  ],
  ['nothing is nothing', series([]), [], [null, null, null, null, null]],
  [
    'nothing stands while the gateway was off',
    series([[0, 1]]),
    [[1_200, 2_800]],
    [1, null, null, null, null],
  ],
  [
    'nor over a moment in which it was off',
    series([], { before }),
    [[2_100, 2_200]],
    [7, 7, null, null, null],
  ],
  [
    'what is confirmed after it was off stands from there',
    series([
      [0, 1],
      [3_000, 1],
    ]),
    [[1_200, 2_800]],
    [1, null, null, 1, 1],
  ],
  [
    'what is confirmed in the place in which it came back stands as well',
    series([
      [0, 1],
      [2_000, 1],
    ]),
    [[1_200, 2_300]],
    [1, null, 1, 1, 1],
  ],
  [
    'what changed in the place in which it went off does not',
    series([[1_000, 1]]),
    [[1_200, 3_300]],
    [null, 1, null, null, null],
  ],
])('%s', (_, one, off, expected) => {
  expect(five(one, off).pens[0]?.mean).toEqual(expected);
});

test('where a value is known to be bad is not where nothing is known', () => {
  const [pen] = five(
    series([
      [1_000, null],
      [3_000, 2],
    ]),
  ).pens;
  expect(pen?.bad).toEqual([false, true, true, false, false]);
});

test('series of different steps share the coarser grid', () => {
  const fine = series([
    [0, 1],
    [1_000, 2],
    [2_000, 3],
  ]);
  const grid = gridOf({
    ...{ from: 0, to: 4_000, off: [] },
    series: [fine, { ...series([[0, 7]]), step: 2_000 }],
  });
  expect(grid.at).toEqual([0, 2]);
  expect(grid.pens.map(({ mean }) => mean)).toEqual([
    [2, 3],
    [7, 7],
  ]);
});

test.each([
  ['together', [], []],
  ['together', ['°C', '%', '°C'], [[0, 1, 2]]],
  ['together', ['°C', '%', 'V', '°C'], [[0, 1, 3], [2]]],
  ['apart', ['°C', '%', '°C'], [[0, 2], [1]]],
] as const)('%s, %j are drawn as %j', (layout, units, places) => {
  const panes = panesOf(
    units.map((unit) => ({ unit })),
    layout,
  );
  expect(panes.map((pane) => pane.places)).toEqual(places);
  for (const pane of panes) expect(pane.units.length).toBeLessThanOrEqual(2);
});

test('stretches are from the first to the last place of each', () => {
  expect(stretches([true, false, true, true, false])).toEqual([
    [0, 0],
    [2, 3],
  ]);
});

test('a table has an empty field where nothing is known', () => {
  const grid = gridOf({ from: 0, to: 2_000, off: [], series: [series([[1_000, 2.5]])] });
  expect(gridCsv(grid, new Set())).toBe(
    'time,furnace.pv (°C)\r\n1970-01-01T00:00:00.000Z,\r\n1970-01-01T00:00:01.000Z,2.5\r\n',
  );
});
