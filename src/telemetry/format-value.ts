import type { Point, Value } from './point.ts';
import type { Sample } from './sample.ts';

/** What a value that is not known looks like. Never 0. */
export const NO_VALUE = '—';

/** Digits that a 32-bit float can hold; more of them would be noise of the conversion. */
const F32_DIGITS = 7;

/** A value for people: `749.6`, `pre-standby`, `123456789`, `true`. Without the unit. */
export function formatValue(
  point: Pick<Point, 'type' | 'decimals' | 'enum'>,
  value: Value,
): string {
  if (typeof value !== 'number') return String(value);
  const name = point.enum?.get(value);
  if (name !== undefined) return name;
  if (point.decimals !== undefined) return value.toFixed(point.decimals);
  return point.type.startsWith('f32')
    ? String(Number(value.toPrecision(F32_DIGITS)))
    : String(value);
}

/** `749.6 °C`, or the dash; what quality it has stands elsewhere. */
export function formatSample({ point, value }: Sample): string {
  if (value === undefined) return NO_VALUE;
  return `${formatValue(point, value)}${point.unit === undefined ? '' : ` ${point.unit}`}`;
}

/** `good`, `stale (timeout)`, `bad (exception-2)`. */
export function formatQuality({ quality, cause }: Sample): string {
  return cause === undefined ? quality : `${quality} (${cause})`;
}
