import type { Point } from './point.ts';
import type { Sample } from './sample.ts';
import type { Site } from './site.ts';

/**
 * Somewhere samples go. The gateway calls `open` once, then `write` for one batch at a time, then
 * `close` once, and never two of them at the same time: a sink needs no lock, no queue and no retry.
 */
export interface Sink {
  open(site: Site, signal: AbortSignal): Promise<void>;

  /**
   * Resolves when the receiver has taken charge of the batch, or of a part of it: the answer names
   * what it did not take. Throws SinkUnavailableError when it took nothing: the same batch will be
   * offered again. Samples of one device with the same `at` follow each other and belong together.
   */
  write(batch: readonly Sample[], signal: AbortSignal, mode: DeliveryMode): Promise<Delivery>;

  /** Asks the receiver whether it would take something, without leaving anything there; says what it found. */
  test?(signal: AbortSignal): Promise<string>;

  /** The newest record as it left for the receiver, without what is secret; undefined before the first one. */
  newest?(): string | undefined;

  /** What a point is called there; for people. */
  nameOf?(point: Point): PointName;

  close(): Promise<void>;
}

/** A point as its receiver knows it. */
export interface PointName {
  /** `works: dinrail.value[oven,pv]`, `sdm120,device=oven pv`, the path of a file. */
  readonly name: string;
  /** How it is asked for there, ready to be pasted. */
  readonly query?: string;
}

/** `live`: as it happens. `backlog`: read back later; the receiver may be told so. */
export type DeliveryMode = 'live' | 'backlog';

export interface Delivery {
  /** Refused for good: kept apart for a person to look at. */
  readonly rejected: readonly Refusal[];
  /** Refused for now, such as a key that the receiver does not know yet: offered again later. */
  readonly deferred?: readonly Refusal[];
  /** Not taken, in order: offered again next. */
  readonly rest?: readonly Sample[];
}

export interface Refusal {
  readonly sample: Sample;
  readonly reason: string;
}

export const ALL_DELIVERED: Delivery = { rejected: [] };
