import type { SiteEvent } from './event.ts';
import type { Point, Value } from './point.ts';

/**
 * `good`: the device said so at `at`. `stale`: the last good value, but the device has not confirmed
 * it since. `bad`: the value is not known. Unknown is never written as 0.
 */
export type Quality = 'good' | 'stale' | 'bad';

/** One reading of one point. */
export interface Sample {
  readonly point: Point;
  /** Absent when the quality is bad. */
  readonly value?: Value;
  readonly quality: Quality;
  /** Why the quality is not good, such as `timeout`, `exception-2`, `out-of-range`, `not-read-yet`. */
  readonly cause?: string;
  /** When the device answered, or the quality changed: microseconds since 1970; grows per point. */
  readonly at: number;
  /** When the question left us, microseconds since 1970. */
  readonly requestedAt: number;
  /** When the value was last good, microseconds since 1970; absent when it never was. */
  readonly goodAt?: number;
  /** The registers as received, when they are at hand; of a bad one, what was answered in place of a value. */
  readonly raw?: readonly number[];
  /** Present where this is no reading: only sinks that ask for events get such. */
  readonly event?: SiteEvent;
}
