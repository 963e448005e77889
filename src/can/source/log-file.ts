import { closeSync, openSync, readSync } from 'node:fs';
import type { CanFrame } from '../frame.ts';
import { CandumpLine } from './candump-line.ts';

const CHUNK_BYTES = 64 * 1024;
/** Longer lines are no frames. */
const MAX_LINE_BYTES = 512;
const LINE_FEED = 0x0a;

/** A candump log, frame after frame. It holds one chunk of the file, whatever its size. */
export class LogFile {
  damaged = 0;
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  readonly #line = new CandumpLine();
  #start = 0;
  #end = 0;
  #isAtEnd = false;

  /** Throws what `node:fs` does. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
  }

  get frame(): CanFrame {
    return this.#line.frame;
  }

  /** When the frame was recorded, microseconds since 1970; NaN where its line does not say. */
  get at(): number {
    return this.#line.at;
  }

  /** Goes on to the next frame; false at the end. Throws when the file cannot be read. */
  next(): boolean {
    for (;;) {
      const feed = this.#buffer.subarray(this.#start, this.#end).indexOf(LINE_FEED);
      const isLast = feed < 0 && this.#isAtEnd;
      if (feed < 0 && !isLast) {
        this.#fill();
        continue;
      }
      const stop = isLast ? this.#end : this.#start + feed;
      const bytes = this.#buffer.subarray(this.#start, stop);
      this.#start = isLast ? stop : stop + 1;
      const what = this.#line.read(bytes, bytes.length);
      if (what === 'frame') return true;
      if (what === 'damaged') this.damaged += 1;
      if (isLast) return false;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #fill(): void {
    const rest = this.#end - this.#start;
    if (rest > MAX_LINE_BYTES) {
      // What is so long is no frame, and what follows it is looked at again.
      this.damaged += 1;
      this.#start = this.#end;
    }
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const read = readSync(this.#descriptor, this.#buffer, this.#end, CHUNK_BYTES - this.#end, null);
    this.#end += read;
    this.#isAtEnd = read === 0;
  }
}
