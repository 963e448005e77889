import type { HistorySeriesJson } from '../../../src/api/contract.ts';

/** As many curves as one can still tell apart. */
export const MAX_PENS = 8;

/** Curves over one grid of times, as a chart takes them. `null` is a gap. */
export interface Grid {
  /** Seconds since 1970. */
  readonly at: number[];
  readonly pens: readonly Pen[];
}

export interface Pen {
  readonly point: string;
  readonly unit: string;
  readonly mean: (number | null)[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
}

/**
 * Series as curves over one grid. Values are kept when they change: until the next one, a value stands. It
 * ends where a sample said that it is not known, and at `knownUntil`, when nobody could know any more.
 */
export function gridOf(
  series: readonly HistorySeriesJson[],
  from: number,
  to: number,
  knownUntil: (point: string) => number,
): Grid {
  const step = Math.max(1, ...series.map((one) => one.step));
  const first = Math.floor(from / step) * step;
  const size = Math.max(0, Math.ceil((to - first) / step));
  const at = Array.from({ length: size }, (_, index) => (first + index * step) / 1000);
  const pens = series.map((one) => penOf(one, first, step, size, knownUntil(one.point)));
  return { at, pens };
}

function penOf(
  series: HistorySeriesJson,
  first: number,
  step: number,
  size: number,
  knownUntil: number,
): Pen {
  const column = (): (number | null)[] => new Array<number | null>(size).fill(null);
  const pen: Pen = {
    ...{ point: series.point, unit: series.unit ?? '' },
    ...{ mean: column(), min: column(), max: column() },
  };
  let standing: number | null = null;
  let bucket = 0;
  for (let index = 0; index < size; index += 1) {
    const start = first + index * step;
    const before = bucket;
    while ((series.at[bucket] ?? Infinity) < start + step) {
      put(pen, index, series.mean[bucket], series.min[bucket], series.max[bucket]);
      const last = series.last[bucket];
      standing = typeof last === 'number' ? last : null;
      bucket += 1;
    }
    if (bucket === before && start <= knownUntil) put(pen, index, standing, standing, standing);
  }
  return pen;
}

type Maybe = number | null | undefined;

function put(pen: Pen, index: number, mean: Maybe, min: Maybe, max: Maybe): void {
  pen.mean[index] = mean ?? null;
  pen.min[index] = min ?? null;
  pen.max[index] = max ?? null;
}

/** At most two axes: the first two units that are there; what has another unit shares the second. */
export function axesOf(pens: readonly Pick<Pen, 'unit'>[]): readonly string[] {
  return [...new Set(pens.map(({ unit }) => unit))].slice(0, 2);
}

/** The curves as a table for spreadsheets; what is not known is an empty field, never 0. */
export function gridCsv({ at, pens }: Grid): string {
  const head = [
    'time',
    ...pens.map(({ point, unit }) => (unit === '' ? point : `${point} (${unit})`)),
  ];
  const rows = at.map((seconds, index) => [
    new Date(seconds * 1000).toISOString(),
    ...pens.map(({ mean }) => String(mean[index] ?? '')),
  ]);
  return [head, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n') + '\r\n';
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
