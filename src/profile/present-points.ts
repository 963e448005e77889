import type { RegisterPoint, Value } from './point.ts';

/** Cause of a repeated point that lies beyond the number its device says it has. */
export const NOT_PRESENT = 'not-present';

/** Points that a device has, and points that its kind may have and it does not. */
export interface PresentPoints {
  readonly present: readonly RegisterPoint[];
  readonly absent: readonly RegisterPoint[];
}

/**
 * Sorts out repeated points beyond their count. `countOf` gives the good value of a counting point, or
 * undefined while there is none: then all are taken to be there.
 */
export function presentPoints(
  points: readonly RegisterPoint[],
  countOf: (name: string) => Value | undefined,
): PresentPoints {
  const absent = points.filter((point) => isBeyond(point, countOf));
  if (absent.length === 0) return { present: points, absent };
  const beyond = new Set(absent);
  return { present: points.filter((point) => !beyond.has(point)), absent };
}

function isBeyond(
  { repeated }: RegisterPoint,
  countOf: (name: string) => Value | undefined,
): boolean {
  if (repeated?.countFrom === undefined) return false;
  const count = countOf(repeated.countFrom);
  return (typeof count === 'number' || typeof count === 'bigint') && repeated.ordinal > count;
}

/** Names of the points by which others are counted. */
export function countingPoints(points: readonly RegisterPoint[]): ReadonlySet<string> {
  return new Set(points.flatMap(({ repeated }) => repeated?.countFrom ?? []));
}
