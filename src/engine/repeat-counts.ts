import type { RegisterPoint, Value } from '../profile/point.ts';
import { countingPoints, presentPoints } from '../profile/present-points.ts';

/**
 * How many of its repeated points a device has, by its own word.
 *
 * Theory of operation. A counting point is `unknown` until the device has answered or refused the read
 * that holds it; until then what it counts is not asked for. A good value settles it, and another one
 * settles it anew. An answer without a value, or a refusal, leaves it at what it was; where it was
 * unknown, everything it counts is taken to be there.
 */
export class RepeatCounts {
  readonly #counting: ReadonlySet<string>;
  readonly #known = new Map<string, Value | undefined>();

  constructor(polled: readonly RegisterPoint[]) {
    const names = new Set(polled.map(({ name }) => name));
    // A count that is never asked for limits nothing.
    this.#counting = new Set([...countingPoints(polled)].filter((name) => names.has(name)));
  }

  /** Whether anything is counted at all. */
  get isUsed(): boolean {
    return this.#counting.size > 0;
  }

  counts({ name }: RegisterPoint): boolean {
    return this.#counting.has(name);
  }

  /** Points that can be asked for. */
  wanted(points: readonly RegisterPoint[]): readonly RegisterPoint[] {
    const settled = points.filter(({ repeated }) => {
      const { countFrom } = repeated ?? {};
      return (
        countFrom === undefined || !this.#counting.has(countFrom) || this.#known.has(countFrom)
      );
    });
    return presentPoints(settled, (name) => this.#known.get(name)).present;
  }

  /** Points that the device says it does not have. */
  absent(points: readonly RegisterPoint[]): readonly RegisterPoint[] {
    return presentPoints(points, (name) => this.#known.get(name)).absent;
  }

  /** Takes the values of an answer; says what became of the counts in it. */
  learn(
    points: readonly RegisterPoint[],
    values: readonly (Value | undefined)[],
  ): 'nothing' | 'first' | 'other' {
    let learned: 'nothing' | 'first' | 'other' = 'nothing';
    points.forEach((point, index) => {
      if (!this.counts(point)) return;
      const value = values[index];
      const isFirst = !this.#known.has(point.name);
      if (!isFirst && (value === undefined || value === this.#known.get(point.name))) return;
      this.#known.set(point.name, value);
      learned = isFirst ? 'first' : 'other';
    });
    return learned;
  }
}
