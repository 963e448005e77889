import type { ConfigEditJson } from './config.ts';
import type { WriteResultJson } from './writes.ts';

/** What `GET /api/v1/workbench` answers. */
export interface WorkbenchJson {
  /** Lines that can be asked, and the devices on them, which have their own units. */
  lines: readonly BenchLineJson[];
  /** The last scan of each line. */
  scans: readonly ScanJson[];
  /** Who may write registers without a name now. */
  unlocks: readonly UnlockJson[];
}

export interface BenchLineJson {
  name: string;
  devices: readonly BenchDeviceJson[];
}

export interface BenchDeviceJson {
  name: string;
  unit: number;
  /** Why nothing can be written to it by anybody, and what to do; absent where it can. */
  locked?: { code: string; detail: string; fix: string };
}

export interface UnlockJson {
  who: string;
  /** An address, or `local`. */
  from: string;
  reason: string;
  /** ISO 8601. */
  until: string;
  /** Is it whoever asks? */
  mine: boolean;
}

export type BenchTable = 'coil' | 'discrete' | 'input' | 'holding';

/** A device, or a line and a unit; a unit beside a device is another unit of its line. */
export interface BenchTargetJson {
  device?: string;
  line?: string;
  unit?: number;
}

/** What `POST /api/v1/workbench/read` and `.../scans` take. */
export interface BenchQuestionJson extends BenchTargetJson {
  table: BenchTable;
  /** Zero-based, as on the wire. */
  start: number;
  /** At most 125 registers or 2000 bits; of a scan 10,000. */
  count: number;
}

/** What `POST /api/v1/workbench/read` answers. */
export interface BenchReadJson {
  line: string;
  unit: number;
  table: BenchTable;
  start: number;
  count: number;
  /** Of holding and input registers. */
  words?: readonly number[];
  /** Of coils and discrete inputs: 0 or 1. */
  bits?: readonly number[];
  /** When the answer came, ISO 8601. */
  time: string;
  /** How long the line was busy with it, in milliseconds. */
  ms: number;
}

/** What `POST /api/v1/workbench/write` takes. Exactly one of `words` and `bits`. */
export interface BenchWriteJson {
  device: string;
  /** Zero-based, as on the wire. */
  start: number;
  /** Into holding registers: 1 to 123 words of 0..65535, in one frame. */
  words?: readonly number[];
  /** Into one coil: a single 0 or 1. */
  bits?: readonly number[];
  /** `multiple`: a single register by function 16 instead of 6. Default: auto. */
  function?: 'auto' | 'multiple';
  /** Why, for the audit. */
  reason?: string;
}

/** What that answers. Values are words in hexadecimal digits, `02ee0001`, or the state of a coil. */
export type BenchWriteResultJson = WriteResultJson;

/** What `POST /api/v1/workbench/unlock` takes: it holds for ten minutes. */
export interface UnlockRequestJson {
  reason: string;
}

/** A scan, running or over. */
export interface ScanJson {
  id: string;
  line: string;
  unit: number;
  table: BenchTable;
  start: number;
  count: number;
  /** `finding`: which addresses there are. `watching`: which of them change. */
  state: 'finding' | 'watching' | 'done' | 'stopped' | 'failed';
  /** Why it ended before its end. */
  problem?: string;
  /** Requests that were sent. */
  questions: number;
  /** Addresses of which it is known whether they exist. */
  judged: number;
  /** Rounds of watching that are over, of so many. */
  round: number;
  rounds: number;
  /** Addresses that exist, as runs of neighbours. */
  found: readonly { start: number; count: number }[];
  missing: number;
  /** Addresses that brought no answer at all. */
  silent: number;
  changes: readonly { address: number; first: number; last: number }[];
}

/** What `POST /api/v1/workbench/name` takes: registers of a device that shall be a point. */
export interface BenchNameJson {
  device: string;
  table: BenchTable;
  /** Zero-based, as on the wire. */
  start: number;
  /** Of the point. */
  name: string;
  /** As in a profile: `u16`, `f32@CDAB`, `str(8)`; of a bit `bool`. */
  type: string;
  /** `/10`, `*0.1`, with an offset behind it if wanted: `/10 -40`. */
  scale?: string;
  unit?: string;
  label?: string;
  decimals?: number;
}

/** What that answers: nothing is changed yet. The edits are for `POST /api/v1/config/edit`. */
export interface BenchNamePlanJson {
  /** As in ConfigJson: the profile of the device where it lies beside the site file, else the site file. */
  file: string;
  edits: readonly ConfigEditJson[];
}
