import type { Clock } from '../base/clock.ts';
import type {
  Journal,
  JournalRecord,
  JournalStatus,
  NewRecord,
  ReadLimits,
  ReadResult,
} from './journal.ts';
import { STEP_MICROS } from './step.ts';

export interface MemoryJournalOptions {
  readonly clock: Clock;
  /**
   * Most samples that are kept, an event counting as one; 100,000 by default. The oldest go first. A
   * function is asked with each record.
   */
  readonly samples?: number | (() => number);
}

/** A journal for a site without a data folder: it ends with the process. */
export function memoryJournal(options: MemoryJournalOptions): Journal {
  return new MemoryJournal(options);
}

interface Kept {
  readonly record: JournalRecord;
  readonly size: number;
  readonly wall: number;
}

class MemoryJournal implements Journal {
  readonly #clock: Clock;
  readonly #most: () => number;
  readonly #kept: (Kept | undefined)[] = [];
  /** Entries of `#kept` that are gone: they hold nothing any more, and are cut off from time to time. */
  #gone = 0;
  #samples = 0;
  #head = 0;
  #epoch = 1;
  #newestWall = -Infinity;
  #expired = 0;
  #isTelling = false;
  #isClosed = false;
  readonly #listeners = new Set<() => void>();

  constructor({ clock, samples = 100_000 }: MemoryJournalOptions) {
    this.#clock = clock;
    this.#most = typeof samples === 'number' ? () => samples : samples;
  }

  get head(): number {
    return this.#head;
  }

  get durable(): number {
    return this.#head;
  }

  get first(): number {
    return this.#head - (this.#kept.length - this.#gone);
  }

  append(record: NewRecord): number | undefined {
    if (this.#isClosed) return undefined;
    const wall = this.#clock.wallMicros();
    if (wall < this.#newestWall - STEP_MICROS) {
      this.#epoch += 1;
      this.#newestWall = wall;
    }
    this.#newestWall = Math.max(wall, this.#newestWall);
    const sequence = this.#head;
    const size = sizeOf(record);
    this.#kept.push({ record: { ...record, epoch: this.#epoch, sequence }, size, wall });
    this.#samples += size;
    this.#head += 1;
    this.#expire();
    this.#tell();
    return sequence;
  }

  async sync(): Promise<void> {
    // Nothing is safer later than it is now.
  }

  onDurable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async read(from: number, { until = Infinity, samples }: ReadLimits): Promise<ReadResult> {
    const end = Math.min(until, this.#head);
    if (from >= end) return { records: [], next: from, lost: 0 };
    const { first } = this;
    const records: JournalRecord[] = [];
    let next = Math.min(end, Math.max(from, first));
    let room = Math.max(1, samples);
    while (next < end) {
      const kept = this.#kept[this.#gone + next - first];
      if (kept === undefined || (kept.size > room && records.length > 0)) break;
      records.push(kept.record);
      room -= kept.size;
      next += 1;
    }
    return { records, next, lost: next - from - records.length };
  }

  status(): JournalStatus {
    const oldestAt = this.#kept[this.#gone]?.wall;
    return {
      state: this.#isClosed ? 'closed' : 'good',
      epoch: this.#epoch,
      first: this.first,
      head: this.#head,
      durable: this.#head,
      bytes: 0,
      segments: 0,
      ...(oldestAt !== undefined && { oldestAt }),
      refused: 0,
      expired: this.#expired,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #expire(): void {
    const most = this.#most();
    while (this.#samples > most && this.#kept.length - this.#gone > 1) {
      this.#samples -= this.#kept[this.#gone]?.size ?? 0;
      this.#kept[this.#gone] = undefined;
      this.#gone += 1;
      this.#expired += 1;
    }
    if (this.#gone < 1024 || this.#gone * 2 < this.#kept.length) return;
    this.#kept.splice(0, this.#gone);
    this.#gone = 0;
  }

  /** Listeners hear it when the caller is done, once for many records. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}

function sizeOf(record: NewRecord): number {
  return record.kind === 'samples' ? Math.max(1, record.samples.length) : 1;
}
