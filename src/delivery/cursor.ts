/** Sequences from `from` on, up to and without `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A gap between two ranges is sent again before there are more of them than this. */
export const MAX_RANGES = 64;

/**
 * What of the journal one sink has not delivered yet: ranges that were missed, in order and apart from
 * each other, and everything from the live position on. The ranges are below the live position.
 */
export class Cursor {
  #live: number;
  #ranges: Range[] = [];
  #resent = 0;

  constructor(live: number, ranges: readonly Range[] = []) {
    this.#live = live;
    for (const { from, to } of ranges) this.miss(from, to);
  }

  /** Sequence of the next record to be sent as it happens. */
  get live(): number {
    return this.#live;
  }

  /** What was missed, the oldest first. */
  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  /** Records that will be sent again because ranges were joined to keep their number bounded. */
  get resent(): number {
    return this.#resent;
  }

  /** The oldest sequence that is not delivered. */
  get oldest(): number {
    return this.#ranges[0]?.from ?? this.#live;
  }

  /** Records below `head` that are not delivered. */
  waiting(head: number): number {
    let count = Math.max(0, head - this.#live);
    for (const { from, to } of this.#ranges) count += to - from;
    return count;
  }

  /**
   * How much of what waits is below `first` and cannot be read any more. What has been read already
   * counts as there: up to `backlogRead` of the oldest range, and up to `liveRead` of the live records.
   */
  gone(first: number, backlogRead: number, liveRead: number): number {
    let count = Math.max(0, first - Math.max(this.#live, liveRead));
    this.#ranges.forEach(({ from, to }, index) => {
      const unread = index === 0 ? Math.max(from, backlogRead) : from;
      count += Math.max(0, Math.min(to, first) - unread);
    });
    return count;
  }

  /** Everything below `to` that belongs to the live stream is delivered. */
  advance(to: number): void {
    this.#live = Math.max(this.#live, to);
  }

  /** Goes on live at `to`; what lies between was missed. */
  jump(to: number): void {
    if (to <= this.#live) return;
    this.miss(this.#live, to);
    this.#live = to;
  }

  /** Adds a range, in any order; it may touch or overlap others. */
  miss(from: number, to: number): void {
    if (to <= from) return;
    const [before, after] = this.#apart(from, to);
    const first = before.length;
    const touching = this.#ranges.slice(first, this.#ranges.length - after.length);
    const joined = {
      from: Math.min(from, touching[0]?.from ?? from),
      to: Math.max(to, touching.at(-1)?.to ?? to),
    };
    this.#ranges = [...before, joined, ...after];
    if (this.#ranges.length > MAX_RANGES) this.#joinNearest();
  }

  /** The sequences of [from, to) are delivered, or gone. */
  deliver(from: number, to: number): void {
    if (to <= from) return;
    this.#ranges = this.#ranges.flatMap((range) => {
      if (range.to <= from || range.from >= to) return [range];
      const parts = [
        { from: range.from, to: from },
        { from: to, to: range.to },
      ];
      return parts.filter((part) => part.to > part.from);
    });
    if (this.#ranges.length > MAX_RANGES) this.#joinNearest();
  }

  /** Nothing below `to` waits any more, but for what is kept; returns how many records that were. */
  drop(to: number, kept?: Range): number {
    const before = this.waiting(to);
    this.#live = Math.max(this.#live, to);
    this.#ranges = [];
    // As a range: what comes while it is being written is not behind it.
    if (kept !== undefined) this.miss(kept.from, Math.min(kept.to, this.#live));
    return Math.max(0, before - this.waiting(to));
  }

  /** What is below `first` is gone from the journal; returns how much of it live had not come to. */
  expireLive(first: number): number {
    const lost = Math.max(0, first - this.#live);
    this.advance(first);
    return lost;
  }

  /** The same for what was missed. */
  expireRanges(first: number): number {
    let lost = 0;
    for (const { from, to } of this.#ranges) lost += Math.max(0, Math.min(to, first) - from);
    if (lost > 0) this.deliver(0, first);
    return lost;
  }

  /** Those wholly before, and those wholly behind; what touches is neither. */
  #apart(from: number, to: number): [before: Range[], after: Range[]] {
    return [
      this.#ranges.filter((range) => range.to < from),
      this.#ranges.filter((range) => range.from > to),
    ];
  }

  #joinNearest(): void {
    let nearest = 1;
    for (let index = 2; index < this.#ranges.length; index += 1) {
      if (this.#gapBefore(index) < this.#gapBefore(nearest)) nearest = index;
    }
    const [a, b] = [this.#ranges[nearest - 1], this.#ranges[nearest]];
    if (a === undefined || b === undefined) return;
    this.#resent += b.from - a.to;
    this.#ranges.splice(nearest - 1, 2, { from: a.from, to: b.to });
  }

  #gapBefore(index: number): number {
    return (this.#ranges[index]?.from ?? 0) - (this.#ranges[index - 1]?.to ?? 0);
  }
}
