import { RECONNECT_BACKOFF, type BackoffLimits } from '../base/backoff.ts';

/** How a sink is served. */
export interface DeliveryOptions {
  /** Samples of one write, 1..1,000; more only where one record alone has more. Default 1,000. */
  readonly batchSamples: number;
  /** Samples per second of what was missed, beside what is new. Default 5,000. */
  readonly backlogPerSecond: number;
  /** A write, or opening, that takes longer has failed, in milliseconds. Default 30,000. */
  readonly writeMs: number;
  /** Stopping waits so long for a write that is under way, and as long for the rest. Default 3,000. */
  readonly stopMs: number;
  /** Records that live may lag behind before it goes on at the newest. Default 5,000. */
  readonly liveLagRecords: number;
  /** What a receiver does not want yet goes into the quarantine after this. Default 24 hours. */
  readonly heldMs: number;
  /** Pauses after failures. Default 0.5 s growing to 1 min. */
  readonly backoff: BackoffLimits;
  /** Pauses between the tries of what a receiver does not want yet. Default 5 s growing to 10 min. */
  readonly heldBackoff: BackoffLimits;
  /** A view: it begins with what is new at each start, and nothing of it is kept. Default false. */
  readonly fromNow: boolean;
}

export const DEFAULT_DELIVERY: DeliveryOptions = {
  batchSamples: 1_000,
  backlogPerSecond: 5_000,
  writeMs: 30_000,
  stopMs: 3_000,
  liveLagRecords: 5_000,
  heldMs: 24 * 3_600_000,
  backoff: RECONNECT_BACKOFF,
  heldBackoff: { firstMs: 5_000, maxMs: 600_000 },
  fromNow: false,
};
