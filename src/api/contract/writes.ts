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

/** What `GET /api/v1/writes/preview` answers: what would go to the device for a value. */
export interface WritePreviewJson {
  /** As the registers would hold it. */
  value: number | string | boolean | null;
  function: 5 | 6 | 15 | 16 | 22;
  /** Of the first register or coil, zero-based. */
  address: number;
  words?: readonly number[];
  /** Function code and data, without the envelope of the line: `06 00 02 02 EE`. */
  hex: string;
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
