import type { SampleJson } from '../telemetry/sample-json.ts';
import type { AlarmJson } from './contract/alarms.ts';

/**
 * The JSON of the HTTP API. This file holds types alone: the page imports it, and nothing else of
 * this program.
 */
export type { SampleJson };
export type * from './contract/alarms.ts';
export type * from './contract/config.ts';
export type * from './contract/devices.ts';
export type * from './contract/exchanges.ts';
export type * from './contract/requests.ts';
export type * from './contract/traffic.ts';
export type * from './contract/workbench.ts';
export type * from './contract/writes.ts';

/** What `GET /api/v1/values` and `/values/{device}` answer, in the order of the configuration. */
export type ValuesJson = readonly SampleJson[];

/** What `GET /api/last/{device}` answers: besides these the good numbers, by the names of their points. */
export interface LastJson {
  device: string;
  /** Of the newest of them, ISO 8601, and in seconds since 1970. */
  timestamp: string;
  unix: number;
  [point: string]: number | string;
}

/** What a point is; what it is worth is a SampleJson. */
export interface PointJson {
  device: string;
  name: string;
  /** The registers it comes from: `hr:5`. */
  address: string;
  /** As printed in a profile: `u16`, `f32@CDAB`. */
  type: string;
  label?: string;
  unit?: string;
  decimals?: number;
  kind: 'gauge' | 'counter' | 'state' | 'text' | 'time';
  category?: string;
  /** What a plausible value is, in its unit. */
  range?: { low?: number; high?: number };
  /** Names of the values of a state, by number. */
  states?: Readonly<Record<string, string>>;
  /** The words that its device was given. */
  tags?: Readonly<Record<string, string>>;
  /** May it be written, as far as the device is concerned? */
  writable?: true;
  /** How often it is asked for, in milliseconds. */
  everyMs: number;
}

export interface DeviceJson {
  name: string;
  label?: string;
  line: string;
  unit: number;
  profile?: string;
  /** Names of the points that come first where there is room for a few. */
  hero?: readonly string[];
  /**
   * `waiting`: not asked yet. `failing`: the last poll failed. `silent`: asked with growing pauses. `paused`: not
   * asked, because somebody wants it so.
   */
  state: 'waiting' | 'good' | 'failing' | 'silent' | 'paused';
  paused?: PausedJson;
  /** The last failure in words, while the state is not good. */
  error?: string;
  /** When it last answered, ISO 8601. */
  lastAnswer?: string;
  /** Since when it answers without a failure, ISO 8601. */
  goodSince?: string;
  /** When it will be asked again while silent, ISO 8601. */
  nextTry?: string;
  polls: number;
  failures: number;
  /** Polls left out because the one before was not finished in time. */
  skipped: number;
}

/** Who wants a device not to be asked, and why. */
export interface PausedJson {
  who: string;
  why: string;
  /** Since when, ISO 8601. */
  time: string;
  /** It ends with the program: nothing is kept on a disk. */
  untilRestart?: true;
}

export interface LineJson {
  name: string;
  url: string;
  devices: number;
  /** Share of the last minute in which the line carried a transaction, 0..1. */
  load: number;
  requests: number;
  answers: number;
  exceptions: number;
  timeouts: number;
  damaged: number;
  late: number;
  foreign: number;
  /** The last five minutes of a line that is polled, or since it began. */
  recent?: {
    /** 95 of 100 answers came within so many milliseconds; absent where none came. */
    p95Ms?: number;
    timeouts: number;
    damaged: number;
  };
  /** Of a line that is busy most of the time: what its requests take in each of its shortest intervals, in ms. */
  plan?: { needMs: number; everyMs: number };
  /** Of a CAN bus: frames, error frames, frames lost, cycles without a frame, frames not sent. */
  bus?: { frames: number; errors: number; dropped: number; incomplete: number; unsent: number };
}

/** What `GET /api/v1/status` answers. */
export interface StatusJson {
  name: string;
  version: string;
  /** ISO 8601 with milliseconds and offset. */
  time: string;
  upSeconds: number;
  points: { good: number; stale: number; bad: number };
  devices: Record<DeviceJson['state'], number>;
  lines: number;
  events: EventCounters;
}

/** One of what `GET /api/v1/sinks` answers. */
export interface SinkJson {
  name: string;
  type: string;
  state: 'good' | 'failing' | 'paused';
  /** The last failure in words, while failing. */
  error?: string;
  /** When that was, ISO 8601. */
  errorTime?: string;
  lastSuccess?: string;
  /** Records that are kept and not delivered yet. */
  waiting: number;
  /** About as much of the journal as those take, in bytes; absent where that is not known. */
  waitingBytes?: number;
  /** When the oldest of those was read from its device, ISO 8601. */
  oldest?: string;
  /** Samples per second over the last minute. */
  rate: number;
  /** Samples delivered in each of the last minutes, sixty at most, the oldest first; the last one is not over. */
  minutes: readonly number[];
  delivered: number;
  rejected: number;
  /** Records that were gone before this sink had them, and those that somebody gave up. */
  lost: number;
  /** Records that somebody gave up since the start; absent for none. */
  givenUp?: number;
  quarantined: number;
  held: number;
}

/** What `GET /api/v1/sinks/{name}/newest` answers. */
export interface NewestRecordJson {
  /** The newest record as it left for the receiver, at most 4000 characters; absent where there was none. */
  text?: string;
}

/** One of what `GET /api/v1/sinks/{name}/quarantine` answers. */
export interface QuarantineJson {
  id: number;
  point: string;
  value: string;
  /** When it was read, ISO 8601. */
  time: string;
  reason: string;
}

/** What `GET /api/v1/history` answers. Times are milliseconds since 1970. */
export interface HistoryJson {
  from: number;
  to: number;
  /**
   * Stretches of it, oldest first, in which the gateway is not known to have run: nobody would have seen a value
   * change, so none stands through them.
   */
  off: readonly (readonly [from: number, to: number])[];
  /** In the order of the question. */
  series: readonly HistorySeriesJson[];
}

/** One point as columns of the same length. Only buckets with something in them: a gap is a gap. */
export interface HistorySeriesJson {
  /** `device.point`. */
  point: string;
  unit?: string;
  decimals?: number;
  /** Length of a bucket in milliseconds. */
  step: number;
  /**
   * The newest sample before `from`, where the gateway has run without a break since: what stood when the range
   * began. null: the value was not known.
   */
  before?: { at: number; value: number | string | null };
  /** When each bucket begins. */
  at: readonly number[];
  /** null where no number is known. */
  min: readonly (number | null)[];
  max: readonly (number | null)[];
  mean: readonly (number | null)[];
  /** The newest value of the bucket; null where none is known. */
  last: readonly (number | string | null)[];
  /** Known values in it. */
  count: readonly number[];
  /** Samples in it that said that the value is not known, or in doubt. */
  bad: readonly number[];
  /** Places of the buckets whose `last` does not stand: a newer sample said that the value is not known any more. */
  ended: readonly number[];
}

/** How the event streams are doing since the start. */
export interface EventCounters {
  clients: number;
  /** Streams that were refused because all places were taken. */
  refused: number;
  /** Deltas that were kept from clients that read too slowly; a snapshot made up for them. */
  skipped: number;
  /** Snapshots sent to clients that had fallen behind. */
  resynced: number;
  /** Streams ended because nothing was read for too long. */
  dropped: number;
}

/** What a gateway has and another may not: whoever shows it need not ask in vain. */
export type Offer =
  | 'history'
  | 'sinks'
  | 'traffic'
  | 'alarms'
  | 'writes'
  | 'exchanges'
  | 'outages'
  | 'settings'
  | 'workbench';

/** First event of `GET /api/v1/events`, and again whenever the client has missed something. */
export interface SnapshotEvent {
  name: string;
  version: string;
  time: string;
  /** What can be asked for besides values. */
  offers: readonly Offer[];
  points: readonly PointJson[];
  /** One per point, in the order of `points`. */
  values: ValuesJson;
  /** When the device last confirmed each value, milliseconds since 1970, in the order of `points`. */
  freshAt: readonly number[];
  devices: readonly DeviceJson[];
  lines: readonly LineJson[];
  /** All that are not normal. */
  alarms?: readonly AlarmJson[];
}

/** What changed since the event before. Comes at least once a second, if only with the time. */
export interface DeltaEvent {
  time: string;
  values?: ValuesJson;
  fresh?: readonly FreshRun[];
  /** Whole objects, only the ones that changed. */
  devices?: readonly DeviceJson[];
  lines?: readonly LineJson[];
  /** One with the state `normal` is over. */
  alarms?: readonly AlarmJson[];
}

/** The points `first` to `last` of the snapshot were confirmed at `at`, milliseconds since 1970. */
export type FreshRun = readonly [at: number, first: number, last: number];

/** What `GET /api/v1/me` answers, to anybody: who one is here, and how to become somebody. */
export interface MeJson {
  /** Absent when nobody knows who asks. */
  name?: string;
  role?: 'viewer' | 'operator' | 'admin';
  /** To be sent as `x-csrf-token` with each change that is asked for with a session. */
  csrf?: string;
  /** Must one log in to see anything? */
  login: boolean;
  /** Is there no user yet, so that a link from the log makes the first one? */
  setup: boolean;
}

/** RFC 9457, with a stable `code` for programs and a `fix` for people. */
export interface ProblemJson {
  type: 'about:blank';
  title: string;
  status: number;
  code: string;
  /** What was found, in one sentence. */
  detail: string;
  /** What to do about it. */
  fix: string;
}
