import type { Point, Value } from '../telemetry/point.ts';
import type { Quality, Sample } from '../telemetry/sample.ts';

/**
 * A sample as something that JSON can carry and give back as it was, its point included: what is kept
 * apart may outlive the configuration that it came from. The registers are left out.
 */
export interface StoredSample extends Omit<Sample, 'point' | 'value' | 'raw'> {
  readonly point: StoredPoint;
  readonly value?: string | boolean | number | StoredNumber;
}

type StoredPoint = Omit<Point, 'enum'> & { readonly enum?: readonly (readonly [number, string])[] };

/** A number that JSON has no word for: `bigint` of any size, or `NaN`, `Infinity`, `-0`. */
type StoredNumber =
  | { readonly bigint: string; readonly float?: never }
  | { readonly float: string; readonly bigint?: never };

export function storeSample({ point, value, raw: _, ...rest }: Sample): StoredSample {
  const { enum: names, ...plain } = point;
  return {
    ...rest,
    point: { ...plain, ...(names !== undefined && { enum: [...names] }) },
    ...(value !== undefined && { value: storeValue(value) }),
  };
}

/** Throws a TypeError when it is no stored sample. */
export function restoreSample(stored: unknown): Sample {
  if (!isStored(stored)) throw new TypeError('not a stored sample');
  const { point, value, ...rest } = stored;
  const { enum: names, ...plain } = point;
  return {
    ...rest,
    point: { ...plain, ...(names !== undefined && { enum: new Map(names) }) },
    ...(value !== undefined && { value: restoreValue(value) }),
  };
}

function storeValue(value: Value): NonNullable<StoredSample['value']> {
  if (typeof value === 'bigint') return { bigint: value.toString() };
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return { float: '-0' };
  return Number.isFinite(value) ? value : { float: String(value) };
}

function restoreValue(value: NonNullable<StoredSample['value']>): Value {
  if (typeof value !== 'object') return value;
  return value.bigint === undefined ? Number(value.float) : BigInt(value.bigint);
}

const QUALITIES: readonly unknown[] = ['good', 'stale', 'bad'] satisfies Quality[];

function isStored(value: unknown): value is StoredSample {
  if (typeof value !== 'object' || value === null) return false;
  const { point, quality, at } = value as Record<string, unknown>;
  if (typeof point !== 'object' || point === null) return false;
  const isPoint = typeof (point as Record<string, unknown>)['id'] === 'string';
  return isPoint && QUALITIES.includes(quality) && typeof at === 'number';
}
