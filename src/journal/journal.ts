import type { Sample } from '../telemetry/sample.ts';

/**
 * What has happened, in the order in which it happened, kept until a limit of bytes or age is reached.
 * Everything that must not be lost is appended here first and sent from here. A record is known by
 * its epoch and its sequence; a sequence is given once, and a new epoch begins when the clock has
 * stepped back.
 */
export interface Journal {
  /** Sequence that the next record will get. */
  readonly head: number;
  /** Everything below is on the disk, so far as the disk says so. */
  readonly durable: number;
  /** The oldest sequence that can still be read. */
  readonly first: number;

  /**
   * Takes a record into the buffer that is written next and gives its sequence; undefined, and
   * counted, when the buffer is full because the disk does not take it. Never waits.
   */
  append(record: NewRecord): number | undefined;

  /** Resolves when everything appended until now is on the disk. Rejects when the disk refused it. */
  sync(): Promise<void>;

  /** Called whenever `durable` has grown. */
  onDurable(listener: () => void): () => void;

  /**
   * Reads durable records from a sequence on, and no more than the limits. `next` is where to go on;
   * it is beyond `from + records.length` where records are gone, because a limit took them or because
   * they were damaged: `lost` says how many.
   */
  read(from: number, limits: ReadLimits): Promise<ReadResult>;

  status(): JournalStatus;
  close(): Promise<void>;
}

/** One record: samples of one moment that belong together, or something that happened. */
export type NewRecord =
  | { readonly kind: 'samples'; readonly samples: readonly Sample[] }
  | {
      readonly kind: 'event';
      /** What happened, such as `write-intent`, `outage`. */
      readonly topic: string;
      /** Microseconds since 1970. */
      readonly at: number;
      /** Anything that JSON can carry. */
      readonly data: unknown;
    };

export type JournalRecord = NewRecord & { readonly epoch: number; readonly sequence: number };

export interface ReadLimits {
  /** Stop before this sequence. */
  readonly until?: number;
  /** Most samples, counting an event as one; at least one record is read. */
  readonly samples: number;
}

export interface ReadResult {
  readonly records: readonly JournalRecord[];
  readonly next: number;
  readonly lost: number;
}

export interface JournalStatus {
  /** `failing`: the disk refuses to take more; the newest samples wait in memory while there is room. */
  readonly state: 'good' | 'failing' | 'closed';
  /** Why, in words, while failing. */
  readonly error?: string;
  readonly epoch: number;
  readonly first: number;
  readonly head: number;
  readonly durable: number;
  readonly bytes: number;
  readonly segments: number;
  /** When the oldest record that is kept was appended, microseconds since 1970. */
  readonly oldestAt?: number;
  /** Samples that were refused because the buffer was full. */
  readonly refused: number;
  /** Records that a limit of bytes or age has taken since the start. */
  readonly expired: number;
}
