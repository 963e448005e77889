import type { Summary } from './bucket-grid.ts';
import type { HistoryBefore, HistoryBucket, HistorySeries } from './history.ts';

/** Numbers of one bucket: at, min, max, mean, last, count, bad, endsBad; NaN where there is none. */
const WIDTH = 8;

/** The buckets of one point as they cross between threads: one block of numbers, and texts apart. */
export interface SeriesRows {
  readonly point: string;
  readonly step: number;
  readonly before?: HistoryBefore;
  readonly rows: Float64Array<ArrayBuffer>;
  /** The newest text of a bucket, by its place. */
  readonly texts: readonly (readonly [place: number, text: string])[];
}

export function rowsOf(
  point: string,
  step: number,
  summaries: readonly Summary[],
  before?: HistoryBefore,
): SeriesRows {
  const rows = new Float64Array(summaries.length * WIDTH);
  const texts: [number, string][] = [];
  for (const [place, summary] of summaries.entries()) {
    const { at, count, bad, numbers, min, max, sum, last, endsBad } = summary;
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
    rows[place * WIDTH + 7] = endsBad ? 1 : 0;
  }
  return { point, step, ...(before !== undefined && { before }), rows, texts };
}

export function seriesOf({ rows, texts, ...series }: SeriesRows): HistorySeries {
  const words = new Map(texts);
  const buckets: HistoryBucket[] = [];
  for (let place = 0; place * WIDTH < rows.length; place += 1) {
    buckets.push(bucketOf(rows.subarray(place * WIDTH, (place + 1) * WIDTH), words.get(place)));
  }
  return { ...series, buckets };
}

function bucketOf(row: Float64Array, text: string | undefined): HistoryBucket {
  const of = (column: number): number => row[column] ?? NaN;
  const hasNumbers = !Number.isNaN(of(1));
  return {
    at: of(0),
    ...(hasNumbers && { min: of(1), max: of(2), mean: of(3) }),
    ...(of(5) > 0 && { last: text ?? of(4) }),
    ...{ count: of(5), bad: of(6) },
    ...(of(7) === 1 && { endsBad: true }),
  };
}
