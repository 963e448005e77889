import { expect, test } from 'vitest';
import type { Fault, Interceptor } from '../server/fault.ts';
import { plainImage } from '../server/unit-tables.ts';
import { SimTally } from './sim-tally.ts';

const REQUEST = { unitId: 3, functionCode: 3, pdu: new Uint8Array([3, 0, 0, 0, 1]), peer: '' };

test.each<[string, Fault | undefined, string]>([
  ['is answered', undefined, '1 request, 1 answer, 0 exceptions among them'],
  ['is not answered', { answer: 'none' }, '1 request, 0 answers, 0 exceptions among them'],
  [
    'is refused on purpose',
    { answer: { exception: 6 } },
    '1 request, 1 answer, 1 exception among them',
  ],
  ['is damaged', { answer: 'corrupt' }, '1 request, 1 answer, 0 exceptions among them'],
])('a request that %s', async (_, fault, expected) => {
  for (const given of [fault, Promise.resolve(fault)]) {
    const tally = new SimTally((): ReturnType<Interceptor> => given);
    expect(await tally.interceptor(REQUEST)).toBe(fault);
    expect(tally.lines()).toEqual([`unit 3: ${expected}`]);
  }
});

test('what a device refuses by itself is counted, and a hook that was there still hears of it', () => {
  const heard: number[] = [];
  const tables = plainImage(
    { holding: 1 },
    { onRefused: ({ exception }) => void heard.push(exception) },
  );
  const tally = new SimTally();
  tally.watch(tables);
  void tally.interceptor(REQUEST);
  tables.hooks.onRefused?.({ exception: 2, functionCode: 3, request: '', unitId: 3, peer: '' });
  expect(heard).toEqual([2]);
  expect(tally.lines()).toEqual(['unit 3: 1 request, 1 answer, 1 exception among them']);
});

test('units come in their order, and nobody has asked at first', () => {
  const tally = new SimTally();
  expect(tally.lines()).toEqual(['nobody has asked']);
  for (const unitId of [17, 2]) void tally.interceptor({ ...REQUEST, unitId });
  expect(tally.lines().map((line) => line.split(':')[0])).toEqual(['unit 2', 'unit 17']);
});
