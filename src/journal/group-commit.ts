import { Backoff } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { ByteSink } from './byte-sink.ts';
import { diskError, type JournalError } from './journal-error.ts';
import type { Segment } from './segment-catalog.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** Records that are written and synced together; all of one segment. */
interface Group {
  readonly segment: Segment;
  readonly position: number;
  readonly parts: ByteSink[];
  bytes: number;
  /** The sequence behind its last record. */
  end: number;
  /** It is to be written as soon as the disk is free. */
  isWanted: boolean;
}

export interface GroupOptions {
  readonly clock: Clock;
  readonly writer: SegmentWriter;
  /** How long a record waits for others to be synced with, in milliseconds. */
  readonly groupMs: number;
  /** Most bytes that wait, those on their way to the disk included. */
  readonly bufferBytes: number;
  /** A group of a segment is on the disk. */
  readonly written: (segment: Segment, bytes: number, end: number) => void;
  /** The disk has refused a group, which is tried again. */
  readonly refused: (error: JournalError) => void;
}

const PART_SIZE = 256 * 1024;
/** So much does not wait for the time of the group to be over. */
const FULL_GROUP = 256 * 1024;
/** Memory that was needed once is kept, to be filled again. */
const SPARE_PARTS = 16;
const RETRY = { firstMs: 500, maxMs: 30_000 };

/**
 * What waits for the disk, in order, within a limit. While a group is written the next one gathers; one
 * that fails is tried again with growing pauses, and nothing overtakes it.
 */
export class GroupCommit {
  readonly #options: GroupOptions;
  readonly #backoff = new Backoff(RETRY);
  readonly #groups: Group[] = [];
  readonly #spare: ByteSink[] = [];
  #waiting = 0;
  #isWriting = false;
  #isClosed = false;
  #error: JournalError | undefined;
  #cancelAlarm: Cancel | undefined;
  #current: Promise<unknown> = Promise.resolve();

  constructor(options: GroupOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#waiting >= this.#options.bufferBytes;
  }

  /** Why nothing is written now. */
  get error(): JournalError | undefined {
    return this.#error;
  }

  /** Where to add bytes of a segment that begin at a position; `added` must follow. */
  sink(segment: Segment, position: number): ByteSink {
    let group = this.#groups.at(-1);
    const isTaken = this.#isWriting && this.#groups.length === 1;
    if (group === undefined || isTaken || group.segment !== segment) {
      group = { segment, position, parts: [], bytes: 0, end: segment.first, isWanted: false };
      this.#groups.push(group);
    }
    let part = group.parts.at(-1);
    if (part === undefined || part.length > PART_SIZE * 0.9) {
      part = this.#spare.pop() ?? new ByteSink(PART_SIZE);
      group.parts.push(part);
    }
    return part;
  }

  /** Bytes that were added to the last sink; the next record will get the sequence `end`. */
  added(bytes: number, end: number): void {
    const group = this.#groups.at(-1);
    if (group === undefined) return;
    group.bytes += bytes;
    group.end = end;
    this.#waiting += bytes;
    if (this.#isWriting || this.#error !== undefined) return;
    if (this.#waiting >= FULL_GROUP) this.flush();
    else this.#wake(this.#options.groupMs);
  }

  /** Writes what waits now, unless a pause after a failure is on. */
  flush(): void {
    const group = this.#groups[0];
    for (const waiting of this.#groups) waiting.isWanted = true;
    if (this.#isWriting || this.#isClosed || this.#error !== undefined || group === undefined) {
      return;
    }
    this.#stopAlarm();
    void this.#write(group);
  }

  /** One more try for everything that waits; gives how many bytes stay behind. */
  async close(): Promise<number> {
    this.#stopAlarm();
    this.#isClosed = true;
    while (this.#isWriting) await this.#current;
    for (let group = this.#groups[0]; group !== undefined; group = this.#groups[0]) {
      if (!(await this.#write(group))) break;
    }
    await this.#options.writer.close().catch(() => undefined);
    return this.#waiting;
  }

  async #write(group: Group): Promise<boolean> {
    this.#isWriting = true;
    const { segment, position } = group;
    const parts = group.parts.map(({ bytes, length }) => bytes.subarray(0, length));
    const writing = this.#options.writer.write({ path: segment.path, position, parts });
    this.#current = writing.catch(() => undefined);
    try {
      await writing;
    } catch (error) {
      this.#isWriting = false;
      this.#fail(diskError('write', segment.path, error));
      return false;
    }
    this.#isWriting = false;
    this.#done(group);
    return true;
  }

  #fail(error: JournalError): void {
    this.#error = error;
    if (!this.#isClosed) {
      this.#wake(this.#backoff.next(), () => {
        this.#error = undefined;
        this.flush();
      });
    }
    this.#options.refused(error);
  }

  #done(group: Group): void {
    this.#groups.shift();
    this.#waiting -= group.bytes;
    this.#error = undefined;
    this.#backoff.reset();
    for (const part of group.parts) {
      if (this.#spare.length >= SPARE_PARTS || part.size > PART_SIZE * 2) continue;
      part.length = 0;
      this.#spare.push(part);
    }
    this.#options.written(group.segment, group.position + group.bytes, group.end);
    if (this.#isClosed || this.#groups.length === 0) return;
    if (this.#groups[0]?.isWanted === true || this.#waiting >= FULL_GROUP) this.flush();
    else this.#wake(this.#options.groupMs);
  }

  #wake(ms: number, ring = () => this.flush()): void {
    const { clock } = this.#options;
    this.#cancelAlarm ??= clock.alarm(clock.now() + ms, () => {
      this.#cancelAlarm = undefined;
      ring();
    });
  }

  #stopAlarm(): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
  }
}
