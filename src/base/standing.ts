/** Fewer members than this are read faster one by one, and nobody can say which of them is odd. */
export const FEWEST = 4;

/** How far a member stands from the others: `far` wants attention, `apart` a second look. */
export type Standing = 'normal' | 'apart' | 'far';

export interface Judgement {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly standing: (value: number) => Standing;
}

/** In deviations as they are usual among the members. The page and the terminal page mark by the same two. */
const APART = 8;
const FAR = 30;
/** No set is so even that less than this share of its median means anything. */
const LEAST_SHARE = 0.000_5;
/** The median absolute deviation of a normal distribution is this part of its standard deviation. */
const MAD_SHARE = 0.6745;

/**
 * Judges by the median and the median of the distances from it: one block that is far off, or a few,
 * do not change what is usual (a mean would follow them). Undefined where too few values are known.
 * `step` is the smallest difference that the values can have.
 */
export function judge(values: readonly number[], step: number): Judgement | undefined {
  if (values.length < FEWEST) return undefined;
  const median = medianOf(values);
  const usual = medianOf(values.map((value) => Math.abs(value - median))) / MAD_SHARE;
  const least = Math.max(step, Math.abs(median) * LEAST_SHARE, Number.MIN_VALUE);
  const deviation = Math.max(usual, least);
  return {
    median,
    lowest: Math.min(...values),
    highest: Math.max(...values),
    standing: (value) => {
      const distance = Math.abs(value - median) / deviation;
      if (distance >= FAR) return 'far';
      return distance >= APART ? 'apart' : 'normal';
    },
  };
}

/** The lower one of two middles: a value that is there, with no more decimals than values have. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? NaN;
}
