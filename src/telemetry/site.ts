import type { Point } from './point.ts';
import type { PauseNote } from './polling.ts';
import type { Sample } from './sample.ts';

/**
 * What the gateway is to everything that shows, serves or sends: points, their newest samples and
 * the stream of changes. Nothing behind it can reach a device.
 */
export interface Site {
  readonly name: string;
  points(): readonly Point[];
  devices(): readonly DeviceStatus[];
  lines(): readonly LineStatus[];
  /** The newest sample of `device.point`; undefined when there is no such point. */
  sample(id: string): Sample | undefined;
  /** The newest sample of every point, all of one moment. */
  snapshot(): readonly Sample[];
  subscribe(listener: SiteListener): Unsubscribe;
}

/**
 * Each call brings what one answer, or one failure, did: one unit. `changed` holds the samples whose
 * value or quality became another; it may be empty, when an answer only confirmed what was known.
 */
export type SiteListener = (changed: readonly Sample[], refreshed: Refreshed) => void;

/** The points that one answer brought, changed or not, and when; their samples are of that moment. */
export interface Refreshed {
  readonly points: readonly Point[];
  /** Microseconds since 1970. */
  readonly at: number;
}

export type Unsubscribe = () => void;

export interface DeviceStatus {
  readonly name: string;
  readonly label?: string;
  readonly line: string;
  readonly unit: number;
  readonly profile?: string;
  /** Names of the points that come first where there is room for a few. */
  readonly hero?: readonly string[];
  /**
   * `waiting`: not asked yet. `failing`: the last poll failed. `silent`: asked with growing pauses. `paused`: not
   * asked, because somebody wants it so.
   */
  readonly state: 'waiting' | 'good' | 'failing' | 'silent' | 'paused';
  /** Who wants it so, and why. */
  readonly paused?: PauseNote;
  /** The last failure in words, while the state is not good. */
  readonly error?: string;
  /** When it last answered, microseconds since 1970. */
  readonly lastAnswerAt?: number;
  /** Since when it answers without a failure, microseconds since 1970. */
  readonly goodSince?: number;
  /** When it will be asked again while silent, microseconds since 1970. */
  readonly nextTryAt?: number;
  readonly polls: number;
  readonly failures: number;
  /** Polls left out because the one before was not finished in time. */
  readonly skipped: number;
}

export interface LineStatus {
  readonly name: string;
  readonly url: string;
  readonly devices: number;
  /** Share of the last minute in which the line carried a transaction, 0..1. */
  readonly load: number;
  readonly requests: number;
  readonly answers: number;
  readonly exceptions: number;
  readonly timeouts: number;
  readonly damaged: number;
  readonly late: number;
  readonly foreign: number;
  /** Of a line that is polled. */
  readonly recent?: RecentTraffic;
  /** Of a line that is busy most of the time: why. */
  readonly plan?: PlanNeed;
  /** Of a CAN bus. */
  readonly bus?: BusStatus;
}

/** The last five minutes of a line, or since it began. */
export interface RecentTraffic {
  /** 95 of 100 answers came within so many milliseconds; absent where none came. */
  readonly p95Ms?: number;
  readonly timeouts: number;
  readonly damaged: number;
}

/** What the requests of a line take in each of its shortest intervals, in milliseconds. */
export interface PlanNeed {
  readonly needMs: number;
  readonly everyMs: number;
}

export interface BusStatus {
  readonly frames: number;
  /** Error frames: what controllers had to say of errors. */
  readonly errors: number;
  /** Frames that were lost between the bus and here, where somebody says so. */
  readonly dropped: number;
  /** Cycles of which a frame was missing. */
  readonly incomplete: number;
  /** Frames that should have been sent, and could not be. */
  readonly unsent: number;
}
