/** The body of a request that says nothing more: `{}`. */
export interface NothingJson {
  readonly [key: string]: never;
}

/** What `POST /api/v1/alarms/{id}/ack` takes. */
export interface AckRequestJson {
  /** Up to 500 characters. */
  comment?: string;
}

/** What `POST /api/v1/alarms/{id}/shelve` takes. */
export interface ShelveRequestJson {
  /** `1h`: from 1 s to 7 days. */
  for: string;
  /** Why, up to 500 characters. */
  reason: string;
}

/** What `POST /api/v1/sinks/{name}/drop` takes. */
export interface DropRequestJson {
  /** The name of the sink once more: what is dropped is gone for good. */
  confirm: string;
}

/** Which refused records are meant. */
export interface QuarantineRequestJson {
  /** Absent: all. */
  ids?: readonly number[];
}

/** What `POST /api/v1/exchanges/retry` takes. */
export interface RetryRequestJson {
  /** Of a run. */
  id: string;
}

/** What `POST /api/v1/exchanges/dry-run` takes. */
export interface DryRunRequestJson {
  /** Name of a rule or a pull. */
  flow: string;
}

/** What `POST /api/v1/maintenance` takes: a lock until a time, for a time, or until it is taken away. */
export interface LockRequestJson {
  /** A device, or `*` for all, which is the default. */
  scope?: string;
  why: string;
  /** ISO 8601. */
  until?: string;
  /** `2h`. */
  for?: string;
}

/** What `POST /api/v1/login` takes. */
export interface LoginRequestJson {
  name: string;
  password: string;
}

/** What `POST /api/v1/setup` takes. */
export interface SetupRequestJson {
  /** Of the link in the log. */
  code: string;
  name: string;
  /** 10 to 200 characters, without the name in it. */
  password: string;
}

/** It is done. */
export interface DoneJson {
  ok: true;
}

/** Whether it worked, and what was found. */
export interface TriedJson {
  ok: boolean;
  message: string;
}

/** To how many it was done. */
export interface CountJson {
  count: number;
}
