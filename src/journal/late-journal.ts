import { Backoff } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { ClosedError, GatewayError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal, JournalStatus, NewRecord, ReadLimits, ReadResult } from './journal.ts';

const RETRY = { firstMs: 1000, maxMs: 60_000 };

/**
 * A journal that could not be opened. It refuses records, says why, and tries to open again with growing
 * pauses; from then on it is the one that was opened.
 */
export class LateJournal implements Journal {
  readonly #open: () => Promise<Journal>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #backoff = new Backoff(RETRY);
  readonly #listeners = new Map<() => void, () => void>();
  #error: GatewayError;
  #journal: Journal | undefined;
  #refused = 0;
  #isClosed = false;
  #cancelAlarm: Cancel = () => undefined;

  constructor(open: () => Promise<Journal>, error: GatewayError, clock: Clock, logger: Logger) {
    this.#open = open;
    this.#error = error;
    this.#clock = clock;
    this.#logger = logger;
    this.#wait();
  }

  get head(): number {
    return this.#journal?.head ?? 0;
  }

  get durable(): number {
    return this.#journal?.durable ?? 0;
  }

  get first(): number {
    return this.#journal?.first ?? 0;
  }

  append(record: NewRecord): number | undefined {
    if (this.#journal !== undefined) return this.#journal.append(record);
    this.#refused += record.kind === 'samples' ? record.samples.length : 1;
    return undefined;
  }

  async sync(): Promise<void> {
    if (this.#journal === undefined) throw this.#error;
    await this.#journal.sync();
  }

  onDurable(listener: () => void): () => void {
    this.#listeners.set(listener, this.#journal?.onDurable(listener) ?? (() => undefined));
    return () => {
      this.#listeners.get(listener)?.();
      this.#listeners.delete(listener);
    };
  }

  async read(from: number, limits: ReadLimits): Promise<ReadResult> {
    return this.#journal?.read(from, limits) ?? { records: [], next: from, lost: 0 };
  }

  status(): JournalStatus {
    const opened = this.#journal?.status();
    if (opened !== undefined) return { ...opened, refused: opened.refused + this.#refused };
    return {
      ...(this.#isClosed ? { state: 'closed' } : { state: 'failing', error: this.#error.message }),
      ...{ epoch: 0, first: 0, head: 0, durable: 0, bytes: 0, segments: 0 },
      refused: this.#refused,
      expired: 0,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#error = new ClosedError('the journal is closed');
    this.#cancelAlarm();
    await this.#journal?.close();
  }

  #wait(): void {
    this.#cancelAlarm = this.#clock.alarm(this.#clock.now() + this.#backoff.next(), () => {
      void this.#try();
    });
  }

  async #try(): Promise<void> {
    let journal: Journal;
    try {
      journal = await this.#open();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (this.#isClosed) return;
      this.#error = error;
      this.#wait();
      return;
    }
    if (this.#isClosed) {
      await journal.close();
      return;
    }
    this.#logger.info('the journal is open now');
    this.#journal = journal;
    for (const listener of this.#listeners.keys()) {
      this.#listeners.set(listener, journal.onDurable(listener));
      // There may be records from before.
      listener();
    }
  }
}
