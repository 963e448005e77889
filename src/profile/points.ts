import { nearest } from '../base/did-you-mean.ts';
import { isNumberType } from '../codec/value/value-type.ts';
import type { Kind } from '../expression/value.ts';
import { readBitPoints } from './bit-points.ts';
import {
  compileComputed,
  expressionKind,
  readComputed,
  type ComputedDraft,
  type ComputedPoint,
} from './computed.ts';
import { LINE_DEFAULTS, parsePointLine } from './grammar.ts';
import type { SpecIssue } from './issue.ts';
import type { RegisterPoint } from './point.ts';
import { checkConditions } from './point-alarm.ts';
import { pointOfLine, readPoint, type PointDefaults } from './point-spec.ts';
import { nameAll, nameProblem, readRepeat } from './repeat.ts';
import { found, isObject, SpecReader, type Path } from './spec-reader.ts';

/** Points that stand in registers, and points that follow from them, each behind what it needs. */
export interface PointSet {
  readonly points: readonly RegisterPoint[];
  readonly computed: readonly ComputedPoint[];
}

/** The points without a mistake, and the mistakes. */
export interface ParsedPoints extends PointSet {
  readonly issues: readonly SpecIssue[];
}

const EXPECTED = 'points by name, such as { voltage: "hr:0 u16 /10 V" }';
const NO_POINTS: PointSet = { points: [], computed: [] };

/**
 * Points by name, in a profile or in a device: one line each, or the long form. `others` are points
 * that stand elsewhere, as those of a device's profile, and may be named here.
 */
export function parsePoints(
  input: unknown,
  defaults: PointDefaults = LINE_DEFAULTS,
  others: PointSet = NO_POINTS,
): ParsedPoints {
  const issues: SpecIssue[] = [];
  return { ...readPoints(input, [], defaults, issues, others), issues };
}

export function readPoints(
  input: unknown,
  path: Path,
  defaults: PointDefaults,
  issues: SpecIssue[],
  others: PointSet = NO_POINTS,
): PointSet {
  const specs = SpecReader.of(input, path, issues, EXPECTED, defaults.params);
  if (specs === undefined) return NO_POINTS;
  if (specs.keys.length === 0) specs.objectError('no points', 'such as voltage: "hr:0 u16 /10 V"');
  const [points, drafts]: [RegisterPoint[], ComputedDraft[]] = [[], []];
  const names = new Map<string, string>();
  for (const key of specs.keys) {
    const entry = readEntry(specs, key, defaults);
    points.push(...entry.points);
    if (entry.draft !== undefined) drafts.push(entry.draft);
    for (const name of namesOf(entry)) {
      const other = names.get(name.toLowerCase());
      if (other !== undefined) {
        specs.keyError(key, `point "${name}" is there twice`, `the other is "${other}"`);
      }
      names.set(name.toLowerCase(), key);
    }
  }
  const all = laidOver(others, { points, computed: [] });
  checkCounts(specs, all.points);
  const computed = compileComputed(drafts, scopeOf(all), defaults.params);
  checkConditions(specs, scopeOf(laidOver(all, { points: [], computed })), defaults.params);
  return { points, computed };
}

/** One set of points with another laid over it: a name of the second replaces the first one's. */
export function laidOver(below: PointSet, above: PointSet): PointSet {
  const names = new Set([...above.points, ...above.computed].map(({ name }) => name));
  const kept = ({ name }: { readonly name: string }): boolean => !names.has(name);
  return {
    points: [...below.points.filter(kept), ...above.points],
    computed: [...below.computed.filter(kept), ...above.computed],
  };
}

/** The names that an expression over the points of a device may use. */
export function scopeOf({ points, computed }: PointSet): ReadonlyMap<string, Kind> {
  return new Map<string, Kind>([
    // What is never read has no value to compute with.
    ...points
      .filter(({ access }) => access !== 'wo')
      .map(({ name, type }) => [name, expressionKind(type)] as const),
    ...computed.map(({ name, expression }) => [name, expression.kind] as const),
  ]);
}

/** What stands under one key: a point or the many of a repeat, with its bits, or a computed one. */
interface Entry {
  readonly points: readonly RegisterPoint[];
  readonly draft?: ComputedDraft;
}

const NOTHING: Entry = { points: [] };

function namesOf({ points, draft }: Entry): readonly string[] {
  return [...points, ...(draft === undefined ? [] : [draft])].map(({ name }) => name);
}

function readEntry(specs: SpecReader, key: string, defaults: PointDefaults): Entry {
  const written = specs.raw(key);
  const isRepeated = isObject(written) && Object.hasOwn(written, 'repeat');
  const problem = nameProblem(key, isRepeated);
  if (problem !== undefined) specs.keyError(key, problem.message, problem.hint);
  if (typeof written === 'string' || typeof written === 'number') {
    const { line, issues } = parsePointLine(String(written), defaults);
    specs.include(key, issues);
    return line === undefined ? NOTHING : { points: [{ name: key, ...pointOfLine(line) }] };
  }
  if (!isObject(written)) {
    specs.error(key, `point "${key}" is ${found(written)}, expected a line or its long form`);
    return NOTHING;
  }
  const spec = specs.block(key, EXPECTED);
  if (spec.has('expr')) {
    const draft = readComputed(key, spec);
    return draft === undefined ? NOTHING : { points: [], draft };
  }
  return readRegisters(key, spec, defaults);
}

function readRegisters(key: string, spec: SpecReader, defaults: PointDefaults): Entry {
  const point = readPoint(spec, defaults);
  if (point === undefined) return NOTHING;
  const repeat = readRepeat(spec, point);
  const bits = readBitPoints(spec, point).flatMap((bit) => {
    const problem = nameProblem(bit.name, repeat !== undefined);
    if (problem === undefined) return nameAll(bit.name, bit.point, repeat);
    spec.error(['bits', bit.key, 'name'], problem.message, problem.hint);
    return [];
  });
  return { points: [...nameAll(key, point, repeat), ...bits] };
}

/** Each `countFrom` has to be a number that is read, and no member of a repeat itself. */
function checkCounts(specs: SpecReader, points: readonly RegisterPoint[]): void {
  const byName = new Map(points.map((point) => [point.name, point]));
  const seen = new Set<string>();
  for (const { repeated } of points) {
    const { pattern = '', countFrom } = repeated ?? {};
    if (countFrom === undefined || seen.has(pattern) || !specs.has(pattern)) continue;
    seen.add(pattern);
    const path = [pattern, 'repeat', 'countFrom'];
    const counter = byName.get(countFrom);
    if (counter === undefined) {
      const meant = nearest(countFrom, [...byName.keys()]);
      const hint = meant === undefined ? undefined : `did you mean ${meant}?`;
      specs.error(path, `no point is named "${countFrom}"`, hint);
    } else if (!isNumberType(counter.type) || counter.access === 'wo' || counter.repeated) {
      specs.error(path, `"${countFrom}" is no number that is read once for the device`);
    }
  }
}
