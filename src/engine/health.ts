import { Backoff, type BackoffLimits, RECONNECT_BACKOFF } from '../base/backoff.ts';

/** So many polls in a row must fail before a device is asked with growing pauses only. */
const SILENT_AFTER = 3;

export type HealthState = 'waiting' | 'good' | 'failing' | 'silent';

/**
 * Whether a device answers, and when a silent one is asked again.
 *
 * Theory of operation. waiting -> good or failing with the first outcome; failing -> silent after
 * three failures in a row; every answer, an exception too, leads to good. A failing device keeps its
 * polls; a silent one is asked one cheap question after each pause of a growing series, so that it
 * costs its neighbours little and is back within one pause.
 */
export class DeviceHealth {
  readonly #backoff: Backoff;
  #state: HealthState = 'waiting';
  #failuresInRow = 0;
  #error: string | undefined;
  #nextTryAt = Infinity;

  constructor(limits: BackoffLimits = RECONNECT_BACKOFF, random?: () => number) {
    this.#backoff = new Backoff(limits, random);
  }

  get state(): HealthState {
    return this.#state;
  }

  /** The last failure in words, while the device does not answer. */
  get error(): string | undefined {
    return this.#error;
  }

  /** When a silent device is asked next, in milliseconds of the clock; Infinity otherwise. */
  get nextTryAt(): number {
    return this.#nextTryAt;
  }

  /** A silent device is asked now; one that is not is asked anyway. */
  tryAt(now: number): void {
    if (this.#state === 'silent') this.#nextTryAt = Math.min(this.#nextTryAt, now);
  }

  /** Returns true when the device had not answered before. */
  answered(): boolean {
    const recovered = this.#state !== 'good';
    this.#state = 'good';
    this.#failuresInRow = 0;
    this.#error = undefined;
    this.#nextTryAt = Infinity;
    this.#backoff.reset();
    return recovered;
  }

  /** Returns true when the device has become silent by this failure. */
  failed(now: number, error: string): boolean {
    this.#failuresInRow += 1;
    this.#error = error;
    if (this.#failuresInRow < SILENT_AFTER) {
      this.#state = 'failing';
      return false;
    }
    const turned = this.#state !== 'silent';
    this.#state = 'silent';
    this.#nextTryAt = now + this.#backoff.next();
    return turned;
  }
}
