/** Two classes per doubling, from 1 ms on; the last one has no end. */
const CLASSES = 30;

/** Where each class ends, in milliseconds; the last one has no end. */
export const ANSWER_TIME_ENDS: readonly number[] = Array.from({ length: CLASSES - 1 }, (_, index) =>
  Number((2 ** (index / 2)).toPrecision(3)),
);

/** How often answers took how long. Adding one costs a logarithm and no memory. */
export class AnswerTimes {
  readonly counts = new Uint32Array(CLASSES);

  add(ms: number): void {
    const index = ms <= 1 ? 0 : Math.min(CLASSES - 1, Math.ceil(Math.log2(ms) * 2));
    this.counts[index] = (this.counts[index] ?? 0) + 1;
  }

  clear(): void {
    this.counts.fill(0);
  }

  addTo(sum: Uint32Array): void {
    for (let index = 0; index < CLASSES; index += 1) {
      sum[index] = (sum[index] ?? 0) + (this.counts[index] ?? 0);
    }
  }
}

export function noAnswerTimes(): Uint32Array {
  return new Uint32Array(CLASSES);
}

/**
 * The time within which a share of the answers came, in milliseconds; undefined where there are none. Within
 * a class the answers are taken to lie evenly.
 */
export function answerTimeOf(counts: ArrayLike<number>, share: number): number | undefined {
  const all = Array.from(counts);
  let left = all.reduce((sum, count) => sum + count, 0) * share;
  if (left === 0) return undefined;
  for (const [index, count] of all.entries()) {
    const end = 2 ** (index / 2);
    const start = index === 0 ? 0 : 2 ** ((index - 1) / 2);
    if (left <= count) return start + (end - start) * (left / count);
    left -= count;
  }
  return undefined;
}
