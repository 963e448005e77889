/** Growing pauses between tries, each with jitter so that many devices do not knock together. */
export interface BackoffLimits {
  /** First pause, in milliseconds. */
  readonly firstMs: number;
  /** No pause is longer, in milliseconds. */
  readonly maxMs: number;
}

export const RECONNECT_BACKOFF: BackoffLimits = { firstMs: 500, maxMs: 60_000 };

/** Doubles from `firstMs` to `maxMs`; each pause is 75 to 100 % of that. */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #tries = 0;

  constructor(limits: BackoffLimits = RECONNECT_BACKOFF, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** The next pause, in milliseconds. */
  next(): number {
    const full = Math.min(
      this.#limits.maxMs,
      this.#limits.firstMs * 2 ** Math.min(this.#tries, 30),
    );
    this.#tries += 1;
    return full * (0.75 + 0.25 * this.#random());
  }

  reset(): void {
    this.#tries = 0;
  }
}
