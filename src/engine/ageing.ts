import type { Rail, RailGroup } from './rail.ts';

/**
 * How values stand: `overdue` when nothing has asked for them in time, `stale` after a read that failed,
 * `bad` when they are not known.
 */
export type Freshness = 'unread' | 'good' | 'overdue' | 'stale' | 'bad';

/** Values that one answer confirmed together, and that age together. */
export interface Ageing {
  readonly rail: RailGroup;
  readonly staleMs: number;
  freshness: Freshness;
  /** When the last answer came, milliseconds of the clock. */
  confirmedAt: number;
}

/** Lets values age; returns when they next do, in milliseconds of the clock. `at` is the calendar's now. */
export function age(rail: Rail, values: Ageing, now: number, at: number): number {
  const { freshness, confirmedAt, staleMs } = values;
  if (freshness === 'unread' || freshness === 'bad') return Infinity;
  // A read that failed has had its warning; one that was only not asked gets as long again.
  const badAt = confirmedAt + (freshness === 'stale' ? staleMs : 2 * staleMs);
  const times = { requestedAt: at, at };
  if (now >= badAt) {
    values.freshness = 'bad';
    rail.forget(values.rail, undefined, times);
    return Infinity;
  }
  if (freshness === 'good' && now >= confirmedAt + staleMs) {
    values.freshness = 'overdue';
    rail.fail(values.rail, 'overdue', times);
    return badAt;
  }
  return freshness === 'good' ? confirmedAt + staleMs : badAt;
}
