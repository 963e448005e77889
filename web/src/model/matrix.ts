import type { PointView } from './site.ts';

/** Points of one device that are alike: `monoblock_1_voltage` to `monoblock_38_voltage`. */
export interface PointSet {
  /** The name with `{n}` for the number. */
  readonly name: string;
  readonly views: readonly PointView[];
}

/** So many make a set that is worth a grid. */
const LEAST = 4;

/** The sets of a device, by names that differ in one number only, in the order of that number. */
export function pointSets(views: readonly PointView[]): readonly PointSet[] {
  const sets = new Map<string, { readonly n: number; readonly view: PointView }[]>();
  for (const view of views) {
    const match = /^(\D*)(\d+)(.*)$/.exec(view.point.name);
    if (match === null) continue;
    const [, before = '', n = '', rest = ''] = match;
    const name = `${before}{n}${rest}`;
    const set = sets.get(name) ?? [];
    set.push({ n: Number(n), view });
    sets.set(name, set);
  }
  return [...sets]
    .filter(([, members]) => members.length >= LEAST)
    .map(([name, members]) => ({
      name,
      views: members.sort((a, b) => a.n - b.n).map(({ view }) => view),
    }));
}

export interface Statistics {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** How far from the median a value must be to stand out. */
  readonly far: number;
}

/**
 * Of the values that are known; undefined when fewer than three are. Far is five times the median distance from
 * the median, so that one odd value does not hide itself by widening the scale.
 */
export function statisticsOf(values: readonly number[]): Statistics | undefined {
  if (values.length < 3) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const median = middle(sorted);
  const distances = sorted.map((value) => Math.abs(value - median)).sort((a, b) => a - b);
  const far = 5 * middle(distances);
  return { median, low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0, far };
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

/** 1 above, -1 below, 0 where it belongs. Where all are the same but a few, each other one is far. */
export function outlierSign(value: number, { median, far }: Statistics): -1 | 0 | 1 {
  const distance = value - median;
  if (Math.abs(distance) <= far || distance === 0) return 0;
  return distance > 0 ? 1 : -1;
}
