import type { Evaluated } from '../expression/value.ts';
import type { Value } from '../telemetry/point.ts';
import type { LineEntry } from './line-setup.ts';

/** What the cycle before has left: values by name, and what each condition was. */
export interface CycleMemory {
  readonly values: ReadonlyMap<string, Value>;
  /** By number of the entry. */
  readonly when: readonly (boolean | undefined)[];
  readonly all: readonly (boolean | undefined)[];
}

export const NO_MEMORY: CycleMemory = { values: new Map(), when: [], all: [] };

/** What is known now, by name. */
export interface CycleView {
  /** The value of a point that is good; undefined for any other. */
  value(name: string): Value | undefined;
  input(name: string): Evaluated | undefined;
}

/** Which points of an entry are to be written after a cycle. */
export interface CycleResult {
  /** Names by number of the entry, sorted. */
  readonly written: readonly (readonly string[])[];
  readonly memory: CycleMemory;
}

/** One cycle of a device: all its points were read since the one before. Pure. */
export function cycle(
  entries: readonly LineEntry[],
  view: CycleView,
  before: CycleMemory,
): CycleResult {
  const values = new Map(before.values);
  const names = new Set(entries.flatMap(({ points, on }) => [...points.keys(), ...on]));
  const changed = new Set<string>();
  const waiting = namesOfUnknown(entries, view);
  for (const name of names) {
    const value = waiting.has(name) ? undefined : view.value(name);
    if (value === undefined || value === values.get(name)) continue;
    values.set(name, value);
    changed.add(name);
  }
  const when = entries.map((entry, index) => truth(entry.when, view) ?? before.when[index]);
  const all = entries.map((entry, index) => truth(entry.all, view) ?? before.all[index]);
  const written = entries.map((entry, index) => {
    if (entry.when !== undefined && truth(entry.when, view) !== true) return [];
    const began = entry.when !== undefined && before.when[index] !== true;
    const isWhole = began || (all[index] === true && before.all[index] !== true);
    return writtenOf(entry, changed, isWhole).filter((name) => view.value(name) !== undefined);
  });
  return { written, memory: { values, when, all } };
}

/** While nobody knows whether an entry is to be written, its changes are still to come. */
function namesOfUnknown(entries: readonly LineEntry[], view: CycleView): ReadonlySet<string> {
  const unknown = entries.filter(
    ({ when }) => when !== undefined && truth(when, view) === undefined,
  );
  return new Set(unknown.flatMap(({ points, on }) => [...points.keys(), ...on]));
}

function writtenOf(
  { points, on, send }: LineEntry,
  changed: ReadonlySet<string>,
  isWhole: boolean,
): readonly string[] {
  const names = [...points.keys()].sort();
  if (isWhole) return names;
  if (!on.some((name) => changed.has(name))) return [];
  return send === 'all' ? names : names.filter((name) => changed.has(name));
}

function truth(expression: LineEntry['when'], view: CycleView): boolean | undefined {
  const result = expression?.evaluate((name) => view.input(name));
  if (result?.quality !== 'good' || typeof result.value !== 'boolean') return undefined;
  return result.value;
}
