import type { Sample } from '../telemetry/sample.ts';
import type { Batch } from './protocol.ts';
import { cellOf } from './sample-run.ts';

/** Collects samples until they are handed over. Points are named once and have a number from then on. */
export class BatchBuffer {
  readonly #known = new Map<string, number>();
  #names: (readonly [key: number, point: string])[] = [];
  #keys: number[] = [];
  #at: number[] = [];
  #values: number[] = [];
  #texts: (readonly [place: number, text: string])[] = [];

  get size(): number {
    return this.#keys.length;
  }

  add(sample: Sample): void {
    const cell = cellOf(sample);
    if (typeof cell === 'string') this.#texts.push([this.#keys.length, cell]);
    this.#keys.push(this.#keyOf(sample.point.id));
    this.#at.push(sample.at);
    this.#values.push(typeof cell === 'string' ? NaN : cell);
  }

  take(): Batch {
    const batch = {
      names: this.#names,
      keys: Uint32Array.from(this.#keys),
      at: Float64Array.from(this.#at),
      values: Float64Array.from(this.#values),
      texts: this.#texts,
    };
    this.#names = [];
    this.#keys = [];
    this.#at = [];
    this.#values = [];
    this.#texts = [];
    return batch;
  }

  /** Another store knows none of them: those that wait are named again. */
  forgetNames(): void {
    this.#names = [...this.#known].map(([point, key]) => [key, point] as const);
  }

  #keyOf(point: string): number {
    let key = this.#known.get(point);
    if (key === undefined) {
      key = this.#known.size;
      this.#known.set(point, key);
      this.#names.push([key, point]);
    }
    return key;
  }
}
