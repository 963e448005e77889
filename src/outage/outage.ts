import type { Value } from '../telemetry/point.ts';

/** A value that JSON can carry: whole numbers beyond 2^53 are text. */
export type PlainValue = number | string | boolean;

/** A value and when it was read, in microseconds since 1970 by the calendar of that moment. */
export interface Reading {
  readonly value: PlainValue;
  readonly at: number;
}

/**
 * `gateway-off`: nobody asked, as after a power cut. `device-silent`: the gateway asked and nothing good
 * came. `both`: one after the other, each for longer than the gap.
 */
export type OutageReason = 'gateway-off' | 'device-silent' | 'both';

/** A time without a good value of a point, told when it is over. */
export interface Outage {
  /** `device.point`. */
  readonly point: string;
  readonly reason: OutageReason;
  /** The last good value before, and the first one after. */
  readonly before: Reading;
  readonly after: Reading;
  /** How long it was; absent when the calendar was set back meanwhile and nobody knows. */
  readonly durationMs?: number;
  /** How far the calendar was set meanwhile, where that is known; the times of `before` and `after` differ by it. */
  readonly clockMs?: number;
  /** Of the values since the first one after, for `settledMs`; absent where values are no numbers. */
  readonly lowest?: number;
  readonly highest?: number;
  readonly settledMs: number;
  /** Lowest and highest are not final yet. */
  readonly isSettling?: true;
}

export interface OutageRules {
  /** No good value for longer than this is an outage, in milliseconds. */
  readonly gapMs: number;
  /** How long lowest and highest are looked at after the return, in milliseconds. */
  readonly settleMs: number;
}

/** Names of events in the journal. */
export const OUTAGE_TOPICS = {
  /** The gateway lives: `OutageMark`. */
  mark: 'outage-mark',
  /** A value has come back: `OutageReturn`. */
  returned: 'outage-return',
  /** The whole report: an event of the site with an `Outage`. */
  report: 'outage.report',
} as const;

/** The last good readings by point, of points that were read since the mark before. */
export interface OutageMark {
  readonly points: Readonly<Record<string, Reading>>;
}

/** An outage that settles and may turn out to be none; without one, it did. */
export interface OutageReturn {
  readonly point: string;
  readonly outage?: Outage;
}

/** Is it one, when nothing is left but the times of its readings? */
export function isOutageByStamps(
  { before, after, durationMs }: Outage,
  { gapMs }: OutageRules,
): boolean {
  return (durationMs ?? Math.abs(after.at - before.at) / 1000) > gapMs;
}

export function plainValue(value: Value): PlainValue {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** What makes one outage another than the next. */
export function outageKey({ point, before, after }: Outage): string {
  return `${point} ${before.at} ${after.at}`;
}
