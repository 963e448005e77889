const SLOTS = 12;
const SLOT_MS = 5_000;

/** Counts what happens, and says how often it happened over the last minute. */
export class RateMeter {
  readonly #counts = new Float64Array(SLOTS);
  readonly #startedAt: number;
  #slot: number;

  constructor(now: number) {
    this.#startedAt = now;
    this.#slot = Math.floor(now / SLOT_MS);
  }

  add(count: number, now: number): void {
    this.#turn(now);
    const index = this.#slot % SLOTS;
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
  }

  /** Per second. */
  rate(now: number): number {
    this.#turn(now);
    const span = Math.min(SLOTS * SLOT_MS, now - this.#startedAt);
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    return total / (Math.max(span, 1_000) / 1_000);
  }

  #turn(now: number): void {
    const slot = Math.floor(now / SLOT_MS);
    for (let steps = Math.min(slot - this.#slot, SLOTS); steps > 0; steps -= 1) {
      this.#counts[(slot - steps + 1) % SLOTS] = 0;
    }
    this.#slot = slot;
  }
}
