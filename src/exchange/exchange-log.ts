import { crc32 } from 'node:zlib';
import { Backoff } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { describeError, GatewayError, OverloadError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { ExchangeRecord } from './run-state.ts';

/** The folder of the log. Methods reject when the disk refuses; `append` may have left a part of its bytes. */
export interface ExchangeFiles {
  /** A whole file; undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Resolves when the bytes are on the disk behind what was there; makes the file if there is none. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Cuts a file to its first `size` bytes, on the disk. */
  truncate(name: string, size: number): Promise<void>;
  /** Resolves when the file is on the disk with these bytes; until then it is what it was before. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
}

export const LOG_FILE = 'steps.log';
/** What could not be read is put aside under this name. */
export const DAMAGED_FILE = 'steps.damaged';
/** A log is written anew when it is so long, and much longer than what it adds up to. */
const LONG_BYTES = 256 * 1024;
const LONG_FACTOR = 4;
/** Records that may wait for the disk. */
const MAX_WAITING = 10_000;
const RETRY = { firstMs: 500, maxMs: 30_000 };

interface Waiting {
  readonly record: ExchangeRecord;
  readonly resolve: () => void;
}

export interface LogStatus {
  /** Why the disk takes nothing now. */
  readonly error?: string;
  /** Records that found no place among those that wait for the disk. */
  readonly refused: number;
  /** Lines that could not be read at the start. */
  readonly damaged: number;
}

/**
 * The steps of the exchange on the disk: one file of lines, each with a checksum, that is replaced as a whole
 * when it has grown long. Records that come while the disk is busy share its next turn. A disk that refuses
 * is asked again, with growing pauses, for ever: nothing is done that is not recorded.
 */
export class ExchangeLog {
  readonly #files: ExchangeFiles;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #state: ExchangeState;
  readonly #backoff = new Backoff(RETRY);
  #waiting: Waiting[] = [];
  #isRunning = false;
  #isClosed = false;
  #bytes = 0;
  /** Something behind `#bytes` is perhaps on the disk. */
  #isDirty = false;
  #shortest = 0;
  #error: string | undefined;
  #refused = 0;
  #damaged = 0;
  #cancelPause: Cancel = () => undefined;

  constructor(files: ExchangeFiles, state: ExchangeState, clock: Clock, logger: Logger) {
    this.#files = files;
    this.#state = state;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Adds up what is there. Rejects when the disk cannot be read. */
  async open(): Promise<void> {
    const bytes = (await this.#files.read(LOG_FILE)) ?? new Uint8Array();
    const end = bytes.lastIndexOf(0x0a) + 1;
    const lines = new TextDecoder().decode(bytes.subarray(0, end)).split('\n').slice(0, -1);
    for (const line of lines) {
      const record = recordOf(line);
      if (record === undefined) this.#damaged += 1;
      else this.#state.apply(record);
    }
    [this.#bytes, this.#isDirty] = [end, end < bytes.length];
    if (this.#damaged === 0) return;
    const where = { lines: this.#damaged, copy: DAMAGED_FILE };
    this.#logger.error(
      'the log of the exchange is damaged; what can be read of it is taken',
      where,
    );
    await this.#files.replace(DAMAGED_FILE, bytes);
    await this.#rewrite();
  }

  /**
   * Resolves when the record is on the disk and in the state; while the disk refuses, it waits. Throws
   * OverloadError when too many wait already.
   */
  async append(record: ExchangeRecord): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#refused += 1;
      throw new OverloadError(`${MAX_WAITING} records of the exchange wait for the disk already`);
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push({ record, resolve });
      if (!this.#isRunning) void this.#run();
    });
  }

  status(): LogStatus {
    const [refused, damaged] = [this.#refused, this.#damaged];
    return { refused, damaged, ...(this.#error !== undefined && { error: this.#error }) };
  }

  /** Takes nothing more; what waits is given up. */
  close(): void {
    this.#isClosed = true;
    this.#cancelPause();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const turn = [...this.#waiting];
      try {
        await this.#write(turn.map(({ record }) => record));
      } catch (error) {
        if (!isFromDisk(error)) throw error;
        await this.#pause(describeError(error));
        continue;
      }
      this.#waiting = this.#waiting.slice(turn.length);
      for (const { record } of turn) this.#state.apply(record);
      for (const { resolve } of turn) resolve();
      this.#recovered();
      await this.#shorten();
    }
    this.#isRunning = false;
  }

  async #write(records: readonly ExchangeRecord[]): Promise<void> {
    if (this.#isDirty) await this.#files.truncate(LOG_FILE, this.#bytes);
    const bytes = encode(records);
    this.#isDirty = true;
    await this.#files.append(LOG_FILE, bytes);
    this.#isDirty = false;
    this.#bytes += bytes.length;
  }

  /** A log that cannot be shortened now only stays long. */
  async #shorten(): Promise<void> {
    if (this.#bytes < Math.max(LONG_BYTES, LONG_FACTOR * this.#shortest)) return;
    try {
      await this.#rewrite();
    } catch (error) {
      if (!isFromDisk(error)) throw error;
      this.#shortest = this.#bytes;
    }
  }

  async #rewrite(): Promise<void> {
    const bytes = encode(this.#state.records());
    await this.#files.replace(LOG_FILE, bytes);
    [this.#bytes, this.#shortest, this.#isDirty] = [bytes.length, bytes.length, false];
  }

  async #pause(error: string): Promise<void> {
    if (this.#error === undefined) this.#logger.error('the exchange stands still', { error });
    this.#error = error;
    await new Promise<void>((resolve) => {
      this.#cancelPause = this.#clock.alarm(this.#clock.now() + this.#backoff.next(), resolve);
    });
  }

  #recovered(): void {
    if (this.#error !== undefined) this.#logger.info('the exchange goes on');
    this.#error = undefined;
    this.#backoff.reset();
  }
}

function encode(records: readonly ExchangeRecord[]): Uint8Array {
  const lines = records.map((record) => {
    const text = JSON.stringify(record);
    return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
  });
  return new TextEncoder().encode(lines.join(''));
}

/** Undefined when the line is not what was written. */
function recordOf(line: string): ExchangeRecord | undefined {
  const text = line.slice(9);
  if (line.slice(0, 9) !== `${crc32(text).toString(16).padStart(8, '0')} `) return undefined;
  return JSON.parse(text) as ExchangeRecord;
}

function isFromDisk(error: unknown): boolean {
  return error instanceof GatewayError || (error instanceof Error && 'code' in error);
}
