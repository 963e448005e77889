import { describe, expect, test } from 'vitest';
import { bitCells, cellsOf, rowsOf, type ByteOrder, type Kind } from './cells.ts';

describe('a cell shows', () => {
  const rows: [Kind, ByteOrder, number[], string[]][] = [
    ['hex', 'ABCD', [0x2ee], ['02EE']],
    ['u16', 'ABCD', [0xfffe], ['65534']],
    ['i16', 'ABCD', [0xfffe], ['-2']],
    ['i16', 'BADC', [0xfeff], ['-2']],
    ['u32', 'ABCD', [1, 2], ['65538']],
    ['u32', 'CDAB', [1, 2], ['131073']],
    ['i32', 'ABCD', [0xffff, 0xfffe], ['-2']],
    ['f32', 'ABCD', [0x4247, 0xeb85], ['49.98']],
    ['f32', 'CDAB', [0xeb85, 0x4247], ['49.98']],
    ['f32', 'ABCD', [0x7fc0, 0], ['NaN']],
    ['f32', 'ABCD', [0x0000, 0x0001], ['1.401e-45']],
    ['f32', 'ABCD', [0, 0], ['0']],
    ['bits', 'ABCD', [0x8001], ['1000000000000001']],
    ['text', 'ABCD', [0x4869, 0x0021], ['Hi', '·!']],
    ['f32', 'ABCD', [0x4247, 0xeb85, 7], ['49.98', '0007']],
  ];
  test.each(rows)('%s %s of %o as %o', (kind, order, words, texts) => {
    expect(cellsOf(words, 100, kind, order).map(({ text }) => text)).toEqual(texts);
  });
});

test('cells of two registers say where they begin and how wide they are', () => {
  expect(cellsOf([1, 2, 3], 100, 'u32', 'ABCD')).toMatchObject([
    { start: 100, width: 2 },
    { start: 102, width: 1 },
  ]);
});

test('rows begin with the first register that was asked for', () => {
  const words = Array.from({ length: 12 }, (_, at) => at);
  const rows = rowsOf(cellsOf(words, 103, 'u16', 'ABCD'), 103, 10);
  expect(rows.map(({ start, cells }) => [start, cells.length])).toEqual([
    [103, 10],
    [113, 2],
  ]);
  const wide = rowsOf(cellsOf(words, 103, 'u32', 'ABCD'), 103, 4);
  expect(wide.map(({ cells }) => cells.length)).toEqual([2, 2, 2]);
});

test('bits are cells of their own', () => {
  expect(bitCells([1, 0], 5).map(({ start, text }) => [start, text])).toEqual([
    [5, '1'],
    [6, '0'],
  ]);
});
