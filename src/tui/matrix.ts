import { FEWEST } from '../base/standing.ts';
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
