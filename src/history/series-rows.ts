import type { Summary } from './bucket-grid.ts';
import type { HistoryBucket, HistorySeries } from './history.ts';

/** Numbers of one bucket: at, min, max, mean, last, count, bad; NaN where there is none. */
const WIDTH = 7;

/** The buckets of one point as they cross between threads: one block of numbers, and texts apart. */
export interface SeriesRows {
  readonly point: string;
  readonly step: number;
  readonly rows: Float64Array<ArrayBuffer>;
  /** The newest text of a bucket, by its place. */
  readonly texts: readonly (readonly [place: number, text: string])[];
}

export function rowsOf(point: string, step: number, summaries: readonly Summary[]): SeriesRows {
  const rows = new Float64Array(summaries.length * WIDTH);
  const texts: [number, string][] = [];
  for (const [place, summary] of summaries.entries()) {
    const { at, count, bad, numbers, min, max, sum, last } = summary;
    const known = numbers > 0;
    // Rounding, or a sum beyond the greatest double, must not take the mean out of what it is a mean of.
    const mean = known ? Math.min(max, Math.max(min, sum / numbers)) : NaN;
    if (typeof last === 'string') texts.push([place, last]);
    rows[place * WIDTH] = at;
    rows[place * WIDTH + 1] = known ? min : NaN;
    rows[place * WIDTH + 2] = known ? max : NaN;
    rows[place * WIDTH + 3] = mean;
    rows[place * WIDTH + 4] = typeof last === 'string' ? NaN : last;
    rows[place * WIDTH + 5] = count;
    rows[place * WIDTH + 6] = bad;
  }
  return { point, step, rows, texts };
}

export function seriesOf({ point, step, rows, texts }: SeriesRows): HistorySeries {
  const words = new Map(texts);
  const buckets: HistoryBucket[] = [];
  for (let place = 0; place * WIDTH < rows.length; place += 1) {
    const [at = 0, min = NaN, max = NaN, mean = NaN, last = NaN, count = 0, bad = 0] =
      rows.subarray(place * WIDTH, (place + 1) * WIDTH);
    const newest = words.get(place) ?? last;
    buckets.push({
      at,
      ...(!Number.isNaN(min) && { min, max, mean }),
      ...(count > 0 && { last: newest }),
      count,
      bad,
    });
  }
  return { point, step, buckets };
}
