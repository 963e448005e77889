import type { HistoryJson, HistorySeriesJson } from '../../../src/api/contract.ts';

/** As many curves as one can still tell apart. */
export const MAX_PENS = 8;

/** Curves over one grid of times, as a chart takes them. `null` is a gap. */
export interface Grid {
  /** Seconds since 1970. */
  readonly at: number[];
  readonly pens: readonly Pen[];
  /** When the gateway is not known to have run, seconds since 1970. */
  readonly off: readonly (readonly [from: number, to: number])[];
}

export interface Pen {
  readonly point: string;
  readonly unit: string;
  readonly mean: (number | null)[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
  /** What it was worth at the end of each place: what a setpoint or a state is drawn by. */
  readonly last: (number | null)[];
  /** Was there a sample that said that the value is not known, and is it still so? */
  readonly bad: boolean[];
}

/** What a grid is made from: an answer of the history, or a part of it. */
export type Kept = Pick<HistoryJson, 'from' | 'to' | 'off' | 'series'>;

/**
 * Series as curves over one grid. Values are kept when they change: until the next one, a value stands. It
 * ends where a sample said that it is not known, and where the gateway did not run.
 */
export function gridOf({ from, to, off, series }: Kept): Grid {
  const step = Math.max(1, ...series.map((one) => one.step));
  const first = Math.floor(from / step) * step;
  const size = Math.max(0, Math.ceil((to - first) / step));
  const at = Array.from({ length: size }, (_, index) => (first + index * step) / 1000);
  const isOff = offPlaces(off, first, step, size);
  return {
    at,
    pens: series.map((one) => penOf(one, first, step, isOff)),
    off: off.map(([begin, end]) => [begin / 1000, end / 1000] as const),
  };
}

/** Where a value of the place before does not stand any more: the gateway was off there, if only for a moment. */
function offPlaces(off: Kept['off'], first: number, step: number, size: number): boolean[] {
  const places = new Array<boolean>(size).fill(false);
  for (const [from, to] of off) {
    const last = Math.min(size, Math.ceil((to - first) / step));
    for (let index = Math.max(0, Math.floor((from - first) / step)); index < last; index += 1) {
      places[index] = true;
    }
  }
  return places;
}

/** What is known when a place begins. */
interface Standing {
  readonly value: number | null;
  readonly isBad: boolean;
}

const NOTHING: Standing = { value: null, isBad: false };

function penOf(series: HistorySeriesJson, first: number, step: number, isOff: boolean[]): Pen {
  const column = (): (number | null)[] => new Array<number | null>(isOff.length).fill(null);
  const pen: Pen = {
    ...{ point: series.point, unit: series.unit ?? '' },
    ...{ mean: column(), min: column(), max: column(), last: column() },
    bad: new Array<boolean>(isOff.length).fill(false),
  };
  const ended = new Set(series.ended);
  let standing = standingBefore(series);
  let bucket = 0;
  for (let index = 0; index < isOff.length; index += 1) {
    const isIn = (): boolean => (series.at[bucket] ?? Infinity) < first + (index + 1) * step;
    if (isOff[index] === true) standing = NOTHING;
    if (!isIn()) stand(pen, index, standing);
    for (; isIn(); bucket += 1) {
      put(pen, index, series, bucket);
      standing = standingAfter(series, bucket, ended);
    }
    // Still off in the next place: what came in this one came before.
    if (isOff[index] === true && isOff[index + 1] === true) standing = NOTHING;
  }
  return pen;
}

function standingBefore({ before }: HistorySeriesJson): Standing {
  if (before === undefined) return NOTHING;
  const { value } = before;
  return { value: typeof value === 'number' ? value : null, isBad: value === null };
}

function standingAfter(
  { last, count }: HistorySeriesJson,
  bucket: number,
  ended: ReadonlySet<number>,
): Standing {
  if (count[bucket] === 0 || ended.has(bucket)) return { value: null, isBad: true };
  const value = last[bucket];
  return { value: typeof value === 'number' ? value : null, isBad: false };
}

function stand(pen: Pen, index: number, { value, isBad }: Standing): void {
  pen.mean[index] = pen.min[index] = pen.max[index] = pen.last[index] = value;
  pen.bad[index] = isBad;
}

function put(pen: Pen, index: number, series: HistorySeriesJson, bucket: number): void {
  const last = series.last[bucket];
  pen.mean[index] = series.mean[bucket] ?? null;
  pen.min[index] = series.min[bucket] ?? null;
  pen.max[index] = series.max[bucket] ?? null;
  pen.last[index] = typeof last === 'number' ? last : null;
  pen.bad[index] = pen.bad[index] === true || (series.bad[bucket] ?? 0) > 0;
}

/** Stretches of places for which something holds, as the places of their first and last. */
export function stretches(holds: readonly boolean[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  holds.forEach((isSo, index) => {
    if (!isSo) return;
    const last = found.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  });
  return found;
}

/** At most `most` of so many places, evenly, the last one among them. */
export function sampled(count: number, most: number): readonly number[] {
  const size = Math.min(count, most);
  return Array.from({ length: size }, (_, row) => Math.floor(((row + 1) * count) / size) - 1);
}

/** Pens that share one drawing: what they are measured in, and their places among all pens. */
export interface Pane {
  readonly units: readonly string[];
  readonly places: readonly number[];
}

/** At most two axes in one drawing; what has a third unit gets a drawing of its own below. */
const MAX_AXES = 2;

/** Drawings one below the other, in the order in which their units come. */
export function panesOf(
  pens: readonly Pick<Pen, 'unit'>[],
  layout: 'together' | 'apart',
): readonly Pane[] {
  const units = [...new Set(pens.map(({ unit }) => unit))];
  const size = layout === 'apart' ? 1 : MAX_AXES;
  const panes: Pane[] = [];
  for (let first = 0; first < units.length; first += size) {
    const some = units.slice(first, first + size);
    const places = [...pens.keys()].filter((place) => some.includes(pens[place]?.unit ?? ''));
    panes.push({ units: some, places });
  }
  return panes;
}

/** The curves as a table for spreadsheets; what is not known is an empty field, never 0. */
export function gridCsv({ at, pens }: Grid, steps: ReadonlySet<string>): string {
  const head = [
    'time',
    ...pens.map(({ point, unit }) => (unit === '' ? point : `${point} (${unit})`)),
  ];
  const rows = at.map((seconds, index) => [
    new Date(seconds * 1000).toISOString(),
    ...pens.map((pen) => String((steps.has(pen.point) ? pen.last : pen.mean)[index] ?? '')),
  ]);
  return [head, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n') + '\r\n';
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
