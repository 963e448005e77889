import type { Clock } from './clock.ts';
import type { LogFields, Logger } from './log.ts';

/** The same thing is said no more often than this, and only so many things in that time. */
const EVERY_MS = 10_000;
const MAX_LINES = 30;
/** Different things remembered. Beyond that the oldest is forgotten, and may be said again. */
const MAX_KEYS = 256;

/**
 * A log for what clients can cause as fast as they can ask. What is left out is counted, in `more` of
 * the next line.
 */
export class SparingLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #saidAt = new Map<string, number>();
  #unsaid = 0;
  #linesSince = -Infinity;
  #lines = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Warns, unless the same `key` was warned of a moment ago, or too much was. */
  warn(key: string, message: string, fields: LogFields): void {
    const now = this.#clock.now();
    if (now - this.#linesSince >= EVERY_MS) [this.#linesSince, this.#lines] = [now, 0];
    const saidAt = this.#saidAt.get(key) ?? -Infinity;
    if (now - saidAt < EVERY_MS || this.#lines >= MAX_LINES) {
      this.#unsaid += 1;
      return;
    }
    this.#logger.warn(message, this.#unsaid === 0 ? fields : { ...fields, more: this.#unsaid });
    this.#unsaid = 0;
    this.#lines += 1;
    this.#remember(key, now);
  }

  #remember(key: string, now: number): void {
    this.#saidAt.delete(key);
    this.#saidAt.set(key, now);
    if (this.#saidAt.size <= MAX_KEYS) return;
    for (const oldest of this.#saidAt.keys()) {
      this.#saidAt.delete(oldest);
      break;
    }
  }
}
