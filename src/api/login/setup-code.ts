import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';

/** Whoever installs a gateway looks at its log soon; later a restart makes another one. */
const LIFE_MS = 3_600_000;
/** So many wrong ones end it: nobody mistypes a link. */
const MAX_WRONG = 20;

/** The secret of a link by which the first user is made. It works once, and for an hour. */
export class SetupCode {
  readonly code = randomBytes(24).toString('base64url');
  readonly #clock: Clock;
  readonly #until: number;
  #wrong = 0;
  #isUsed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#until = clock.now() + LIFE_MS;
  }

  get isOpen(): boolean {
    return !this.#isUsed && this.#wrong < MAX_WRONG && this.#clock.now() < this.#until;
  }

  fits(given: string): boolean {
    if (!this.isOpen) return false;
    const [a, b] = [given, this.code].map((text) => createHash('sha256').update(text).digest());
    const fits = a !== undefined && b !== undefined && timingSafeEqual(a, b);
    if (!fits) this.#wrong += 1;
    return fits;
  }

  use(): void {
    this.#isUsed = true;
  }
}
