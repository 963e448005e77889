import type { Clock } from '../../base/clock.ts';

/** Wrong tries of one address, or for one name, before each further one has to wait. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After so long without a try the past is forgotten. */
const FORGET_MS = 60 * 60_000;
/** Addresses and names that are remembered; the oldest goes. */
const MAX_REMEMBERED = 1_000;
/** Checks of passwords at a time: each costs memory and time. */
const MAX_AT_ONCE = 2;

interface Past {
  failures: number;
  lastAt: number;
  notBefore: number;
}

/**
 * Slows down whoever tries passwords: each wrong try of an address, and each for a name, doubles the wait before the
 * next. Somebody who knows the password of another name waits for nobody.
 */
export class LoginLimiter {
  readonly #clock: Clock;
  readonly #pasts = new Map<string, Past>();
  #underWay = 0;
  /** Tries that were turned away unseen. */
  refused = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds to wait before a try may be made; 0 when it may be made now, which then has begun. */
  begin(address: string, name: string): number {
    const now = this.#clock.now();
    const waits = [addressKey(address), nameKey(name)].map(
      (key) => (this.#pasts.get(key)?.notBefore ?? -Infinity) - now,
    );
    const wait = Math.max(0, ...waits, this.#underWay >= MAX_AT_ONCE ? FIRST_WAIT_MS : 0);
    if (wait > 0) this.refused += 1;
    else this.#underWay += 1;
    return wait;
  }

  /** How a try that had begun ended. */
  end(address: string, name: string, isRight: boolean): void {
    this.#underWay -= 1;
    const keys = [addressKey(address), nameKey(name)];
    for (const key of keys) {
      if (isRight) this.#pasts.delete(key);
      else this.#failed(key);
    }
  }

  #failed(key: string): void {
    const now = this.#clock.now();
    const before = this.#pasts.get(key);
    const isRecent = before !== undefined && now - before.lastAt < FORGET_MS;
    const failures = (isRecent ? before.failures : 0) + 1;
    const doublings = failures - FREE_TRIES;
    const wait = doublings < 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** doublings);
    this.#pasts.delete(key);
    this.#pasts.set(key, { failures, lastAt: now, notBefore: now + wait });
    const [oldest] = this.#pasts.keys();
    if (this.#pasts.size > MAX_REMEMBERED && oldest !== undefined) this.#pasts.delete(oldest);
  }
}

function addressKey(address: string): string {
  return `from ${address}`;
}

function nameKey(name: string): string {
  return `for ${name}`;
}
