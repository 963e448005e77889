import type { PointJson } from '../../../src/api/contract.ts';
import { NO_VALUE, valueText } from './value.ts';

/** What a curve is worth somewhere, as its point is written: a state by its name, nothing known as a dash. */
export function penText(point: PointJson | undefined, value: number | null | undefined): string {
  if (value === undefined || value === null) return NO_VALUE;
  if (point === undefined) return String(value);
  const text = point.states?.[String(value)];
  return valueText(point, { value, ...(text !== undefined && { text }) });
}
