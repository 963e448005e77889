import type { Clock } from './clock.ts';

const WINDOW_MS = 60_000;
const STEP_MS = 5_000;

/** Which share of the last minute a line was busy, from a counter that only grows. */
export class LoadMeter {
  readonly #busyMs: () => number;
  readonly #clock: Clock;
  /** One mark every few seconds, so never more than a dozen. */
  #marks: { at: number; busyMs: number }[];

  constructor(busyMs: () => number, clock: Clock) {
    this.#busyMs = busyMs;
    this.#clock = clock;
    this.#marks = [{ at: clock.now(), busyMs: busyMs() }];
  }

  /** Notes how far the counter has come; cheap enough for every look at the schedule. */
  look(): void {
    const now = this.#clock.now();
    if (now - (this.#marks.at(-1)?.at ?? -Infinity) < STEP_MS) return;
    this.#marks = this.#marks.filter(({ at }) => now - at < WINDOW_MS);
    this.#marks.push({ at: now, busyMs: this.#busyMs() });
  }

  /** 0..1 */
  share(): number {
    const first = this.#marks[0];
    const elapsed = first === undefined ? 0 : this.#clock.now() - first.at;
    if (first === undefined || elapsed <= 0) return 0;
    return Math.min(1, Math.max(0, (this.#busyMs() - first.busyMs) / elapsed));
  }
}
