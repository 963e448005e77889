import { OverloadError } from '../base/errors.ts';
import type { BenchQuestion } from '../workbench/bench-line.ts';

/** A question of somebody who looks at a line, on its way. */
export interface Guest {
  readonly question: BenchQuestion;
  /** When it came, on the scale of the clock. */
  readonly since: number;
  /** A gap shorter than this is not worth trying, in milliseconds. */
  readonly needMs: number;
  /** How long the device may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A guest whose turn it is, and how long it may take. */
export interface GuestGrant<G extends Guest> {
  readonly guest: G;
  readonly timeoutMs: number;
}

/** Questions that may wait on one line. */
const MAX_GUESTS = 4;

/** What was carried for guests is followed by so many times its length without any: 1 of 5 is 20 %. */
const REST_FACTOR = 4;

/** A guest that no gap was long enough for goes ahead of the polls, once, after this long. */
const PATIENCE_MS = 5_000;

/** Left between the end of a guest's time and the next poll. */
const MARGIN_MS = 2;

/** Where polls wait for it anyway it is not given up sooner than this. */
const LEAST_TIMEOUT_MS = 100;

/**
 * Who is next of those who look at a line beside its polls.
 *
 * Theory of operation. Two rules. Guests go one at a time, and after a request that held the line for T
 * the next of all of them begins 4T later at the earliest, so that together they never have more than a
 * fifth of its time. And on a line with one transaction at a time a guest goes out only where no poll waits and the plan has a gap as
 * long as the device is likely to need; its timeout ends with half of the gap, since on a serial line
 * the same time passes again before a late answer cannot come any more. Where the plan has no such gap
 * the guest goes ahead after five seconds: it delays polls once, by what it needs, and the first rule
 * holds for it all the same.
 */
export class GuestQueue<G extends Guest> {
  readonly #waiting: G[] = [];
  #isOut = false;
  #restUntil = -Infinity;

  /** Throws OverloadError. */
  push(guest: G): void {
    if (this.#waiting.length >= MAX_GUESTS) {
      throw new OverloadError(`${MAX_GUESTS} requests wait for this line already`);
    }
    this.#waiting.push(guest);
  }

  /** Nobody waits for it any more. */
  remove(guest: G): void {
    const index = this.#waiting.indexOf(guest);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** One that has waited so long that polls wait for it. */
  takeOverdue(now: number): GuestGrant<G> | undefined {
    const first = this.#first(now);
    if (first === undefined || now < this.#overdueAt(first)) return undefined;
    this.#leave();
    return {
      guest: first,
      timeoutMs: Math.min(first.timeoutMs, Math.max(first.needMs, LEAST_TIMEOUT_MS)),
    };
  }

  /** The first one, if its need fits before the next poll; `gapEndsAt` is when that is due. */
  take(now: number, gapEndsAt: number): GuestGrant<G> | undefined {
    const first = this.#first(now);
    const gap = gapEndsAt - now - MARGIN_MS;
    if (first === undefined || gap < first.needMs) return undefined;
    this.#leave();
    return { guest: first, timeoutMs: Math.min(first.timeoutMs, Math.max(gap / 2, first.needMs)) };
  }

  /** A guest's request has held the line for so long. */
  ended(now: number, heldMs: number): void {
    this.#isOut = false;
    this.#restUntil = now + REST_FACTOR * heldMs;
  }

  /** When something may change by time alone; Infinity: when nobody waits. */
  wakeAt(now: number): number {
    const [first] = this.#waiting;
    if (first === undefined || this.#isOut) return Infinity;
    if (now < this.#restUntil) return this.#restUntil;
    return Math.max(now, this.#overdueAt(first));
  }

  /** All that wait; they wait no longer. */
  clear(): readonly G[] {
    return this.#waiting.splice(0);
  }

  /** Who is next, if anybody may go. */
  #first(now: number): G | undefined {
    return this.#isOut || now < this.#restUntil ? undefined : this.#waiting[0];
  }

  /** Patience begins when nothing but polls is in the way. */
  #overdueAt({ since }: G): number {
    return Math.max(since, this.#restUntil) + PATIENCE_MS;
  }

  #leave(): void {
    this.#waiting.shift();
    this.#isOut = true;
  }
}
