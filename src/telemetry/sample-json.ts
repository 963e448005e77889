import type { Value } from './point.ts';
import type { Sample } from './sample.ts';

/** One value as JSON: the same object on the API, the event stream, JSON lines and webhooks. */
export interface SampleJson {
  device: string;
  point: string;
  /** null when the value is not known. Integers beyond 2^53 are strings, with `exact: true`. */
  value: number | string | boolean | null;
  exact?: true;
  /** Name of the value of a state. */
  text?: string;
  unit?: string;
  quality: 'good' | 'stale' | 'bad';
  cause?: string;
  /** ISO 8601 with milliseconds and offset. */
  time: string;
  /** When it was last good, while it is not. */
  lastGood?: string;
  raw?: readonly number[];
  address: string;
}

export function sampleJson(sample: Sample, formatTime: (micros: number) => string): SampleJson {
  const { point, value, quality, cause, at, goodAt, raw } = sample;
  const text = typeof value === 'number' ? point.enum?.get(value) : undefined;
  const exact = typeof value === 'bigint' && !Number.isSafeInteger(Number(value));
  return {
    device: point.device,
    point: point.name,
    value: jsonValue(value),
    ...(exact && { exact }),
    ...(text !== undefined && { text }),
    ...(point.unit !== undefined && { unit: point.unit }),
    quality,
    ...(cause !== undefined && { cause }),
    time: formatTime(at),
    ...(quality !== 'good' && goodAt !== undefined && { lastGood: formatTime(goodAt) }),
    ...(raw !== undefined && { raw }),
    address: point.address,
  };
}

/** A value as JSON carries it: beyond 2^53 as text, unknown as null. */
export function jsonValue(value: Value | undefined): number | string | boolean | null {
  // JSON has no undefined: null is the one place where it is spoken.
  if (value === undefined) return null;
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
