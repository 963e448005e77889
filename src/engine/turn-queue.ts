import type { Device, DeviceJob } from './device.ts';
import type { ReadGroup } from './read-group.ts';

/** What waits for its turn on the line: a round of a job, or the one question to a silent device. */
export type Turn =
  | { readonly kind: 'round'; readonly job: DeviceJob }
  | {
      readonly kind: 'probe';
      readonly device: Device;
      readonly group: ReadGroup;
      /** Called when it is over, where somebody wants to know. */
      readonly done?: () => void;
    };

/** A turn that may be taken now, and how long it may take. */
export interface Grant {
  readonly turn: Turn;
  readonly timeoutMs: number;
  readonly retries: number;
}

/** A question that never finds a gap is asked all the same after this long: devices do come back. */
const PATIENCE_MS = 60_000;

/** The first question to a device, on a line that is busy with others from the start. */
const FIRST_PATIENCE_MS = 1_000;

/** Left between the end of a doubtful question and the next certain one. */
const MARGIN_MS = 2;

export function deviceOf(turn: Turn): Device {
  return turn.kind === 'probe' ? turn.device : turn.job.device;
}

/**
 * Who is next on a line that carries one transaction at a time.
 *
 * Theory of operation. Questions to devices that answer are certain, those to all others doubtful: they
 * may cost their whole timeout. Certain ones go first, in the order in which they came. A doubtful one
 * goes out only where the plan has a gap, and its timeout ends with the gap, so that it delays nobody;
 * where no gap is as long as the device may need to answer, it waits, a minute at most, and a second the
 * first time. On a line with
 * a single device, or with several transactions at once, there is nobody to delay.
 */
export class TurnQueue {
  readonly #isShared: boolean;
  readonly #certain: Turn[] = [];
  readonly #doubtful: { readonly turn: Turn; readonly since: number }[] = [];

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  /** Each turn stands here at most once, so the queue is never longer than there are jobs. */
  push(turn: Turn, now: number): void {
    if (!this.#isShared || deviceOf(turn).health.state === 'good') this.#certain.push(turn);
    else this.#doubtful.push({ turn, since: now });
  }

  /** Ahead of everybody: somebody wants to know now, whatever it costs the others. */
  pushFirst(turn: Turn): void {
    this.#certain.unshift(turn);
  }

  /** The turn to take now. `nextCertainAt` is when the next question to an answering device is due. */
  take(now: number, nextCertainAt: number): Grant | undefined {
    const certain = this.#certain.shift();
    if (certain !== undefined) return wholeGrant(certain);
    const gap = nextCertainAt - now - MARGIN_MS;
    for (const [index, { turn, since }] of this.#doubtful.entries()) {
      const { setup, leastTimeoutMs, health } = deviceOf(turn);
      const isDue = now - since >= (health.state === 'waiting' ? FIRST_PATIENCE_MS : PATIENCE_MS);
      if (gap < leastTimeoutMs && !isDue) continue;
      this.#doubtful.splice(index, 1);
      if (gap === Infinity) return wholeGrant(turn);
      const timeoutMs = Math.min(setup.timeoutMs, Math.max(gap, leastTimeoutMs));
      return { turn, timeoutMs, retries: 0 };
    }
    return undefined;
  }

  clear(): void {
    for (const turn of this.#certain) if (turn.kind === 'probe') turn.done?.();
    this.#certain.length = 0;
    this.#doubtful.length = 0;
  }
}

function wholeGrant(turn: Turn): Grant {
  const { timeoutMs, retries } = deviceOf(turn).setup;
  return { turn, timeoutMs, retries: turn.kind === 'probe' ? 0 : retries };
}
