import { Backoff } from '../base/backoff.ts';
import { sleep, type Clock } from '../base/clock.ts';
import { SinkUnavailableError, describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import type { Sink } from '../telemetry/sink.ts';

const MAX_WAITING = 10_000;
const MAX_BATCH = 1_000;

/** What an outbox did since it was made. */
export interface OutboxStatus {
  readonly waiting: number;
  readonly delivered: number;
  /** Refused by the receiver for good. */
  readonly rejected: number;
  /** Given up because too many waited; the oldest go first. */
  readonly dropped: number;
  readonly error?: string;
}

/**
 * The queue in front of one sink: in memory, bounded, the oldest dropped and counted when it is full.
 * It offers one batch at a time, and the same one again while the sink is not available.
 */
export class Outbox {
  readonly name: string;
  readonly #sink: Sink;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  #waiting: Sample[] = [];
  #delivered = 0;
  #rejected = 0;
  #dropped = 0;
  #error: string | undefined;
  #wake: () => void = () => undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(name: string, sink: Sink, clock: Clock, logger: Logger) {
    this.name = name;
    this.#sink = sink;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(site: Site): void {
    this.#done = this.#run(site);
  }

  push(samples: readonly Sample[]): void {
    this.#waiting.push(...samples);
    const over = this.#waiting.length - MAX_WAITING;
    if (over > 0) {
      this.#waiting.splice(0, over);
      this.#dropped += over;
    }
    this.#wake();
  }

  status(): OutboxStatus {
    return {
      waiting: this.#waiting.length,
      delivered: this.#delivered,
      rejected: this.#rejected,
      dropped: this.#dropped,
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  /** Gives what waits one last chance, then closes the sink. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake();
    await this.#done;
  }

  async #run(site: Site): Promise<void> {
    const backoff = new Backoff();
    await this.#sink.open(site, this.#abort.signal);
    while (!this.#abort.signal.aborted) {
      if (this.#waiting.length === 0) await this.#somethingWaits();
      else if (await this.#offer(backoff)) backoff.reset();
    }
    if (this.#waiting.length > 0) await this.#offer(backoff);
    await this.#sink.close();
  }

  async #somethingWaits(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#abort.signal.aborted) resolve();
    });
  }

  async #offer(backoff: Backoff): Promise<boolean> {
    const batch = this.#waiting.splice(0, MAX_BATCH);
    try {
      const { rejected } = await this.#sink.write(batch, this.#abort.signal, 'live');
      this.#rejected += rejected.length;
      this.#delivered += batch.length - rejected.length;
      this.#error = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof SinkUnavailableError) && !this.#abort.signal.aborted) throw error;
      const message = describeError(error);
      if (this.#error !== message) this.#logger.warn(message, { sink: this.name });
      this.#error = message;
      this.#waiting.unshift(...batch);
      await sleep(this.#clock, backoff.next(), this.#abort.signal).catch(() => undefined);
      return false;
    }
  }
}
