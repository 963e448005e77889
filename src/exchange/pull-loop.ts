import type { Cancel, Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Exchange } from './exchange.ts';
import type { PullSetup } from './flow-setup.ts';
import type { HttpPort } from './ports.ts';
import { offersOf } from './pull-offer.ts';
import type { RunPlan } from './step-plan.ts';

/** A longer answer is no offer. */
const MAX_ANSWER_BYTES = 1_000_000;

export interface PullStatus {
  readonly state: 'waiting' | 'good' | 'failing';
  /** Why, while failing. */
  readonly error?: string;
  /** The last good answer, microseconds since 1970. */
  readonly lastAnswerAt?: number;
  readonly fetches: number;
  readonly failures: number;
}

/** Asks on its own grid; while an answer is awaited, it is not asked again. */
export class PullLoop {
  readonly #pull: PullSetup;
  readonly #http: HttpPort;
  readonly #exchange: Exchange;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #cancel: Cancel = () => undefined;
  #isStopped = false;
  #status: PullStatus = { state: 'waiting', fetches: 0, failures: 0 };

  constructor(
    pull: PullSetup,
    parts: { http: HttpPort; exchange: Exchange; clock: Clock; logger: Logger },
  ) {
    this.#pull = pull;
    [this.#http, this.#exchange] = [parts.http, parts.exchange];
    [this.#clock, this.#logger] = [parts.clock, parts.logger];
  }

  start(): void {
    void this.#turn();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  status(): PullStatus {
    return this.#status;
  }

  /** Fetches once; gives what is offered, or why there is nothing. Takes no offer. */
  async fetch(): Promise<readonly RunPlan[] | string> {
    const { url, fetchHeaders, timeoutMs } = this.#pull;
    const answer = await this.#http.ask({
      ...{ method: 'GET', url, headers: { accept: 'application/json', ...fetchHeaders } },
      ...{ timeoutMs, maxBytes: MAX_ANSWER_BYTES },
    });
    if ('problem' in answer) return answer.problem;
    if (answer.status < 200 || answer.status > 299) return `answered ${answer.status}`;
    let json: unknown;
    try {
      json = JSON.parse(answer.body);
    } catch {
      return 'the answer is not JSON';
    }
    return offersOf(this.#pull, json, this.#clock.wallMicros());
  }

  async #turn(): Promise<void> {
    const [beganAt, askedAt] = [this.#clock.now(), this.#clock.wallMicros()];
    const offers = await this.fetch();
    if (this.#isStopped) return;
    this.#note(offers);
    for (const run of typeof offers === 'string' ? [] : offers) {
      const fate = await this.#exchange.offer(run, askedAt);
      if (fate !== 'known')
        this.#logger.info('an offer', { pull: this.#pull.name, run: run.id, fate });
    }
    const { everyMs } = this.#pull;
    const missed = Math.ceil((this.#clock.now() - beganAt) / everyMs);
    const nextAt = beganAt + Math.max(1, missed) * everyMs;
    this.#arm(nextAt);
  }

  /** An answer may come when all is over. */
  #arm(at: number): void {
    if (!this.#isStopped) this.#cancel = this.#clock.alarm(at, () => void this.#turn());
  }

  #note(offers: readonly RunPlan[] | string): void {
    const { state, failures } = this.#status;
    const fetches = this.#status.fetches + 1;
    const { name } = this.#pull;
    if (typeof offers === 'string') {
      const error = offers;
      if (state !== 'failing') this.#logger.warn('a pull gets no answer', { pull: name, error });
      this.#status = { ...this.#status, state: 'failing', error, fetches, failures: failures + 1 };
      return;
    }
    if (state === 'failing') this.#logger.info('a pull gets answers again', { pull: name });
    const lastAnswerAt = this.#clock.wallMicros();
    this.#status = { state: 'good', lastAnswerAt, fetches, failures };
  }
}
