import type { PointView } from './site.ts';

/** Does it change in steps, as a setpoint or a state does? Then no line leads from one value to the next. */
export function isStepped({ point }: Pick<PointView, 'point'>): boolean {
  return point.kind === 'state' || point.writable === true;
}
