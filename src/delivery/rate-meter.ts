const SLOTS = 12;
const SLOT_MS = 5_000;

const MINUTES = 60;
const MINUTE_MS = 60_000;

/** Counts what happens: how often over the last minute, and how much in each of the last sixty. */
export class RateMeter {
  readonly #counts = new Float64Array(SLOTS);
  readonly #perMinute = new Float64Array(MINUTES);
  readonly #startedAt: number;
  #slot: number;
  #minute: number;

  constructor(now: number) {
    this.#startedAt = now;
    this.#slot = Math.floor(now / SLOT_MS);
    this.#minute = Math.floor(now / MINUTE_MS);
  }

  add(count: number, now: number): void {
    this.#turn(now);
    const index = this.#slot % SLOTS;
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    const minute = this.#minute % MINUTES;
    this.#perMinute[minute] = (this.#perMinute[minute] ?? 0) + count;
  }

  /** Per second. */
  rate(now: number): number {
    this.#turn(now);
    const span = Math.min(SLOTS * SLOT_MS, now - this.#startedAt);
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    return total / (Math.max(span, 1_000) / 1_000);
  }

  /** How much in each minute since the start, sixty at most, the oldest first; the last one is not over. */
  minutes(now: number): readonly number[] {
    this.#turn(now);
    const since = this.#minute - Math.floor(this.#startedAt / MINUTE_MS) + 1;
    const size = Math.min(MINUTES, since);
    return Array.from(
      { length: size },
      (_, index) => this.#perMinute[(this.#minute - size + 1 + index) % MINUTES] ?? 0,
    );
  }

  #turn(now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    for (let steps = Math.min(minute - this.#minute, MINUTES); steps > 0; steps -= 1) {
      this.#perMinute[(minute - steps + 1) % MINUTES] = 0;
    }
    this.#minute = minute;
    const slot = Math.floor(now / SLOT_MS);
    for (let steps = Math.min(slot - this.#slot, SLOTS); steps > 0; steps -= 1) {
      this.#counts[(slot - steps + 1) % SLOTS] = 0;
    }
    this.#slot = slot;
  }
}
