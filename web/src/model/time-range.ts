import type { HistoryJson } from '../../../src/api/contract.ts';
import type { Grid } from './pens.ts';

/** Ranges that end now, by their names in the address and in questions. */
export const RANGES = [
  { name: '5m', ms: 300_000 },
  { name: '1h', ms: 3_600_000 },
  { name: '8h', ms: 28_800_000 },
  { name: '24h', ms: 86_400_000 },
  { name: '7d', ms: 604_800_000 },
] as const;

export interface TimeRange {
  readonly name: (typeof RANGES)[number]['name'] | 'custom';
  /** As the history is asked: milliseconds since 1970, or so long ago. */
  readonly from: string | number;
  readonly to: string | number;
  /** Does it end now, and move on? */
  readonly isLive: boolean;
}

const DEFAULT = '1h';

export const NO_GRID: Grid = { at: [], pens: [], off: [] };

/** How long ago `-8h` is, in milliseconds. */
export function lengthOf(from: string): number {
  return RANGES.find(({ name }) => from === `-${name}`)?.ms ?? 3_600_000;
}

/** A stretch of time, seconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a range is at a moment, milliseconds since 1970; one that ends now moves with what was found. */
export function spanOf(
  { from, to, isLive }: TimeRange,
  found: Pick<HistoryJson, 'from' | 'to'> | undefined,
  now: number,
): Span {
  if (isLive && typeof from === 'string') {
    const end = found?.to ?? now;
    return { from: (end - lengthOf(from)) / 1000, to: end / 1000 };
  }
  return { from: Number(from) / 1000, to: Number(to) / 1000 };
}

/** The range that an address names; what is no range there is the last hour. */
export function rangeOf(query: URLSearchParams, now: number): TimeRange {
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
  if (from > 0 && to > from) {
    return { name: 'custom', from, to: Math.min(to, Math.max(now, from + 1)), isLive: false };
  }
  const name = RANGES.find((range) => range.name === query.get('range'))?.name ?? DEFAULT;
  return { name, from: `-${name}`, to: 'now', isLive: true };
}
