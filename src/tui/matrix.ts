import type { PointJson } from '../api/contract.ts';

/** Points of one device that are the same quantity again and again: the blocks of a battery. */
export interface Matrix {
  /** Name with `#` for the number: `monoblock_#_voltage`. */
  readonly name: string;
  /** For people: `Monoblock voltage`. */
  readonly title: string;
  readonly unit?: string;
  readonly cells: readonly MatrixCell[];
}

export interface MatrixCell {
  /** `device.point` */
  readonly id: string;
  /** Its number: 32. */
  readonly number: number;
}

/** Fewer than this are read faster one by one. */
const FEWEST = 4;

/**
 * The repeated sets among the points of a device: names that differ in one number, with the same unit.
 * Where a name holds several numbers, the one counts that makes the larger set.
 */
export function matricesOf(points: readonly PointJson[]): readonly Matrix[] {
  const sizes = new Map<string, number>();
  for (const point of points) {
    for (const { key } of readings(point)) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  const sets = new Map<string, { point: PointJson; number: number }[]>();
  for (const point of points) {
    const [best] = readings(point).sort(
      (a, b) => (sizes.get(b.key) ?? 0) - (sizes.get(a.key) ?? 0),
    );
    if (best === undefined || (sizes.get(best.key) ?? 0) < FEWEST) continue;
    const set = sets.get(best.key) ?? [];
    sets.set(best.key, set);
    set.push({ point, number: best.number });
  }
  return [...sets].filter(([, set]) => set.length >= FEWEST).map(([key, set]) => matrix(key, set));
}

interface NameReading {
  readonly key: string;
  readonly number: number;
}

/** What a name may be a member of: once for each number in it. Only numbers have a median. */
function readings({ name, unit, kind, type }: PointJson): NameReading[] {
  if (kind !== 'gauge' || type === 'bool' || type.startsWith('str')) return [];
  return [...name.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
    key: `${name.slice(0, index)}#${name.slice(index + digits.length)} ${unit ?? ''}`,
    number: Number(digits),
  }));
}

function matrix(
  key: string,
  set: readonly { readonly point: PointJson; readonly number: number }[],
): Matrix {
  const sorted = [...set].sort((a, b) => a.number - b.number);
  const [first] = sorted;
  const name = key.slice(0, key.indexOf(' '));
  const unit = first?.point.unit;
  return {
    name,
    title: titleOf(name, first?.point.label, first?.number),
    ...(unit !== undefined && { unit }),
    cells: sorted.map(({ point, number }) => ({ id: `${point.device}.${point.name}`, number })),
  };
}

/** `Monoblock 1 voltage` without its number; without a label, the name in words. */
function titleOf(name: string, label: string | undefined, number: number | undefined): string {
  const words = (label ?? '').split(' ').filter((word) => Number(word) !== number || word === '');
  if (label !== undefined && words.length < label.split(' ').length) return words.join(' ');
  const text = name.replace(/[_#-]+/g, ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How far a member stands from the others: `far` wants attention, `apart` a second look. */
export type Standing = 'normal' | 'apart' | 'far';

export interface Judgement {
  readonly median: number;
  /** Highest minus lowest. */
  readonly spread: number;
  standing(value: number): Standing;
}

/** In deviations as they are usual among the members. */
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
    spread: Math.max(...values) - Math.min(...values),
    standing(value) {
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
