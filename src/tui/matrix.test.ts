import { describe, expect, test } from 'vitest';
import type { PointJson } from '../api/contract.ts';
import { matricesOf } from './matrix.ts';

function points(names: readonly string[], over: Partial<PointJson> = {}): readonly PointJson[] {
  return names.map((name) => ({
    ...{ device: 'd', name, address: 'hr:0', type: 'u16', kind: 'gauge', everyMs: 1_000 },
    ...over,
  }));
}

const numbered = (pattern: string, numbers: readonly number[]): readonly string[] =>
  numbers.map((number) => pattern.replace('#', String(number)));

describe('sets of alike points', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['one number', numbered('cell_#_v', [3, 1, 2, 4]), ['cell_#_v 1,2,3,4']],
    ['too few', numbered('cell_#_v', [1, 2, 3]), []],
    [
      'two numbers: the one that makes the larger set',
      numbered('l1_cell_#', [1, 2, 3, 4, 5]),
      ['l1_cell_# 1,2,3,4,5'],
    ],
    [
      'two sets',
      [...numbered('v#', [1, 2, 3, 4]), ...numbered('t#', [1, 2, 3, 4]), 'other'],
      ['v# 1,2,3,4', 't# 1,2,3,4'],
    ],
    ['no number', ['a', 'b', 'c', 'd'], []],
  ])('%s', (_, names, sets) => {
    const found = matricesOf(points(names));
    expect(
      found.map(({ name, cells }) => `${name} ${cells.map(({ number }) => number).join()}`),
    ).toEqual(sets);
  });

  test('flags and texts have no median', () => {
    const names = numbered('error_#', [1, 2, 3, 4]);
    expect(matricesOf(points(names, { type: 'bool' }))).toEqual([]);
    expect(matricesOf(points(names, { kind: 'text' }))).toEqual([]);
  });

  test.each([
    ['Monoblock 1 voltage', 'Monoblock voltage'],
    [undefined, 'Cell v'],
    ['Voltage', 'Cell v'],
  ])('labelled %s, it is titled %s', (label, title) => {
    const [set] = matricesOf(
      points(numbered('cell_#_v', [1, 2, 3, 4]), label === undefined ? {} : { label }),
    );
    expect(set?.title).toBe(title);
  });
});
