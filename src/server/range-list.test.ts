import { expect, test } from 'vitest';
import { indexOfRange, joinRanges } from './range-list.ts';

test.each([
  [
    'sorts',
    [
      [8, 1],
      [0, 2],
    ],
    [
      [0, 2],
      [8, 1],
    ],
  ],
  [
    'joins what touches',
    [
      [0, 2],
      [2, 3],
    ],
    [[0, 5]],
  ],
  [
    'joins what overlaps',
    [
      [0, 10],
      [3, 2],
      [9, 4],
    ],
    [[0, 13]],
  ],
  [
    'keeps a gap of one',
    [
      [0, 2],
      [3, 1],
    ],
    [
      [0, 2],
      [3, 1],
    ],
  ],
  ['takes a whole table', [[0, 65536]], [[0, 65536]]],
])('%s', (_, ranges, joined) => {
  const toRange = ([start = 0, count = 0]: number[]) => ({ start, count });
  expect(joinRanges(ranges.map(toRange))).toEqual(joined.map(toRange));
});

test.each([
  [-1, 1],
  [0, 0],
  [1, 65536],
  [0.5, 1],
])('refuses %d with %d as a range of a table', (start, count) => {
  expect(() => joinRanges([{ start, count }])).toThrow('is no range within 0..65535');
});

test.each([
  ['the first address', 10, 1, 0],
  ['a whole range', 10, 5, 0],
  ['the last address', 14, 1, 0],
  ['one beyond the end', 14, 2, -1],
  ['one before the start', 9, 2, -1],
  ['a gap', 15, 1, -1],
  ['the second range', 20, 2, 1],
  ['across the gap', 14, 7, -1],
])('finds %s', (_, start, count, index) => {
  const ranges = [
    { start: 10, count: 5 },
    { start: 20, count: 5 },
  ];
  expect(indexOfRange(ranges, start, count)).toBe(index);
});
