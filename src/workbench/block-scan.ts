/** Addresses in a row. */
export interface Block {
  readonly start: number;
  readonly count: number;
}

/** What is known of one address. */
export const UNKNOWN = 0;
export const THERE = 1;
export const MISSING = 2;
export const SILENT = 3;

/**
 * Finds out which addresses of a range a device has, with as few questions as it takes. A block that it
 * refuses is cut in two, down to a single address; behind one that is missing, into single ones at once.
 */
export class BlockScan {
  readonly #start: number;
  readonly #states: Uint8Array;
  /** Blocks to ask, the next one last. */
  readonly #pending: Block[] = [];

  /** `size`: addresses in the first blocks. */
  constructor({ start, count }: Block, size: number) {
    this.#start = start;
    this.#states = new Uint8Array(count);
    for (let at = 0; at < count; at += size) {
      this.#pending.push({ start: start + at, count: Math.min(size, count - at) });
    }
    this.#pending.reverse();
  }

  /** The block to ask now; undefined when all is known. It stays the next one until something is said of it. */
  next(): Block | undefined {
    return this.#pending.at(-1);
  }

  /** The device has the whole block. */
  found(): void {
    this.#judge(THERE);
  }

  /** The device refused it, or (`isSilent`) said nothing: something of it is not there. */
  lacks(isSilent = false): void {
    const block = this.#pending.at(-1);
    if (block === undefined) return;
    if (block.count === 1) {
      this.#judge(isSilent ? SILENT : MISSING);
      return;
    }
    this.#pending.pop();
    const { start, count } = block;
    if (this.#states[start - this.#start - 1] === MISSING) {
      // What lies behind a hole is mostly hole: halves of it would be asked for in vain.
      for (let at = count - 1; at >= 0; at -= 1)
        this.#pending.push({ start: start + at, count: 1 });
      return;
    }
    const head = Math.ceil(count / 2);
    this.#pending.push({ start: start + head, count: count - head }, { start, count: head });
  }

  /** Addresses of which something is known. */
  get judged(): number {
    return this.#states.length - this.#pending.reduce((sum, { count }) => sum + count, 0);
  }

  /** Those in one state, as blocks of neighbours, in order. */
  blocks(state: number): readonly Block[] {
    const found: Block[] = [];
    let from: number | undefined;
    for (let at = 0; at <= this.#states.length; at += 1) {
      const isSo = this.#states[at] === state;
      if (isSo) from ??= at;
      else if (from !== undefined) {
        found.push({ start: this.#start + from, count: at - from });
        from = undefined;
      }
    }
    return found;
  }

  #judge(state: number): void {
    const block = this.#pending.pop();
    if (block === undefined) return;
    const from = block.start - this.#start;
    this.#states.fill(state, from, from + block.count);
  }
}

/** The same blocks, none longer than `size`. */
export function cutBlocks(blocks: readonly Block[], size: number): readonly Block[] {
  return blocks.flatMap(({ start, count }) =>
    Array.from({ length: Math.ceil(count / size) }, (_, index) => ({
      start: start + index * size,
      count: Math.min(size, count - index * size),
    })),
  );
}
