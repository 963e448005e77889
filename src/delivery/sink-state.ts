import type { Cancel, Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal } from '../journal/journal.ts';
import { Cursor } from './cursor.ts';
import { cursorPath, formatCursor, keptPath, parseCursor } from './cursor-file.ts';
import { KeptSamples } from './kept.ts';
import { replaceFile, type SinkFiles } from './sink-files.ts';

/** A state that could not be written is written again after this. */
const RETRY_MS = 5_000;

export interface SinkStateParts {
  readonly name: string;
  readonly type: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent: nothing of this sink is kept, and it begins with what is new. */
  readonly store?: { readonly files: SinkFiles; readonly folder: string };
}

/**
 * How far a sink has come and what it refused, in memory and in two small files.
 *
 * The file of refused samples is written before the cursor, each time: what the cursor has left behind is
 * either delivered or kept.
 */
export class SinkState {
  cursor: Cursor;
  readonly kept: KeptSamples;
  isPaused = false;
  readonly #parts: SinkStateParts;
  #cancelAlarm: Cancel = () => undefined;
  #saveAt = Infinity;
  #saving: Promise<void> = Promise.resolve();
  #written = '';
  #isFailing = false;
  #isLoaded = false;

  constructor(parts: SinkStateParts) {
    this.#parts = parts;
    this.cursor = new Cursor(parts.journal.head);
    this.kept = new KeptSamples(parts.type);
  }

  /** False before `load` has found the journal open: until then the cursor means nothing. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /**
   * Takes up what a former run has left; a sink that nobody knows begins at the head of the journal. A
   * journal that could not be opened yet has the epoch 0 and no head to compare a cursor with: then nothing
   * is done, and it is to be called again. Never fails: what cannot be read is said in the log.
   */
  async load(): Promise<void> {
    const { store, journal, logger, name } = this.#parts;
    if (this.#isLoaded || journal.status().epoch === 0) return;
    this.#isLoaded = true;
    this.cursor = new Cursor(journal.head);
    if (store === undefined) return;
    try {
      const text = await store.files.read(cursorPath(store.folder, name));
      if (text !== undefined) await this.#takeUp(text, store);
    } catch (error) {
      logger.warn(`the sink begins anew: ${describeError(error)}`, { sink: name });
      this.#beginAtOldest();
    }
    await this.flush();
  }

  /** Something changed that is to be on the disk within `ms`, one second or more. */
  touch(ms = 1_000): void {
    if (this.#parts.store === undefined) return;
    const at = this.#parts.clock.now() + ms;
    if (at >= this.#saveAt) return;
    this.#cancelAlarm();
    this.#saveAt = at;
    this.#cancelAlarm = this.#parts.clock.alarm(at, () => void this.flush());
  }

  /** Resolves when the state of this moment is on the disk, or the disk has refused it. */
  async flush(): Promise<void> {
    this.#cancelAlarm();
    this.#saveAt = Infinity;
    this.#saving = this.#saving.then(async () => this.#save());
    await this.#saving;
  }

  /** Keeps the state a last time. */
  async close(): Promise<void> {
    await this.flush();
    this.#cancelAlarm();
    this.#saveAt = -Infinity;
  }

  async #save(): Promise<void> {
    const { store, name, type, logger } = this.#parts;
    if (store === undefined || !this.#isLoaded) return;
    const { files, folder } = store;
    // Both of one moment.
    const changes = this.kept.takeChanges();
    const { live, ranges } = this.cursor;
    const text = formatCursor({ type, live, ranges, isPaused: this.isPaused });
    try {
      if (changes?.mode === 'append') await files.append(keptPath(folder, name), changes.text);
      else if (changes) await replaceFile(files, keptPath(folder, name), changes.text);
    } catch (error) {
      this.kept.lost();
      this.#complain(error);
      return;
    }
    try {
      if (text !== this.#written) await replaceFile(files, cursorPath(folder, name), text);
      this.#written = text;
      if (this.#isFailing) logger.info('the state of the sink is kept again', { sink: name });
      this.#isFailing = false;
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    const { logger, name } = this.#parts;
    if (!this.#isFailing) {
      logger.warn(`the state of the sink is not kept: ${describeError(error)}`, { sink: name });
    }
    this.#isFailing = true;
    this.touch(RETRY_MS);
  }

  async #takeUp(text: string, { files, folder }: StoreOf): Promise<void> {
    const { name, type, journal, logger } = this.#parts;
    const saved = parseCursor(text);
    if (saved !== undefined && saved.type !== type) {
      logger.info(`the sink was of type ${saved.type}: it begins anew`, { sink: name });
      return;
    }
    const kept = await files.read(keptPath(folder, name));
    const damaged = kept === undefined ? 0 : this.kept.load(kept);
    if (damaged > 0)
      logger.warn('refused samples are lost: their file is damaged', { sink: name, damaged });
    if (saved === undefined || saved.live > journal.head) {
      const why = saved === undefined ? 'its file is damaged' : 'the journal does not reach so far';
      logger.warn(`where the sink was is not known, it begins with the oldest: ${why}`, {
        sink: name,
      });
      this.#beginAtOldest();
      return;
    }
    this.isPaused ||= saved.isPaused;
    this.cursor = new Cursor(
      saved.live,
      saved.ranges.filter(({ to }) => to <= saved.live),
    );
    this.#written = text;
  }

  #beginAtOldest(): void {
    this.cursor = new Cursor(this.#parts.journal.first);
  }
}

type StoreOf = NonNullable<SinkStateParts['store']>;
