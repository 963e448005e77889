import type { Sample } from '../telemetry/sample.ts';

/** What history keeps of one sample: a number, a text, or NaN for "the value is not known". */
export type Cell = number | string;

/** Samples of one point: two columns of the same length. */
export interface SampleRun {
  /** Microseconds since 1970. */
  readonly at: number[];
  readonly cells: Cell[];
}

export function emptyRun(): SampleRun {
  return { at: [], cells: [] };
}

/** A switch is 0 or 1; a whole number beyond 2^53 becomes the nearest double. */
export function cellOf({ value, quality }: Pick<Sample, 'value' | 'quality'>): Cell {
  // One that no answer has confirmed may have been another one since.
  if (quality !== 'good' || value === undefined) return NaN;
  if (typeof value === 'string') return value;
  const number = Number(value);
  // Infinity is no value that can be drawn or added; and -0 would be kept as another 0.
  return Number.isFinite(number) ? number + 0 : NaN;
}

/** All samples in the order of their time, each time once: what came first is kept. */
export function mergeRuns(runs: readonly SampleRun[]): SampleRun {
  const [only] = runs;
  if (only !== undefined && runs.length === 1 && isAscending(only.at)) return only;
  const at = runs.flatMap((run) => run.at);
  const cells = runs.flatMap((run) => run.cells);
  if (isAscending(at)) return { at, cells };

  const order = at.map((_, index) => index);
  order.sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
  const merged = emptyRun();
  let before = -Infinity;
  for (const index of order) {
    const time = at[index] ?? 0;
    if (time === before) continue;
    before = time;
    merged.at.push(time);
    merged.cells.push(cells[index] ?? NaN);
  }
  return merged;
}

function isAscending(times: readonly number[]): boolean {
  for (let index = 1; index < times.length; index += 1) {
    if ((times[index] ?? 0) <= (times[index - 1] ?? 0)) return false;
  }
  return true;
}
