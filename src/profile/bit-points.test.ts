import { expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { decodePoint } from './decode.ts';
import { formatAddress } from './format.ts';
import { parsePoints } from './points.ts';
import { planReads } from './read-plan.ts';

test('a bit that is said in braces is a point, and takes no request of its own', () => {
  const { points, issues } = parsePoints({
    status: {
      at: 'hr:75 bits16',
      category: 'c',
      bits: { 4: 'manual', 5: { name: 'sensor_break', label: 'Sensor broken', doc: 'Look' } },
    },
  });
  expect(issues).toEqual([]);
  expect(points[0]!.bits).toEqual(
    new Map([
      [4, 'manual'],
      [5, 'sensor_break'],
    ]),
  );
  expect(points.slice(1)).toMatchObject([
    {
      ...{ name: 'sensor_break', label: 'Sensor broken', doc: 'Look', category: 'c' },
      ...{ table: 'holding', address: 75, bit: 5, type: 'bool', kind: 'state', access: 'ro' },
    },
  ]);
  const plan = { strategy: 'auto', registers: 125, bits: 2000, gap: 0 } as const;
  expect(planReads(points, plan)).toHaveLength(1);
});

// 0x80010002 has the bits 31, 16 and 1; the row says how the order lays its bytes.
test.each([
  ['ABCD', [0x8001, 0x0002]],
  ['CDAB', [0x0002, 0x8001]],
  ['BADC', [0x0180, 0x0200]],
  ['DCBA', [0x0200, 0x0180]],
])('the bits of bits32@%s are found in their words', (order, words) => {
  const bits = Object.fromEntries([0, 1, 15, 16, 31].map((bit) => [bit, { name: `b${bit}` }]));
  const { points } = parsePoints({ s: { at: `hr:0 bits32@${order}`, bits } });
  const isSet = points.slice(1).map((point) => {
    const view = new DataView(new ArrayBuffer(2));
    view.setUint16(0, words[point.address] ?? 0);
    return [point.name, decodePoint(point, view)];
  });
  expect(Object.fromEntries(isSet)).toEqual({
    b0: false,
    b1: true,
    b15: false,
    b16: true,
    b31: true,
  });
});

test('the bits of repeated points are repeated with them', () => {
  const { points, issues } = parsePoints({
    's_{n}': {
      at: 'hr:0 bits16',
      bits: { 0: { name: 'fault_{n}', label: 'Fault {n}' } },
      repeat: { count: 2, step: 10 },
    },
  });
  expect(issues).toEqual([]);
  expect(points.map((point) => [point.name, formatAddress(point), point.label])).toEqual([
    ['s_1', 'hr:0', undefined],
    ['s_2', 'hr:10', undefined],
    ['fault_1', 'hr:0.0', 'Fault 1'],
    ['fault_2', 'hr:10.0', 'Fault 2'],
  ]);
});

test.each<[unknown, string]>([
  [{}, 's.bits.0: "name" is missing: what is the bit called? | '],
  [
    { name: 'A b' },
    's.bits.0.name: point name "A b": small letters, digits and _ after a first letter | such as a_b',
  ],
  [{ name: 's' }, '[s]: point "s" is there twice | the other is "s"'],
])('of the bit %j it says so', (bit, expected) => {
  const { issues } = parsePoints({ s: { at: 'hr:0 bits16', bits: { 0: bit } } });
  expect(issues.map(drawn)).toEqual([expected]);
});
