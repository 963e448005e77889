import type { Clock } from '../base/clock.ts';
import { ClosedError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/log.ts';
import type { Disk } from './disk.ts';
import { GroupCommit } from './group-commit.ts';
import { diskError, errorCode, type JournalError } from './journal-error.ts';
import type { Journal, JournalStatus, NewRecord, ReadLimits, ReadResult } from './journal.ts';
import { newSegment, type Segment } from './segment-catalog.ts';
import { SegmentEncoder } from './segment-encoder.ts';
import { HEADER_SIZE } from './segment-format.ts';
import { SegmentReader, type Harvest } from './segment-reader.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { STEP_MICROS } from './step.ts';
import { SyncQueue } from './sync-queue.ts';

export interface JournalLimits {
  /** The oldest segment goes when the journal is larger. */
  readonly bytes: number;
  /** A segment goes when its newest record is older than so many milliseconds. */
  readonly ageMs: number;
  /** A segment is complete at this size; never more than a quarter of `bytes`. */
  readonly segmentBytes: number;
}

/** What was in the folder when the journal was opened. */
export interface Found {
  readonly segments: readonly Segment[];
  readonly head: number;
  readonly epoch: number;
}

export interface DiskJournalOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly limits: JournalLimits;
  readonly groupMs: number;
  readonly bufferBytes: number;
  readonly logger?: Logger;
  readonly disk: Disk;
  readonly writer: SegmentWriter;
}

/** A segment is complete at this part of the age limit, so that age takes it in good time. */
const SEGMENTS_PER_AGE = 16;

/** The journal on the disk. A process begins a segment of its own and changes none that it found. */
export class DiskJournal implements Journal {
  readonly #options: DiskJournalOptions;
  readonly #logger: Logger;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  readonly #commit: GroupCommit;
  readonly #reader: SegmentReader;
  readonly #syncs = new SyncQueue();
  readonly #listeners = new Set<() => void>();
  /** Files of segments that are given up, until the disk lets go of them. */
  readonly #doomed = new Set<Segment>();
  #active: { readonly segment: Segment; readonly encoder: SegmentEncoder } | undefined;
  /** Where the next record of the active segment will stand. */
  #position = 0;
  #epoch: number;
  #head: number;
  #durable: number;
  #newestWall = -Infinity;
  #refused = 0;
  #expired = 0;
  /** Until a group has been written again. */
  #lastError: JournalError | undefined;
  #isClosed = false;

  constructor(options: DiskJournalOptions, found: Found) {
    const { clock, writer, groupMs, bufferBytes, limits } = options;
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#segmentBytes = Math.min(limits.segmentBytes, limits.bytes / 4);
    this.#segments = [...found.segments];
    this.#epoch = found.epoch;
    this.#head = found.head;
    this.#durable = found.head;
    this.#reader = new SegmentReader(options.disk);
    this.#commit = new GroupCommit({
      ...{ clock, writer, groupMs, bufferBytes },
      written: (segment, bytes, end) => this.#written(segment, bytes, end),
      refused: (error) => this.#failed(error),
    });
    this.#expire();
  }

  get head(): number {
    return this.#head;
  }

  get durable(): number {
    return this.#durable;
  }

  get first(): number {
    return this.#segments[0]?.first ?? this.#durable;
  }

  append(record: NewRecord): number | undefined {
    if (this.#isClosed || this.#commit.isFull) {
      this.#refuse(record);
      return undefined;
    }
    const wall = Math.round(this.#options.clock.wallMicros());
    const { segment, encoder } = this.#segmentFor(wall);
    const out = this.#commit.sink(segment, this.#position);
    const before = out.length;
    const isAdded = encoder.add(out, record, this.#head, wall);
    if (isAdded) this.#head += 1;
    this.#position += out.length - before;
    this.#commit.added(out.length - before, this.#head);
    if (isAdded) return this.#head - 1;
    this.#refuse(record);
    return undefined;
  }

  async sync(): Promise<void> {
    if (this.#durable >= this.#head) return;
    if (this.#isClosed) throw new ClosedError('the journal is closed');
    if (this.#commit.error !== undefined) throw this.#commit.error;
    const done = this.#syncs.wait(this.#head);
    this.#commit.flush();
    await done;
  }

  onDurable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async read(from: number, { until = Infinity, samples }: ReadLimits): Promise<ReadResult> {
    const end = Math.min(until, this.#durable);
    if (from >= end) return { records: [], next: from, lost: 0 };
    const harvest: Harvest = { records: [], room: Math.max(1, samples), isFull: false };
    let next = from;
    while (next < end && !harvest.isFull) {
      next = Math.min(end, Math.max(next, this.first));
      if (next < end) next = await this.#readSegment(next, end, harvest);
    }
    return { records: harvest.records, next, lost: next - from - harvest.records.length };
  }

  status(): JournalStatus {
    const error = this.#commit.error ?? this.#lastError;
    const isFailing = error !== undefined;
    const oldestAt = this.#segments[0]?.startedAt ?? NaN;
    return {
      state: this.#isClosed ? 'closed' : isFailing ? 'failing' : 'good',
      ...(isFailing && !this.#isClosed && { error: error.message }),
      epoch: this.#epoch,
      first: this.first,
      head: this.#head,
      durable: this.#durable,
      bytes: this.#bytes(),
      segments: this.#segments.length,
      ...(!Number.isNaN(oldestAt) && { oldestAt }),
      refused: this.#refused,
      expired: this.#expired,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const left = await this.#commit.close();
    this.#syncs.fail(new ClosedError('the journal is closed'));
    const records = this.#head - this.#durable;
    if (left > 0) this.#logger.error('the journal closes with records not written', { records });
  }

  #refuse(record: NewRecord): void {
    this.#refused += record.kind === 'samples' ? record.samples.length : 1;
  }

  /** The segment that takes the next record; a new one when the last is full, old, or of another epoch. */
  #segmentFor(wall: number) {
    const hasSteppedBack = wall < this.#newestWall - STEP_MICROS;
    this.#newestWall = hasSteppedBack ? wall : Math.max(wall, this.#newestWall);
    if (hasSteppedBack) {
      this.#epoch += 1;
      this.#logger.warn('the clock was set back: the journal begins a new epoch', {
        epoch: this.#epoch,
      });
    }
    const active = this.#active;
    if (active !== undefined && !hasSteppedBack && !this.#isComplete(active.segment, wall)) {
      return active;
    }
    const header = { epoch: this.#epoch, first: this.#head, startedAt: wall };
    const segment = newSegment(this.#options.folder, header);
    const encoder = new SegmentEncoder(header, this.#commit.sink(segment, 0));
    this.#segments.push(segment);
    this.#active = { segment, encoder };
    this.#position = HEADER_SIZE;
    this.#commit.added(HEADER_SIZE, this.#head);
    return this.#active;
  }

  #isComplete({ first, startedAt }: Segment, wall: number): boolean {
    const ageMs = (wall - startedAt) / 1000;
    const isOld = ageMs > this.#options.limits.ageMs / SEGMENTS_PER_AGE;
    return this.#head > first && (this.#position >= this.#segmentBytes || isOld);
  }

  #written(segment: Segment, bytes: number, end: number): void {
    if (this.#lastError !== undefined) this.#logger.info('the journal is written again');
    this.#lastError = undefined;
    segment.bytes = bytes;
    const hasGrown = end > this.#durable;
    this.#durable = Math.max(end, this.#durable);
    this.#expire();
    this.#syncs.reached(this.#durable);
    if (!hasGrown) return;
    for (const listener of [...this.#listeners]) listener();
  }

  #failed(error: JournalError): void {
    if (this.#lastError?.message !== error.message) {
      this.#logger.error('the journal is not written', { error: error.message });
    }
    this.#lastError = error;
    this.#syncs.fail(error);
  }

  #bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Gives up the oldest segments until the limits hold. The one that is written stays. */
  #expire(): void {
    const { limits, clock } = this.#options;
    const oldest = clock.wallMicros() - limits.ageMs * 1000;
    let bytes = this.#bytes();
    for (;;) {
      const [first, second] = this.#segments;
      // The newest record of a segment is about as old as the segment behind it.
      if (first === undefined || second === undefined || second.first > this.#durable) break;
      if (bytes <= limits.bytes && !(second.startedAt < oldest)) break;
      this.#segments.shift();
      this.#reader.forget(first);
      this.#doomed.add(first);
      bytes -= first.bytes;
      this.#expired += second.first - first.first;
    }
    for (const segment of this.#doomed) void this.#remove(segment);
  }

  async #remove(segment: Segment): Promise<void> {
    this.#doomed.delete(segment);
    try {
      await this.#options.disk.remove(segment.path);
    } catch {
      // Tried again with the next group.
      this.#doomed.add(segment);
    }
  }

  /** Reads on in the segment that holds a sequence; gives where to go on. */
  async #readSegment(from: number, end: number, harvest: Harvest): Promise<number> {
    const index = this.#segments.findLastIndex(({ first }) => first <= from);
    const segment = this.#segments[index];
    if (segment === undefined) return end;
    const until = Math.min(end, this.#segments[index + 1]?.first ?? Infinity);
    try {
      return await this.#reader.read(segment, from, until, harvest);
    } catch (error) {
      // A limit may have taken it meanwhile; one that somebody else has removed is lost as well.
      if (errorCode(error) === 'ENOENT') return until;
      throw diskError('read', segment.path, error);
    }
  }
}
