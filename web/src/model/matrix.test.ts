import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { PointJson, SampleJson } from '../../../src/api/contract.ts';
import { greysOf, judgementOf, marksOf, pointSets, stepTo, type PointSet } from './matrix.ts';
import type { PointView } from './site.ts';

function view(name: string): PointView {
  const point = { device: 'bms', name, type: 'u16', address: 'hr:1' } as PointJson;
  return { id: `bms.${name}`, point, sample: signal({} as SampleJson), freshAt: 0 };
}

test('points that differ in one number are a set, in the order of the number', () => {
  const names = ['block_10_v', 'block_2_v', 'block_1_v', 'block_11_v', 'soc', 'alarm_1'];
  expect(pointSets(names.map(view))).toMatchObject([
    {
      name: 'block_{n}_v',
      views: names
        .slice(0, 4)
        .sort(byNumber)
        .map((name) => ({ point: { name } })),
    },
  ]);
});

function byNumber(a: string, b: string): number {
  return parseInt(a.slice(6), 10) - parseInt(b.slice(6), 10);
}

const set = (values: readonly number[], decimals = 3): PointSet => ({
  name: 'block_{n}_v',
  views: values.map((value, index) => {
    const blank = view(`block_${index}_v`);
    const sample = { value, quality: 'good' } as SampleJson;
    return { ...blank, point: { ...blank.point, decimals }, sample: signal(sample) };
  }),
});

// The same values are marked in the same way by the terminal page.
test.each<[string, readonly number[], number, readonly string[]]>([
  [
    'the weak block far below, the next one apart',
    [13.141, 13.128, 13.126, 13.151, 13.134, 12.46, 13.129, 12.95, 13.107, 13.118],
    ...([3, ['', '', '', '', '', '▼', '', '[]', '', '']] as const),
  ],
  ['all the same', [5, 5, 5, 5], 0, ['', '', '', '']],
  ['one step from all the others', [5, 5, 5, 6], 0, ['', '', '', '']],
  ['far above where all the others are the same', [5, 5, 5, 99], 0, ['', '', '', '▲']],
])('%s', (_, values, decimals, marks) => {
  const judgement = judgementOf(set(values, decimals));
  if (judgement === undefined) throw new Error('nothing to say');
  expect(values.map((value) => marksOf(value, judgement).join(''))).toEqual(marks);
});

test('of three values nobody can say which one is odd', () => {
  expect(judgementOf(set([1, 2, 99]))).toBeUndefined();
});

test('greys go from the lowest to the highest of what does not stand out', () => {
  const cells = set([12.46, 13.1, 13.11, 13.12, 13.13, 13.14]);
  const judgement = judgementOf(cells);
  const grey = greysOf(cells, judgement!);
  expect([13.1, 13.12, 13.14].map(grey)).toEqual([0, 2, 4]);
  const even = set([5, 5, 5, 5]);
  expect(greysOf(even, judgementOf(even)!)(5)).toBe(2);
});

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 9, undefined],
  ['ArrowLeft', 0, undefined],
  ['ArrowDown', 2, 6],
  ['ArrowDown', 7, undefined],
  ['ArrowUp', 6, 2],
  ['Home', 6, 0],
  ['End', 6, 9],
  ['x', 6, undefined],
])('%s from cell %i of ten in rows of four leads to %s', (key, from, to) => {
  expect(stepTo(key, from, 10, 4)).toBe(to);
});
