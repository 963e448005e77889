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

/**
 * A value for a glance, in a table that changes: what says nothing of its decimals gets five digits,
 * more where the whole number has more, and no more than three behind the point.
 */
export function formatAtGlance(
  point: Pick<Point, 'type' | 'decimals' | 'enum'>,
  value: Value,
): string {
  const isPlain = point.decimals === undefined && point.enum?.has(Number(value)) !== true;
  if (typeof value !== 'number' || !isPlain || !point.type.startsWith('f')) {
    return formatValue(point, value);
  }
  const wholeDigits = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1)));
  return value.toFixed(Math.max(0, Math.min(3, 5 - wholeDigits)));
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
