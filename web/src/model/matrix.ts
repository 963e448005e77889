import { FEWEST, judge, type Judgement } from '../../../src/base/standing.ts';
import type { PointView } from './site.ts';

/** Points of one device that are alike: `monoblock_1_voltage` to `monoblock_38_voltage`. */
export interface PointSet {
  /** The name with `{n}` for the number. */
  readonly name: string;
  readonly views: readonly PointView[];
}

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
    .filter(([, members]) => members.length >= FEWEST)
    .map(([name, members]) => ({
      name,
      views: members.sort((a, b) => a.n - b.n).map(({ view }) => view),
    }));
}

/** What the values of a set say of each other; undefined when too few are known. */
export function judgementOf(set: PointSet): Judgement | undefined {
  const values = set.views.flatMap(({ sample }) => {
    const { value, quality } = sample.value;
    return quality === 'good' && typeof value === 'number' ? [value] : [];
  });
  return judge(values, 10 ** -(set.views[0]?.point.decimals ?? 0));
}

/** `▲` or `▼` for a value far above or below the others, brackets for one apart; nothing for all others. */
export function marksOf(
  value: number,
  { median, standing }: Judgement,
): readonly [before: string, after: string] {
  const stands = standing(value);
  if (stands === 'far') return [value < median ? '▼' : '▲', ''];
  return stands === 'apart' ? ['[', ']'] : ['', ''];
}

/** How many greys a grid has. */
const GREYS = 5;

/** The grey of a value among those of a set that are alike: 0 for the lowest of them. */
export function greysOf(set: PointSet, judgement: Judgement): (value: number) => number {
  const usual = set.views.flatMap(({ sample }) => {
    const { value, quality } = sample.value;
    const isUsual =
      quality === 'good' && typeof value === 'number' && judgement.standing(value) === 'normal';
    return isUsual ? [value] : [];
  });
  const [lowest, highest] = [Math.min(...usual), Math.max(...usual)];
  if (highest <= lowest) return () => (GREYS - 1) / 2;
  return (value) => {
    const share = (value - lowest) / (highest - lowest);
    return Math.min(GREYS - 1, Math.max(0, Math.floor(share * GREYS)));
  };
}

/** The cell that a key leads to from another one; undefined where it leads nowhere. */
export function stepTo(
  key: string,
  from: number,
  size: number,
  columns: number,
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns },
    ...{ Home: -from, End: size - 1 - from },
  };
  const step = steps[key];
  if (step === undefined) return undefined;
  const next = from + step;
  return next >= 0 && next < size ? next : undefined;
}
