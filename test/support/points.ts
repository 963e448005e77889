import { UNSCALED, type RegisterPoint } from '../../src/profile/point.ts';

/** A u16 holding register, or what `over` makes of it. */
export function registerPoint(over: Partial<RegisterPoint> & { name: string }): RegisterPoint {
  return {
    table: 'holding',
    address: 0,
    type: 'u16',
    order: 'ABCD',
    count: 1,
    scale: UNSCALED,
    access: 'ro',
    kind: 'gauge',
    ...over,
  };
}
