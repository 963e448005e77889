import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { PointJson, SampleJson } from '../../../src/api/contract.ts';
import { judgementOf, marksOf, pointSets, type PointSet } from './matrix.ts';
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
