import type { Clock } from '../base/clock.ts';
import type { WriteResult } from './write-request.ts';

interface Remembered {
  readonly asked: string;
  readonly result: Promise<WriteResult>;
  /** On the clock's scale; Infinity while it is under way. */
  until: number;
}

/** The results of requests with an idempotency key, for a time and up to a number. */
export class RememberedResults {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #keepMs: number;
  /** In the order of their coming. */
  readonly #results = new Map<string, Remembered>();
  /** Results that were forgotten before their time, because there were too many. */
  #forgotten = 0;

  constructor(clock: Clock, limit: number, keepMs: number) {
    this.#clock = clock;
    this.#limit = limit;
    this.#keepMs = keepMs;
  }

  get forgotten(): number {
    return this.#forgotten;
  }

  /** The result of the same request, `reused` where the key belongs to another, or undefined. */
  find(key: string, asked: string): Promise<WriteResult> | 'reused' | undefined {
    const known = this.#results.get(key);
    if (known === undefined || known.until <= this.#clock.now()) return undefined;
    return known.asked === asked ? known.result : 'reused';
  }

  /** Remembers a result to come. What sent nothing for good reason is judged anew the next time. */
  add(key: string, asked: string, result: Promise<WriteResult>): void {
    this.#makeRoom();
    const entry: Remembered = { asked, result, until: Infinity };
    this.#results.delete(key);
    this.#results.set(key, entry);
    const forget = (): void => {
      if (this.#results.get(key) === entry) this.#results.delete(key);
    };
    result.then(({ outcome }) => {
      if (outcome === 'refused') forget();
      else entry.until = this.#clock.now() + this.#keepMs;
    }, forget);
  }

  /** Remembers what was found in the audit; `agoMs` is how long it is past. */
  restore(key: string, asked: string, result: WriteResult, agoMs: number): void {
    const until = this.#clock.now() + this.#keepMs - Math.max(0, agoMs);
    if (until <= this.#clock.now()) return;
    this.#makeRoom();
    this.#results.set(key, { asked, result: Promise.resolve(result), until });
  }

  #makeRoom(): void {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#results) {
      if (this.#results.size < this.#limit && until > now) return;
      if (until > now) this.#forgotten += 1;
      this.#results.delete(key);
    }
  }
}
