import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';

/** Sends one message, such as `READY=1` and `STATUS=…`; rejects when it could not be told. See sd_notify(3). */
export type SendNotice = (assignments: readonly string[]) => Promise<void>;

/** Messages that wait while one is being told. More are only asked for by a fault. */
const MOST_WAITING = 16;

/**
 * Tells the service manager how we are, one message after the other. Whether it hears us changes nothing
 * of what we do: what could not be told is in the log, once.
 */
export class Notifier {
  readonly #send: SendNotice;
  readonly #logger: Logger;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #isFailing = false;
  /** Messages that were not told. */
  failures = 0;

  constructor(send: SendNotice, logger: Logger) {
    this.#send = send;
    this.#logger = logger;
  }

  /** Resolves with whether it was told, when everything before it was. */
  async tell(...assignments: readonly string[]): Promise<boolean> {
    if (this.#waiting >= MOST_WAITING) {
      this.failures += 1;
      return false;
    }
    this.#waiting += 1;
    const told = this.#last.then(async () => this.#tell(assignments));
    this.#last = told;
    return told;
  }

  async #tell(assignments: readonly string[]): Promise<boolean> {
    try {
      await this.#send(assignments);
      this.#isFailing = false;
      return true;
    } catch (error) {
      this.failures += 1;
      if (!this.#isFailing) this.#logger.warn(`systemd does not hear us: ${describeError(error)}`);
      this.#isFailing = true;
      return false;
    } finally {
      this.#waiting -= 1;
    }
  }
}
