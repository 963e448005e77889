import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { PointJson, SampleJson } from '../../../src/api/contract.ts';
import { outlierSign, pointSets, statisticsOf } from './matrix.ts';
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

test('the block that is weaker than the others stands out, and only that one', () => {
  const volts = [13.141, 13.128, 13.126, 13.151, 13.134, 12.46, 13.129, 13.096, 13.107, 13.118];
  const statistics = statisticsOf(volts);
  if (statistics === undefined) throw new Error('nothing to say');
  expect(volts.map((value) => outlierSign(value, statistics))).toEqual([
    0, 0, 0, 0, 0, -1, 0, 0, 0, 0,
  ]);
  expect([statistics.low, statistics.high]).toEqual([12.46, 13.151]);
});

test.each([
  ['all the same', [5, 5, 5, 5], [0, 0, 0, 0]],
  ['all the same but one', [5, 5, 5, 6], [0, 0, 0, 1]],
] as const)('%s', (_, values, signs) => {
  const statistics = statisticsOf(values);
  expect(values.map((value) => statistics && outlierSign(value, statistics))).toEqual(signs);
});

test('of two values nobody can say which one is odd', () => {
  expect(statisticsOf([1, 2])).toBeUndefined();
});
