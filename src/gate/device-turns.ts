import type { Cancel, Clock } from '../base/clock.ts';

/** Ends a turn; the next in the queue begins. */
export type EndTurn = () => void;

interface Waiting {
  readonly begin: (turn: EndTurn | 'expired') => void;
  readonly cancel: Cancel;
}

/** One writer per device at a time; the others wait in order, not more than so many, and not for ever. */
export class DeviceTurns {
  readonly #clock: Clock;
  readonly #limit: number;
  /** The queue of each device whose turn is taken. */
  readonly #queues = new Map<string, Waiting[]>();
  #idle: (() => void)[] = [];

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Resolves with the turn; `full`: too many wait; `expired`: `notAfter` passed, on the clock's scale. */
  async take(device: string, notAfter: number): Promise<EndTurn | 'full' | 'expired'> {
    const queue = this.#queues.get(device);
    if (queue === undefined) {
      this.#queues.set(device, []);
      return this.#turnOf(device);
    }
    if (queue.length >= this.#limit) return 'full';
    return new Promise((resolve) => {
      const cancel = this.#clock.alarm(notAfter, () => {
        queue.splice(queue.indexOf(waiting), 1);
        resolve('expired');
      });
      const waiting: Waiting = { begin: resolve, cancel };
      queue.push(waiting);
    });
  }

  /** Resolves when nobody has a turn any more. */
  async idle(): Promise<void> {
    if (this.#queues.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #turnOf(device: string): EndTurn {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = this.#queues.get(device)?.shift();
      if (next !== undefined) {
        next.cancel();
        next.begin(this.#turnOf(device));
        return;
      }
      this.#queues.delete(device);
      if (this.#queues.size > 0) return;
      for (const resolve of this.#idle.splice(0)) resolve();
    };
  }
}
