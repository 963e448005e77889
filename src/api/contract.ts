import type { SampleJson } from '../telemetry/sample-json.ts';

/**
 * The JSON of the HTTP API. This file holds types alone: the page imports it, and nothing else of
 * this program.
 */
export type { SampleJson };

/** What `GET /api/v1/values` and `/values/{device}` answer, in the order of the configuration. */
export type ValuesJson = readonly SampleJson[];

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
  /** `waiting`: not asked yet. `failing`: the last poll failed. `silent`: asked with growing pauses. */
  state: 'waiting' | 'good' | 'failing' | 'silent';
  /** The last failure in words, while the state is not good. */
  error?: string;
  /** When it last answered, ISO 8601. */
  lastAnswer?: string;
  /** When it will be asked again while silent, ISO 8601. */
  nextTry?: string;
  polls: number;
  failures: number;
  /** Polls left out because the one before was not finished in time. */
  skipped: number;
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
  /** When the oldest of those was read from its device, ISO 8601. */
  oldest?: string;
  /** Samples per second over the last minute. */
  rate: number;
  delivered: number;
  rejected: number;
  /** Records that were gone before this sink had them. */
  lost: number;
  quarantined: number;
  held: number;
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

/** What `GET /api/v1/exchanges` answers. */
export interface ExchangesJson {
  flows: readonly ExchangeFlowJson[];
  /** The oldest first. */
  runs: readonly ExchangeRunJson[];
  /** Runs that found no place, dead ones that were forgotten, and lines of the log that could not be read. */
  dropped: number;
  forgotten: number;
  damaged: number;
  /** Why the disk takes no steps now. */
  error?: string;
}

/** A rule or a pull. */
export interface ExchangeFlowJson {
  name: string;
  kind: 'rule' | 'pull';
  devices: readonly string[];
  /** Runs that are not over, and runs with steps that are dead. */
  waiting: number;
  dead: number;
  /** Of a pull: how fetching goes. */
  fetch?: {
    state: 'waiting' | 'good' | 'failing';
    error?: string;
    lastAnswer?: string;
    fetches: number;
    failures: number;
  };
}

/** One run of a rule, or one offer of a pull. */
export interface ExchangeRunJson {
  id: string;
  flow: string;
  device: string;
  state: 'waiting' | 'done' | 'dead' | 'replaced';
  /** When it began, and until when it is tried, ISO 8601. */
  time: string;
  deadline: string;
  steps: readonly ExchangeStepJson[];
}

export interface ExchangeStepJson {
  name: string;
  state: 'waiting' | 'trying' | 'done' | 'dead' | 'blocked';
  tries: number;
  /** What came of the last try. */
  note?: string;
  death?: 'refused' | 'expired' | 'replaced';
  /** What it sends or writes. */
  content?: string;
}

/** What `GET /api/v1/history` answers. Times are milliseconds since 1970. */
export interface HistoryJson {
  from: number;
  to: number;
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
  /** Samples in it that said that the value is not known. */
  bad: readonly number[];
}

/** One of what `GET /api/v1/alarms` answers: those that want attention first, then shelved ones, then normal. */
export interface AlarmJson {
  /** Unique in a site: `furnace1.pv.hi`, `furnace1.down`, or the name of an entry of `alarms`. */
  id: string;
  /** What it is about; absent for an alarm of the whole site. */
  device?: string;
  point?: string;
  priority: 'urgent' | 'high' | 'low' | 'info';
  state:
    | 'normal'
    | 'active-unacknowledged'
    | 'active-acknowledged'
    | 'returned-unacknowledged'
    | 'shelved';
  /** Whether its condition holds, shelved or not. */
  active: boolean;
  /** It cannot be judged now, because a value is not good: it stays as it was. */
  uncertain?: true;
  /** Not judged now, because its `when` does not hold. */
  suppressed?: true;
  text: string;
  kind: 'hihi' | 'hi' | 'lo' | 'lolo' | 'outlier' | 'state' | 'when' | 'down';
  /** The limit that was passed; for an outlier the distance from the median. */
  limit?: number;
  unit?: string;
  /** What an outlier was compared with when it was raised. */
  median?: number;
  /** The value that raised it, and the newest good one (not in the event stream). */
  value?: number | string | boolean | null;
  now?: number | string | boolean | null;
  /** When it was raised last, ISO 8601, and when it returned to normal since. */
  raised?: string;
  cleared?: string;
  /** Who has seen it, when, and what was said. */
  acked?: { by: string; time: string; comment?: string };
  /** Put aside until then. */
  shelved?: { until: string; by: string; reason: string };
}

/** One of what `GET /api/v1/alarms/journal` answers, the newest first. */
export interface AlarmEventJson {
  /** Grows with each event; gaps do not matter. */
  sequence: number;
  time: string;
  type: 'raised' | 'cleared' | 'acked' | 'shelved' | 'unshelved';
  /** Id of the alarm. */
  alarm: string;
  device?: string;
  point?: string;
  priority: AlarmJson['priority'];
  text: string;
  value?: number | string | boolean | null;
  limit?: number;
  unit?: string;
  /** Who did it, where it was a person. */
  by?: string;
  /** The comment, or the reason for shelving. */
  comment?: string;
  /** The end of a shelving. */
  until?: string;
}

/** One of what `GET /api/v1/outages` answers, oldest first. */
export interface OutageJson {
  device: string;
  point: string;
  label?: string;
  unit?: string;
  /** `gateway-off`: nobody asked. `device-silent`: nothing good came. `both`: one after the other. */
  reason: 'gateway-off' | 'device-silent' | 'both';
  before: { value: number | string | boolean; /** ISO 8601. */ time: string };
  after: { value: number | string | boolean; time: string };
  /** How long it was; null when the calendar was set back meanwhile and nobody knows. */
  seconds: number | null;
  /** How far the calendar was set meanwhile, where that is known. */
  clockSeconds?: number;
  /** Of the values since the return, for `settledSeconds`. */
  lowest?: number;
  highest?: number;
  settledSeconds: number;
  /** Lowest and highest are not final yet. */
  settling: boolean;
}

/** What `PUT /api/v1/values/{device}/{point}` takes. */
export interface WriteRequestJson {
  /** In the unit of the point; a text is read as people write it: `"750"`, the name of a state. */
  value: number | string | boolean;
  /** Why, for the audit. */
  reason?: string;
  /** Only for points with a lease: how long the value holds without renewal, in milliseconds. */
  leaseMs?: number;
  /** How long it may wait for its turn, in milliseconds; default 5000, at most 60000. */
  ttlMs?: number;
}

/**
 * What became of a wish to write, at every door. With a status other than 200 it comes as a ProblemJson
 * as well, with the same `code`.
 */
export interface WriteResultJson {
  /** `device.point`. */
  point: string;
  outcome: 'confirmed' | 'unchanged' | 'refused' | 'unknown' | 'failed';
  /** Why, for programs: `range`, `read-back`. */
  code: string;
  /** What happened and what to do, for people. */
  message: string;
  /** What the device had just before. Whole numbers beyond 2^53 are texts, here and below. */
  old?: number | string | boolean | null;
  /** What was, or would have been, written: the value as the registers hold it. */
  value?: number | string | boolean | null;
  readback?: number | string | boolean | null;
  unit?: string;
  /** When it ended, ISO 8601. */
  time: string;
  /** Its name in the audit. */
  id: string;
  /** Whom the audit names. */
  who: string;
}

/** What `GET /api/v1/writes` answers. */
export interface WritesJson {
  /** `open`: points can be written. `off`, `opening`, `damaged`, `closed`: nothing can, see `problem`. */
  state: 'off' | 'opening' | 'open' | 'damaged' | 'closed';
  problem?: string;
  /** Networks that requests may come from. */
  from: readonly string[];
  points: readonly WritablePointJson[];
  locks: readonly LockJson[];
  /** The end of the audit; noted elsewhere, it shows later that nothing was cut off. */
  audit?: { sequence: number; hash: string };
}

/** A point that can be written, and what a value of it must respect. */
export interface WritablePointJson {
  /** `device.point`. */
  point: string;
  device: string;
  address: string;
  unit?: string;
  /** Write only: there is no present value. */
  writeOnly?: true;
  min?: number;
  max?: number;
  step?: number;
  maxChange?: number;
  minIntervalMs?: number;
  /** Conditions as written. */
  interlocks?: readonly { condition: string; message?: string }[];
  /** Names of the values of a state. */
  states?: Readonly<Record<string, string>>;
  role: 'operator' | 'admin';
  confirm: 'none' | 'ask' | 'retype';
  wear?: {
    total: number;
    cycles: number;
    today: number;
    perDay?: number;
    /** At the pace until now. */
    yearsLeft?: number;
  };
  lease?: {
    safeValue: number | string | boolean | null;
    maxMs: number;
    /** Who holds it now, and until when without a renewal, ISO 8601. */
    holder?: string;
    due?: string;
  };
}

/** A lock of `GET /api/v1/maintenance`: nothing is written. */
export interface LockJson {
  /** A device, or `*` for all. */
  scope: string;
  who: string;
  why: string;
  /** ISO 8601; absent: until somebody takes it away. */
  until?: string;
}

/** One of what `GET /api/v1/audit` answers: an intent, a result or a note. */
export interface AuditJson {
  sequence: number;
  /** ISO 8601. */
  time: string;
  kind: 'intent' | 'result' | 'note';
  [member: string]: unknown;
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
export type Offer = 'history' | 'sinks' | 'traffic' | 'alarms' | 'writes' | 'exchanges' | 'outages';

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

/** What `GET /api/v1/traffic` answers: frames behind `after`, or the newest. */
export interface TrafficJson {
  /** The oldest that is kept, and the one that comes next. */
  first: number;
  next: number;
  frames: readonly FrameJson[];
}

export interface FrameJson {
  /** Counts up over all lines. */
  seq: number;
  /** ISO 8601, and the same in milliseconds since 1970 with their fractions. */
  time: string;
  atMs: number;
  line: string;
  direction: 'sent' | 'received';
  /** What became of a received one; `timeout`: none came in time. */
  outcome?: 'answer' | 'late' | 'foreign' | 'damaged' | 'timeout';
  unit?: number;
  function?: number;
  /** `read holding 1 +5`, `750 750 0 86 750`, `exception 2 illegal address`. */
  summary: string;
  /** `01 03 00 01 00 05 D4 09`. */
  hex: string;
}

/** What `GET /api/v1/traffic/frames/{seq}` answers. */
export interface ExplainedFrameJson extends FrameJson {
  /** Every byte is in one part, in their order. */
  parts: readonly FramePartJson[];
}

export interface FramePartJson {
  /** Of its first byte, and behind its last. */
  from: number;
  to: number;
  name: string;
  text: string;
}

/** One of what `GET /api/v1/traffic/troubles` answers: frames kept around a fault, to be saved as a capture. */
export interface TroubleJson {
  id: number;
  time: string;
  line: string;
  outcome: 'timeout' | 'damaged';
  frames: number;
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
