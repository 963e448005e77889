import { type Cancel, type Clock, sleep } from '../base/clock.ts';

/** A turn may keep the event loop for so long. */
const TURN_MS = 2;

/** How a loop waits for what is new without missing it, and lets others have their turn. */
export class Nap {
  readonly #clock: Clock;
  readonly #rest: AbortSignal;
  #turnAt = 0;
  #isAwake = false;
  #wakeUp: () => void = () => undefined;

  /** Once `rest` is aborted, nothing is waited for any more. */
  constructor(clock: Clock, rest: AbortSignal) {
    this.#clock = clock;
    this.#rest = rest;
  }

  /** Something is new, or a person wants something. */
  wake(): void {
    this.#isAwake = true;
    this.#wakeUp();
  }

  /** A turn begins: what happens from now on, `wait` does not sleep over. */
  begin(): void {
    this.#isAwake = false;
  }

  /** Until something is new, or `at`. */
  async wait(at: number): Promise<void> {
    // What happened since the turn began was perhaps not seen by it.
    if (this.#isAwake || this.#rest.aborted) return;
    let cancel: Cancel = () => undefined;
    await new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
      cancel = this.#clock.alarm(at, resolve);
    });
    cancel();
    this.#turnAt = this.#clock.now();
  }

  /** Lets the event loop do other things when this turn was long. */
  async breathe(): Promise<void> {
    if (this.#clock.now() - this.#turnAt < TURN_MS) return;
    await sleep(this.#clock, 0);
    this.#turnAt = this.#clock.now();
  }
}
