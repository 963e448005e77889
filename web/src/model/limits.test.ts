import { expect, test } from 'vitest';
import { limitsByPoint } from './limits.ts';

test('the limits of a point are those of the alarms that compare it with a number', () => {
  const pv = { device: 'furnace1', point: 'pv' } as const;
  const found = limitsByPoint([
    { ...pv, kind: 'hi', limit: 1200 },
    { ...pv, kind: 'lolo', limit: 0 },
    // A distance from the others, on no scale of the point.
    { ...pv, kind: 'outlier', limit: 0.5 },
    { ...pv, kind: 'state' },
    { device: 'furnace1', kind: 'down' },
    { device: 'bms', point: 'soc', kind: 'lo', limit: 10 },
  ]);
  expect([...found]).toEqual([
    ['furnace1.pv', [1200, 0]],
    ['bms.soc', [10]],
  ]);
});
