/** A part that was missing from so many cycles in a row comes at times of its own. */
const CYCLES_TO_LEAVE = 3;
/** One that came in so many cycles in a row belongs to them again. */
const CYCLES_TO_RETURN = 3;

export interface CycleOptions {
  readonly parts: readonly number[];
  /** The least value of the multiplexor of the message that starts it; undefined where it has none. */
  readonly first: number | undefined;
  /** One that takes longer is given up, in milliseconds. */
  readonly maxMs: number;
  /** These belong together. The array is not to be kept. */
  readonly tell: (parts: readonly number[]) => void;
}

/**
 * Gathers the frames that a device sends in turn, and tells them together, so that nobody sees values of
 * one turn beside those of another.
 *
 * Theory of operation. A cycle begins with a frame of the message that starts it: with each one where it
 * has no multiplexor, else when its multiplexor does not rise any more. Values are told with the last
 * part that is expected. What a cycle lacks makes the whole of it void: the values before it stand until
 * they are too old, and `incomplete` counts. A part that is often missing is no part of the cycle (one
 * of a slower rhythm, or one that this device does not send): it is told whenever it comes.
 */
export class Cycle {
  readonly #options: CycleOptions;
  readonly #state = new Map<number, PartState>();
  #isRunning = false;
  #isTold = false;
  #hasTold = false;
  #startedAt = 0;
  #last = -1;
  /** Cycles of which a frame was missing. */
  incomplete = 0;

  constructor(options: CycleOptions) {
    this.#options = options;
    for (const part of options.parts) {
      this.#state.set(part, { isSeen: false, isApart: false, missed: 0, streak: 0 });
    }
  }

  /** A frame of the message that starts it came, with this value of its multiplexor. */
  start(position: number | undefined, now: number): void {
    const { first } = this.#options;
    const isNew = position === undefined || position <= this.#last || position === first;
    this.#last = position ?? -1;
    if (!isNew) return;
    if (this.#isRunning) this.#close();
    this.#isRunning = true;
    this.#isTold = false;
    this.#startedAt = now;
    for (const state of this.#state.values()) state.isSeen = false;
  }

  part(part: number, now: number): void {
    const state = this.#state.get(part);
    if (state === undefined) return;
    if (this.#isRunning && now - this.#startedAt > this.#options.maxMs) {
      this.#isRunning = false;
      this.incomplete += 1;
    }
    if (state.isApart) {
      state.isSeen = true;
      this.#options.tell([part]);
      return;
    }
    if (!this.#isRunning || this.#isTold) return;
    state.isSeen = true;
    if (this.#isComplete()) this.#tell();
  }

  #isComplete(): boolean {
    for (const { isSeen, isApart } of this.#state.values()) if (!isSeen && !isApart) return false;
    return true;
  }

  #tell(): void {
    this.#isTold = true;
    this.#hasTold = true;
    const together: number[] = [];
    for (const [part, { isApart }] of this.#state) if (!isApart) together.push(part);
    if (together.length > 0) this.#options.tell(together);
  }

  #close(): void {
    for (const state of this.#state.values()) {
      if (state.isApart) {
        state.streak = state.isSeen ? state.streak + 1 : 0;
        if (state.streak >= CYCLES_TO_RETURN) Object.assign(state, { isApart: false, missed: 0 });
      } else if (state.isSeen) {
        state.missed = 0;
      } else {
        state.missed += 1;
        // The first cycle says how things are here; later ones may have lost a frame.
        if (!this.#hasTold || state.missed >= CYCLES_TO_LEAVE) {
          Object.assign(state, { isApart: true, streak: 0 });
        }
      }
    }
    if (this.#isTold) return;
    if (this.#isComplete()) this.#tell();
    else this.incomplete += 1;
  }
}

interface PartState {
  isSeen: boolean;
  /** It comes at times of its own. */
  isApart: boolean;
  /** Cycles in a row without it. */
  missed: number;
  /** Cycles in a row with it, while it is apart. */
  streak: number;
}
