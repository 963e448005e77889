import type { Clock } from '../base/clock.ts';
import type { Output } from './context.ts';

const BAR_WIDTH = 40;
/** A terminal is redrawn no more often than this. */
const REDRAW_MS = 100;
/** Where nobody watches, a line for every so many parts. */
const PLAIN_PARTS = 4;

/** Says on stderr how far a scan is: a bar on a terminal, a few lines else. */
export class ScanProgress {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #noun: string;
  #drawnAt = -Infinity;
  #part = 0;
  #isDrawn = false;

  /** `noun` is what is counted: `unit`, `address`. */
  constructor(output: Output, clock: Clock, noun: string) {
    this.#output = output;
    this.#clock = clock;
    this.#noun = noun;
    this.#startedAt = clock.now();
  }

  update(done: number, total: number, found: number): void {
    const now = this.#clock.now();
    if (this.#output.isTerminal) {
      if (now - this.#drawnAt < REDRAW_MS && done < total) return;
      this.#drawnAt = now;
      this.#isDrawn = true;
      this.#output.write(`\r${this.#bar(done, total, found, now)}\u001b[K`);
      return;
    }
    const part = Math.floor((done / total) * PLAIN_PARTS);
    if (part === this.#part || done === total) return;
    this.#part = part;
    this.#output.write(
      `${this.#noun} ${done}/${total}  ${found} found  ${this.#left(done, total, now)}\n`,
    );
  }

  /** Takes the bar away, so that something else can be written. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.#output.write('\r\u001b[K');
  }

  #bar(done: number, total: number, found: number, now: number): string {
    const part = total === 0 ? 1 : done / total;
    const full = Math.round(part * BAR_WIDTH);
    const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
    const percent = `${Math.floor(part * 100)}%`.padStart(4);
    const room = this.#output.columns;
    const text = `${this.#noun} ${done}/${total} ${bar} ${percent}  ${found} found  ${this.#left(done, total, now)}`;
    const hint = '   Ctrl-C keeps results';
    return text.length + hint.length < room ? text + hint : text.slice(0, room - 1);
  }

  #left(done: number, total: number, now: number): string {
    if (done === 0) return '';
    const seconds = (((now - this.#startedAt) / done) * (total - done)) / 1000;
    return seconds < 90 ? `${seconds.toFixed(0)} s left` : `${(seconds / 60).toFixed(0)} min left`;
  }
}
