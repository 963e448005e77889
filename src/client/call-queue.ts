import { OverloadError } from '../base/errors.ts';
import type { Call } from './call.ts';

/** Calls that wait for their turn: the urgent ones first, each kind in the order of asking. */
export class CallQueue {
  readonly #limit: number;
  readonly #urgent: Call[] = [];
  readonly #normal: Call[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#urgent.length + this.#normal.length;
  }

  /** Throws OverloadError when as many wait as may. */
  push(call: Call): void {
    if (this.size >= this.#limit) {
      throw new OverloadError(`${this.size} requests wait already, and no more may`);
    }
    this.#kind(call).push(call);
  }

  /** Puts a call that is sent again in front of its kind. It has had its place before. */
  putBack(call: Call): void {
    this.#kind(call).unshift(call);
  }

  next(): Call | undefined {
    return this.#urgent.shift() ?? this.#normal.shift();
  }

  /**
   * The first call that may be sent now. One that may not holds back those that were asked after it
   * of the same unit and kind: who writes a text and then its flag relies on the order.
   */
  nextThat(isSendable: (call: Call) => boolean): Call | undefined {
    return firstThat(this.#urgent, isSendable) ?? firstThat(this.#normal, isSendable);
  }

  /** Would `nextThat` find one? */
  hasOneThat(isSendable: (call: Call) => boolean): boolean {
    return (
      indexOfFirst(this.#urgent, isSendable) >= 0 || indexOfFirst(this.#normal, isSendable) >= 0
    );
  }

  remove(call: Call): void {
    const calls = this.#kind(call);
    const index = calls.indexOf(call);
    if (index >= 0) calls.splice(index, 1);
  }

  /** Fails all of them. */
  fail(error: unknown): void {
    for (const call of [...this.#urgent.splice(0), ...this.#normal.splice(0)]) call.fail(error);
  }

  #kind({ isUrgent }: Call): Call[] {
    return isUrgent ? this.#urgent : this.#normal;
  }
}

function firstThat(calls: Call[], isSendable: (call: Call) => boolean): Call | undefined {
  const index = indexOfFirst(calls, isSendable);
  return index < 0 ? undefined : calls.splice(index, 1)[0];
}

function indexOfFirst(calls: readonly Call[], isSendable: (call: Call) => boolean): number {
  const heldBack = new Set<number>();
  for (const [index, call] of calls.entries()) {
    if (heldBack.has(call.unitId)) continue;
    if (isSendable(call)) return index;
    heldBack.add(call.unitId);
  }
  return -1;
}
