import { nearest } from '../base/did-you-mean.ts';
import { orderComputed } from '../profile/computed.ts';
import { LINE_DEFAULTS } from '../profile/grammar.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { laidOver, parsePoints, type PointSet } from '../profile/points.ts';
import type { Profile } from '../profile/profile.ts';

import { globPattern, type Glob } from './glob.ts';
import { hintOf, type Path, type Report } from './report.ts';
import type { DeviceInput } from './site-schema.ts';

/** What of a profile the points of a device need. */
export type ProfilePoints = Pick<Profile, 'points' | 'computed' | 'groups' | 'paramValues'>;

/** The points of the profile with those of the device laid over them, less what is left out. */
export function resolvePoints(
  path: Path,
  input: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  profile: ProfilePoints | undefined,
  report: Report,
): PointSet {
  const own = ownPoints(path, input, written, profile, report);
  const laid = laidOver(profile ?? NO_POINTS, own);
  // A point of the device may stand in for one that others of the profile need.
  const computed = orderComputed(
    laid.computed,
    ({ expression }) => expression.names,
    ({ name }, message) => report.error([...path, 'points', name], message),
  );
  const all = { points: laid.points, computed };
  // Without its profile nobody knows which names there are.
  const hasProfile = profile !== undefined || !Object.hasOwn(written, 'profile');
  const complete = own.complete && hasProfile;
  if (complete) checkGroups(path, input, profile, all.points, report);
  const chosen = choose(path, input, all, complete, report);
  if (complete && chosen.points.length === 0 && !report.failed) {
    const hint =
      all.points.length === 0
        ? 'give it a profile, or points: { voltage: "hr:0 u16 /10 V" }'
        : '"only" and "except" leave none';
    report.error([...path, 'points'], `device "${String(path[1])}" has no points`, {
      hint,
      onKey: true,
    });
  }
  return chosen;
}

const NO_POINTS: PointSet = { points: [], computed: [] };

function ownPoints(
  path: Path,
  { points, addressing, order, groups }: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  profile: ProfilePoints | undefined,
  report: Report,
): PointSet & { readonly complete: boolean } {
  if (points === undefined) return { ...NO_POINTS, complete: !Object.hasOwn(written, 'points') };
  const settings = {
    ...LINE_DEFAULTS,
    base: addressing,
    order,
    // Whoever declares how addresses count has answered the question that the note asks.
    notes: !Object.hasOwn(written, 'addressing'),
    // Groups that have a mistake exist all the same.
    ...((groups !== undefined || !Object.hasOwn(written, 'groups')) && {
      groups: [...new Set([...(profile?.groups.keys() ?? []), ...Object.keys(groups ?? {})])],
    }),
    ...(profile !== undefined && { params: profile.paramValues }),
  };
  const parsed = parsePoints(points, settings, profile);
  report.include([...path, 'points'], parsed.issues);
  const failed = parsed.issues.some(({ severity }) => severity === 'error');
  return { ...parsed, complete: !failed };
}

function checkGroups(
  path: Path,
  { groups = {} }: DeviceInput,
  profile: ProfilePoints | undefined,
  points: readonly RegisterPoint[],
  report: Report,
): void {
  const known = new Set(profile?.groups.keys());
  for (const { group } of points) if (group !== undefined) known.add(group);
  for (const group of Object.keys(groups)) {
    if (known.has(group)) continue;
    const hint = hintOf(nearest(group, known), [...known]);
    const at = [...path, 'groups', group];
    report.error(at, `no point belongs to group "${group}"`, { onKey: true, ...hint });
  }
}

function choose(
  path: Path,
  { only, except = [] }: DeviceInput,
  all: PointSet,
  complete: boolean,
  report: Report,
): PointSet {
  const names = [...all.points, ...all.computed].map(({ name }) => name);
  const patterns = (key: 'only' | 'except', globs: readonly string[]): readonly Glob[] =>
    globs.map((glob, index) => {
      const pattern = globPattern(glob);
      if (complete && !names.some((name) => pattern.test(name))) {
        const hint = hintOf(nearest(glob, names), names);
        report.error([...path, key, index], `no point is named "${glob}"`, hint);
      }
      return pattern;
    });
  const wanted = only === undefined ? undefined : patterns('only', only);
  const unwanted = patterns('except', except);
  const asked = names.filter((name) => wanted?.some((pattern) => pattern.test(name)) ?? true);
  const chosen = withNeeds(asked, all);
  for (const name of chosen) {
    if (unwanted.some((pattern) => pattern.test(name))) chosen.delete(name);
  }
  // Nothing can be computed from what is left out.
  for (const { name, expression } of all.computed) {
    if (expression.names.some((input) => !chosen.has(input))) chosen.delete(name);
  }
  return {
    points: all.points.filter(({ name }) => chosen.has(name)),
    computed: all.computed.filter(({ name }) => chosen.has(name)),
  };
}

/** These names and those that they cannot do without: what is computed needs its inputs, what is counted its count. */
function withNeeds(names: readonly string[], { points, computed }: PointSet): Set<string> {
  const needs = new Map<string, readonly string[]>([
    ...points.map(({ name, repeated }) => [name, needOf(repeated?.countFrom)] as const),
    ...computed.map(({ name, expression }) => [name, expression.names] as const),
  ]);
  const chosen = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (chosen.has(name)) continue;
    chosen.add(name);
    waiting.push(...(needs.get(name) ?? []));
  }
  return chosen;
}

function needOf(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name];
}
