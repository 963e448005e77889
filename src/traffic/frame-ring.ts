import type { TraceEvent } from '../client/client.ts';

export type FrameOutcome = NonNullable<TraceEvent['outcome']>;

/** One frame that crossed a line, or a time in which none came. */
export interface RecordedFrame {
  /** Counts up from 1, over all lines, and says where to go on. */
  readonly seq: number;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly line: string;
  readonly direction: TraceEvent['direction'];
  readonly outcome?: FrameOutcome;
  /** With its envelope. Empty for a timeout. */
  readonly bytes: Uint8Array;
}

export interface RingLimits {
  readonly frames: number;
  /** Of all frames together; the oldest ones go when either is reached. */
  readonly bytes: number;
}

export const RING_LIMITS: RingLimits = { frames: 10_000, bytes: 1_000_000 };

const OUTCOMES: readonly (FrameOutcome | undefined)[] = [
  undefined,
  ...(['answer', 'late', 'foreign', 'damaged', 'timeout'] as const),
];

/**
 * The newest frames of all lines.
 *
 * Theory of operation. Each frame is a row of typed arrays, and its bytes are in one ring of bytes, so that
 * recording allocates nothing. `#first` is the sequence number of the oldest row that is whole: rows are given
 * up when their place, or that of their bytes, is needed.
 */
export class FrameRing {
  readonly #limits: RingLimits;
  readonly #lines: string[] = [];
  readonly #at: Float64Array;
  readonly #line: Uint16Array;
  readonly #kind: Uint8Array;
  readonly #start: Float64Array;
  readonly #size: Uint16Array;
  readonly #bytes: Uint8Array;
  #first = 1;
  #next = 1;
  /** Where the next bytes go, counted from the beginning of time; its place is the remainder. */
  #end = 0;

  constructor(limits: RingLimits = RING_LIMITS) {
    this.#limits = limits;
    this.#at = new Float64Array(limits.frames);
    this.#line = new Uint16Array(limits.frames);
    this.#kind = new Uint8Array(limits.frames);
    this.#start = new Float64Array(limits.frames);
    this.#size = new Uint16Array(limits.frames);
    this.#bytes = new Uint8Array(limits.bytes);
  }

  /** The oldest frame that is kept. */
  get first(): number {
    return this.#first;
  }

  /** The frame that comes next. */
  get next(): number {
    return this.#next;
  }

  /** `at` in microseconds since 1970. What is longer than a tenth of the ring is cut. */
  record(line: string, { direction, outcome, bytes }: TraceEvent, at: number): void {
    const { frames, bytes: room } = this.#limits;
    const size = Math.min(bytes.length, Math.floor(room / 10));
    // In one piece: what does not fit behind the last one begins at the front again.
    const place = this.#end % room;
    const start = place + size > room ? this.#end + room - place : this.#end;
    this.#end = start + size;
    while (this.#first < this.#next && this.#isInTheWay(this.#first)) this.#first += 1;
    const row = this.#next % frames;
    this.#bytes.set(size === bytes.length ? bytes : bytes.subarray(0, size), start % room);
    this.#at[row] = at;
    this.#line[row] = this.#lineNumber(line);
    this.#kind[row] = OUTCOMES.indexOf(outcome) * 2 + (direction === 'sent' ? 0 : 1);
    this.#start[row] = start;
    this.#size[row] = size;
    this.#next += 1;
  }

  /** Up to `limit` frames from `from` on, in their order; `wants` chooses by line. */
  read(
    from: number,
    limit: number,
    wants: (line: string) => boolean = () => true,
  ): RecordedFrame[] {
    const found: RecordedFrame[] = [];
    for (
      let seq = Math.max(from, this.#first);
      seq < this.#next && found.length < limit;
      seq += 1
    ) {
      const line = this.#lines[this.#line[seq % this.#limits.frames] ?? 0] ?? '';
      if (wants(line)) found.push(this.#frame(seq, line));
    }
    return found;
  }

  /** One frame; undefined when it is not kept any more, or not there yet. */
  frame(seq: number): RecordedFrame | undefined {
    if (!Number.isInteger(seq) || seq < this.#first || seq >= this.#next) return undefined;
    return this.#frame(seq, this.#lines[this.#line[seq % this.#limits.frames] ?? 0] ?? '');
  }

  #frame(seq: number, line: string): RecordedFrame {
    const row = seq % this.#limits.frames;
    const kind = this.#kind[row] ?? 0;
    const outcome = OUTCOMES[kind >> 1];
    const start = (this.#start[row] ?? 0) % this.#limits.bytes;
    return {
      ...{ seq, at: this.#at[row] ?? 0, line, direction: kind & 1 ? 'received' : 'sent' },
      ...(outcome !== undefined && { outcome }),
      bytes: this.#bytes.slice(start, start + (this.#size[row] ?? 0)),
    };
  }

  #isInTheWay(seq: number): boolean {
    const { frames, bytes } = this.#limits;
    if (this.#next - seq >= frames) return true;
    return (this.#start[seq % frames] ?? 0) + bytes < this.#end;
  }

  /** Lines are few, and stay: their names are kept once. */
  #lineNumber(line: string): number {
    const known = this.#lines.indexOf(line);
    return known >= 0 ? known : this.#lines.push(line) - 1;
  }
}
