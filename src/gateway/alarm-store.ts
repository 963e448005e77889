import { join } from 'node:path';
import { afterEvent } from '../alarm/alarm-event.ts';
import { AlarmLog } from '../alarm/alarm-log.ts';
import { formatMemory, parseMemory, type AlarmMemory } from '../alarm/alarm-memory.ts';
import type { StoredAlarm } from '../alarm/alarm-status.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { replaceFile, type SinkFiles } from '../delivery/sink-files.ts';
import type { Journal } from '../journal/journal.ts';
import { siteEventOf, type SiteEvent } from '../telemetry/event.ts';

/** A change is on the disk after this; a burst of changes is written once. */
const SAVE_MS = 500;
/** What could not be written is written again after this. */
const RETRY_MS = 5_000;
/** Records that are looked through at a start for what a kill has kept from the file. */
const MAX_REPLAYED = 20_000;
const REPLAY_STEP = 1_000;

/** What of the alarms a former run has left. */
export interface FoundAlarms {
  readonly alarms: readonly StoredAlarm[];
  readonly down: ReadonlySet<string>;
}

export interface AlarmStoreParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: SinkFiles;
  /** Absent: nothing is kept. */
  readonly folder?: string;
}

/**
 * The state of the alarms on the disk: a small file that is replaced as a whole, and the last events as
 * lines. The journal has each event first; the file is written when the journal has it on the disk, so that
 * what a kill keeps from the file is found in the journal at the next start.
 */
export class AlarmStore {
  readonly log = new AlarmLog();
  readonly #parts: AlarmStoreParts;
  readonly #memory: () => Omit<AlarmMemory, 'epoch' | 'sequence'> | undefined;
  #cancelAlarm: Cancel = () => undefined;
  #isWaiting = false;
  #isClosed = false;
  #isFailing = false;
  #saving: Promise<void> = Promise.resolve();

  /** `memory` gives what is to be kept; undefined while the journal lacks some of its events. */
  constructor(
    parts: AlarmStoreParts,
    memory: () => Omit<AlarmMemory, 'epoch' | 'sequence'> | undefined,
  ) {
    this.#parts = parts;
    this.#memory = memory;
  }

  /** Never fails: what cannot be read is said in the log. */
  async open(): Promise<FoundAlarms> {
    const { folder, files, logger } = this.#parts;
    if (folder === undefined) return { alarms: [], down: new Set() };
    try {
      const damaged = this.log.load((await files.read(eventsPath(folder))) ?? '');
      if (damaged > 0) logger.warn('some events of alarms are lost: their file is damaged');
      const text = await files.read(statePath(folder));
      const memory = text === undefined ? undefined : parseMemory(text);
      if (text !== undefined && memory === undefined) {
        logger.warn('the state of the alarms is damaged: it is taken from the journal');
      }
      return await this.#replay(memory);
    } catch (error) {
      logger.warn(`what alarms there were is not known: ${describeError(error)}`);
      return { alarms: [], down: new Set() };
    }
  }

  /** Something has changed that is to be kept. */
  touch(ms = SAVE_MS): void {
    const { folder, clock } = this.#parts;
    if (folder === undefined || this.#isWaiting || this.#isClosed) return;
    this.#isWaiting = true;
    this.#cancelAlarm = clock.alarm(clock.now() + ms, () => {
      this.#isWaiting = false;
      void this.#save();
    });
  }

  async close(): Promise<void> {
    this.#cancelAlarm();
    await this.#save();
    this.#isClosed = true;
    this.#cancelAlarm();
  }

  async #save(): Promise<void> {
    this.#saving = this.#saving.then(async () => this.#write());
    await this.#saving;
  }

  async #write(): Promise<void> {
    const { folder, files, journal, logger } = this.#parts;
    if (folder === undefined) return;
    // All of one moment.
    const [memory, sequence, { epoch }] = [this.#memory(), journal.head, journal.status()];
    if (memory === undefined) {
      this.touch(RETRY_MS);
      return;
    }
    const changes = this.log.takeChanges();
    try {
      await journal.sync();
      if (changes?.mode === 'append') await files.append(eventsPath(folder), changes.text);
      else if (changes) await replaceFile(files, eventsPath(folder), changes.text);
      const text = formatMemory({ ...memory, epoch, sequence });
      await replaceFile(files, statePath(folder), text);
      if (this.#isFailing) logger.info('the state of the alarms is kept again');
      this.#isFailing = false;
    } catch (error) {
      if (changes !== undefined) this.log.lost();
      if (!this.#isFailing) {
        logger.warn(`the state of the alarms is not kept: ${describeError(error)}`);
      }
      this.#isFailing = true;
      this.touch(RETRY_MS);
    }
  }

  async #replay(memory: AlarmMemory | undefined): Promise<FoundAlarms> {
    const { journal } = this.#parts;
    const alarms = new Map((memory?.alarms ?? []).map((alarm) => [alarm.id, alarm]));
    const down = new Set(memory?.down);
    const until = journal.durable;
    // Where the journal was begun anew there is nothing in it that the file does not know.
    const known = memory === undefined ? 0 : Math.min(memory.sequence, until);
    for (let from = Math.max(journal.first, until - MAX_REPLAYED, known); from < until;) {
      const { records, next } = await journal.read(from, { until, samples: REPLAY_STEP });
      for (const record of records) {
        const event = record.kind === 'event' ? siteEventOf(record) : undefined;
        if (event !== undefined) this.#take(event, alarms, down);
      }
      if (next <= from) break;
      from = next;
    }
    return { alarms: [...alarms.values()], down };
  }

  #take(event: SiteEvent, alarms: Map<string, StoredAlarm>, down: Set<string>): void {
    if (event.type === 'device.down') down.add(event.source);
    if (event.type === 'device.up') down.delete(event.source);
    const stored = afterEvent(event, alarms.get(event.subject ?? ''));
    if (stored === undefined) return;
    alarms.set(stored.id, stored);
    if (!this.log.has(event)) this.log.add(event);
  }
}

function statePath(folder: string): string {
  return join(folder, 'state.json');
}

function eventsPath(folder: string): string {
  return join(folder, 'events.jsonl');
}
