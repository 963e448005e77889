import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { DeviceView, PointView } from '../site.ts';
import { knownAt, placeOf, pointsIn } from './known.ts';

test.each([
  ['hr:5', 'u16', 'holding', 5, 1],
  ['ir:5', 'f32@CDAB', 'input', 5, 2],
  ['hr:100.3', 'bool', 'holding', 100, 1],
  ['hr:9', 'str(14)', 'holding', 9, 7],
  ['hr:9', 'u64', 'holding', 9, 4],
  ['co:3', 'bool', 'coil', 3, 1],
  ['di:3', 'bool', 'discrete', 3, 1],
])('%s %s lies in %s %d and %d more', (address, type, table, start, count) => {
  expect(placeOf({ address, type })).toEqual({ table, start, count });
});

test('what is computed lies nowhere', () => {
  expect(placeOf({ address: '= pv - sp', type: 'f64' })).toBeUndefined();
});

function device(unit: number, ...points: [name: string, address: string, type: string][]) {
  const views = points.map(([name, address, type]) => ({
    ...{ id: `d${unit}.${name}`, point: { name, address, type } },
  })) as unknown as PointView[];
  return {
    ...{ name: `d${unit}`, points: views },
    status: signal({ line: 'bus', unit }),
  } as unknown as DeviceView;
}

test('points are known by every address that they span, of their own unit', () => {
  const devices = [
    device(1, ['pv', 'hr:1', 'f32'], ['mode', 'hr:2.0', 'bool'], ['in', 'ir:1', 'u16']),
    device(2, ['other', 'hr:1', 'u16']),
  ];
  const known = knownAt(devices, 'bus', 1, 'holding');
  expect([...known.keys()]).toEqual([1, 2]);
  expect(pointsIn(known, 2, 5).map(({ id }) => id)).toEqual(['d1.pv', 'd1.mode']);
  expect(pointsIn(known, 3, 5)).toEqual([]);
});
