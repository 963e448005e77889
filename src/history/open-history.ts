import { Backoff } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { ClosedError, InvalidRequestError, describeError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/log.ts';
import type { Sample } from '../telemetry/sample.ts';
import { BatchBuffer } from './batch-buffer.ts';
import {
  HistoryUnavailableError,
  type History,
  type HistoryAnswer,
  type HistoryQuestion,
  type HistoryStatus,
} from './history.ts';
import { threadLink, type Link, type Linker } from './link.ts';
import { seriesOf } from './series-rows.ts';
import type { FromStore, HistoryLimits, StoreStatus } from './protocol.ts';

/** What came since then is what a kill or a power cut takes from the history; the journal has it. */
const FLUSH_EVERY_MS = 10_000;
/** Samples are handed over together. */
const POST_AFTER_MS = 500;
const POST_AT = 4_096;
/** Samples that were handed over and not taken yet: a thread that is busy must not fill the memory. */
const MAX_UNDERWAY = 500_000;
const MAX_QUESTIONS = 100;

export interface HistoryOptions {
  /** Made when it is missing; the file in it is `history.sqlite`. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly limits: HistoryLimits;
  /** Since when this run knows what it records, microseconds since 1970; now when left out. */
  readonly runsSince?: number;
  /** How the store is reached; on a thread of its own when left out. */
  readonly link?: Linker;
}

/** Never fails: a folder that cannot be written makes a history that is failing, and tries again. */
export function openHistory(options: HistoryOptions): History {
  return new ThreadedHistory(options);
}

interface Waiting {
  readonly resolve: (answer: HistoryAnswer) => void;
  readonly reject: (error: Error) => void;
}

class ThreadedHistory implements History {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #options: HistoryOptions;
  readonly #buffer = new BatchBuffer();
  readonly #questions = new Map<number, Waiting>();
  readonly #backoff = new Backoff();
  #link: Link | undefined;
  #status: StoreStatus = { bytes: 0, points: 0, dropped: 0 };
  #underway = 0;
  #dropped = 0;
  #toldDropped = 0;
  #hasBegun = false;
  #nextId = 1;
  #cancelPost: Cancel | undefined;
  #cancelTick: Cancel = () => undefined;
  #closed: Promise<void> | undefined;
  #whenClosed: () => void = () => undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
    this.#start();
  }

  record(samples: readonly Sample[]): void {
    for (const sample of samples) {
      if (this.#closed !== undefined || this.#underway + this.#buffer.size >= MAX_UNDERWAY) {
        this.#dropped += 1;
        continue;
      }
      this.#buffer.add(sample);
      if (this.#buffer.size >= POST_AT) this.#post();
    }
    if (this.#buffer.size === 0) return;
    this.#cancelPost ??= this.#clock.alarm(this.#clock.now() + POST_AFTER_MS, () => this.#post());
  }

  async query(question: HistoryQuestion): Promise<HistoryAnswer> {
    if (this.#closed !== undefined) throw new ClosedError('the history is closed');
    const link = this.#link;
    if (link === undefined) throw new HistoryUnavailableError(this.#status.error ?? 'not there');
    if (this.#questions.size >= MAX_QUESTIONS) {
      throw new HistoryUnavailableError('too many questions to the history at a time');
    }
    this.#post();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#questions.set(id, { resolve, reject });
      link.post({ kind: 'query', id, question });
    });
  }

  status(): HistoryStatus {
    const { error, dropped, ...rest } = this.#status;
    const total = { ...rest, dropped: dropped + this.#dropped };
    if (this.#closed !== undefined) return { state: 'closed', ...total };
    return error === undefined
      ? { state: 'good', ...total }
      : { state: 'failing', error, ...total };
  }

  async close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#cancelTick();
    this.#post();
    const link = this.#link;
    if (link === undefined) return;
    await new Promise<void>((resolve) => {
      this.#whenClosed = resolve;
      link.post({ kind: 'close', ...this.#times() });
    });
    this.#failQuestions(new ClosedError('the history is closed'));
  }

  #start(): void {
    const { folder, limits, link = threadLink } = this.#options;
    const started = this.#times();
    // A thread that begins again does not know what the one before it had in memory.
    const runsSince = this.#hasBegun ? started.wall : (this.#options.runsSince ?? started.wall);
    this.#hasBegun = true;
    this.#underway = 0;
    this.#link = link(
      { folder, limits, runsSince, started },
      {
        message: (message) => this.#hear(message),
        lost: (error) => this.#lost(error),
      },
    );
    this.#armTick();
  }

  #armTick(): void {
    this.#cancelTick();
    this.#cancelTick = this.#clock.alarm(this.#clock.now() + FLUSH_EVERY_MS, () => {
      this.#post();
      const lost = this.#dropped > this.#toldDropped;
      this.#toldDropped = this.#dropped;
      this.#link?.post({ kind: 'tick', ...this.#times(), lost });
      this.#armTick();
    });
  }

  #times(): { now: number; wall: number } {
    return { now: this.#clock.now(), wall: this.#clock.wallMicros() };
  }

  #post(): void {
    this.#cancelPost?.();
    this.#cancelPost = undefined;
    if (this.#link === undefined || this.#buffer.size === 0) return;
    const batch = this.#buffer.take();
    this.#underway += batch.keys.length;
    this.#link.post({ kind: 'record', batch });
  }

  #hear(message: FromStore): void {
    switch (message.kind) {
      case 'taken':
        this.#underway -= message.samples;
        break;
      case 'status':
        this.#tell(message.status);
        break;
      case 'warning':
        this.#logger.warn(message.message);
        break;
      case 'answer':
        this.#questions
          .get(message.id)
          ?.resolve({ series: message.series.map(seriesOf), off: message.off });
        this.#questions.delete(message.id);
        break;
      case 'refused': {
        const { id, reason, yours } = message;
        const error = yours ? new InvalidRequestError(reason) : new HistoryUnavailableError(reason);
        this.#questions.get(id)?.reject(error);
        this.#questions.delete(id);
        break;
      }
      case 'closed':
        this.#whenClosed();
        break;
    }
  }

  #tell(status: StoreStatus): void {
    const before = this.#status.error;
    this.#status = status;
    if (status.error !== undefined && before === undefined) {
      this.#logger.warn('the history takes nothing now; everything else goes on', {
        error: status.error,
      });
    }
    if (status.error === undefined && before !== undefined) {
      this.#logger.info('the history is written again');
    }
    if (status.error === undefined) this.#backoff.reset();
  }

  /** The thread has ended: begin another one. What it had in memory is in the journal. */
  #lost(error: Error): void {
    this.#link?.end();
    this.#link = undefined;
    this.#dropped += this.#underway + this.#status.dropped;
    this.#tell({
      ...this.#status,
      dropped: 0,
      error: `its thread has ended: ${describeError(error)}`,
    });
    this.#failQuestions(new HistoryUnavailableError('the history begins again'));
    this.#whenClosed();
    this.#buffer.forgetNames();
    this.#cancelTick();
    if (this.#closed !== undefined) return;
    this.#cancelTick = this.#clock.alarm(this.#clock.now() + this.#backoff.next(), () =>
      this.#start(),
    );
  }

  #failQuestions(error: Error): void {
    for (const { reject } of this.#questions.values()) reject(error);
    this.#questions.clear();
  }
}
