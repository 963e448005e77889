/** What a trigger was told. */
export interface Reading {
  /** The condition; undefined while something in it is not good. */
  readonly when: boolean | undefined;
  /** What arms it again; undefined while not known. Default of a rule: the opposite of `when`. */
  readonly until: boolean | undefined;
  /** The values that its steps need are known. */
  readonly isComplete: boolean;
}

/** What follows from a reading. */
export interface TriggerStep {
  /** The rule is to be run. */
  readonly fires: boolean;
  /** What the state has become; absent: as it was. */
  readonly on?: boolean;
  /** When to look again without a new reading, on the steering clock. */
  readonly wakeAt?: number;
}

/**
 * The edge of a condition. It fires once when the condition has held for the delay, and again only after it
 * was armed. A condition that was never known is learned and fires nothing: what it is compared with must
 * have been seen. A reading that is not good changes nothing.
 */
export class Trigger {
  readonly #delayMs: number;
  #on: boolean | undefined;
  /** Since when the condition has held without having fired. */
  #since: number | undefined;
  /** It has held for long enough, and only waits for its values. */
  #isOwed = false;

  constructor(delayMs: number, on: boolean | undefined) {
    this.#delayMs = delayMs;
    this.#on = on;
  }

  get on(): boolean | undefined {
    return this.#on;
  }

  read(reading: Reading, now: number): TriggerStep {
    const { when, until } = reading;
    if (this.#on === undefined) return when === undefined ? NOTHING : this.#become(when);
    if (this.#on) return until === true ? this.#become(false) : NOTHING;
    if (when === undefined) return NOTHING;
    return when ? this.#holds(now, reading.isComplete) : this.#ceases();
  }

  #holds(now: number, isComplete: boolean): TriggerStep {
    this.#since ??= now;
    const dueAt = this.#since + this.#delayMs;
    if (now < dueAt) return { fires: false, wakeAt: dueAt };
    if (isComplete) return { ...this.#become(true), fires: true };
    this.#isOwed = true;
    return NOTHING;
  }

  /** What has held for long enough has happened, also when a value for it never came. */
  #ceases(): TriggerStep {
    const isOwed = this.#isOwed;
    this.#since = undefined;
    this.#isOwed = false;
    return isOwed ? { ...this.#become(true), fires: true } : NOTHING;
  }

  /** The run could not be recorded: the edge is still to come. */
  takeBack(): void {
    this.#on = false;
  }

  #become(on: boolean): TriggerStep {
    this.#on = on;
    this.#since = undefined;
    this.#isOwed = false;
    return { fires: false, on };
  }
}

const NOTHING: TriggerStep = { fires: false };
