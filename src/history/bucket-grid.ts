import type { Cell } from './sample-run.ts';

/** Everything that is known of one bucket. */
export interface Summary {
  /** Its beginning, microseconds since 1970. */
  readonly at: number;
  /** Known values, numbers or texts. */
  readonly count: number;
  readonly bad: number;
  /** Numbers among the known values; `min`, `max` and `sum` are over them. */
  readonly numbers: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** The newest known value; NaN when there is none. */
  readonly last: Cell;
  /** Some values were known, and the newest sample said that this is over. */
  readonly endsBad: boolean;
}

/**
 * Buckets of one length beside each other. Samples and summaries must come in the order of their
 * time: the one that comes last is the newest.
 */
export class BucketGrid {
  readonly origin: number;
  readonly step: number;
  readonly #count: Float64Array;
  readonly #bad: Float64Array;
  readonly #numbers: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  readonly #sum: Float64Array;
  readonly #last: Cell[];
  readonly #endsBad: Uint8Array;

  /** `origin` and `step` in microseconds. */
  constructor(origin: number, step: number, size: number) {
    this.origin = origin;
    this.step = step;
    this.#count = new Float64Array(size);
    this.#bad = new Float64Array(size);
    this.#numbers = new Float64Array(size);
    this.#min = new Float64Array(size).fill(Infinity);
    this.#max = new Float64Array(size).fill(-Infinity);
    this.#sum = new Float64Array(size);
    this.#last = new Array<Cell>(size).fill(NaN);
    this.#endsBad = new Uint8Array(size);
  }

  add(at: number, cell: Cell): void {
    const index = Math.floor((at - this.origin) / this.step);
    if (typeof cell === 'number') {
      if (Number.isNaN(cell)) {
        bump(this.#bad, index, 1);
        this.#endsBad[index] = 1;
        return;
      }
      bump(this.#numbers, index, 1);
      bump(this.#sum, index, cell);
      if (cell < (this.#min[index] ?? 0)) this.#min[index] = cell;
      if (cell > (this.#max[index] ?? 0)) this.#max[index] = cell;
    }
    bump(this.#count, index, 1);
    this.#last[index] = cell;
    this.#endsBad[index] = 0;
  }

  /** A shorter bucket that lies within one of these. */
  addSummary({ at, count, bad, numbers, min, max, sum, last, endsBad }: Summary): void {
    const index = Math.floor((at - this.origin) / this.step);
    bump(this.#count, index, count);
    bump(this.#bad, index, bad);
    if (numbers > 0) {
      bump(this.#numbers, index, numbers);
      bump(this.#sum, index, sum);
      if (min < (this.#min[index] ?? 0)) this.#min[index] = min;
      if (max > (this.#max[index] ?? 0)) this.#max[index] = max;
    }
    if (count > 0) this.#last[index] = last;
    this.#endsBad[index] = endsBad || count === 0 ? 1 : 0;
  }

  /** Those with something in them. */
  summaries(): Summary[] {
    const found: Summary[] = [];
    for (let index = 0; index < this.#count.length; index += 1) {
      const count = this.#count[index] ?? 0;
      const bad = this.#bad[index] ?? 0;
      if (count + bad === 0) continue;
      found.push({
        at: this.origin + index * this.step,
        count,
        bad,
        numbers: this.#numbers[index] ?? 0,
        min: this.#min[index] ?? 0,
        max: this.#max[index] ?? 0,
        sum: this.#sum[index] ?? 0,
        last: this.#last[index] ?? NaN,
        endsBad: count > 0 && this.#endsBad[index] === 1,
      });
    }
    return found;
  }
}

function bump(column: Float64Array, index: number, by: number): void {
  column[index] = (column[index] ?? 0) + by;
}
