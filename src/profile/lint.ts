import { isNumberType } from '../codec/value/value-type.ts';
import { formatAddress, formatType } from './format.ts';
import type { SpecIssue } from './issue.ts';
import type { ParamSpec, ParamValues } from './params.ts';
import type { RegisterPoint } from './point.ts';
import type { ParsedProfile, Profile } from './profile.ts';

/** Quantities that are pure numbers, or no numbers at all. */
const WITHOUT_UNIT: ReadonlySet<string> = new Set([
  ...['count', 'ph', 'power_factor', 'state', 'text', 'time'],
]);

/**
 * What is allowed in a profile and not good: words that are missing, registers that are read in two
 * ways, groups without points. Only params under which the profile is wrong are errors.
 */
export function lintProfile(
  profile: Profile,
  withParams: (values: ParamValues) => ParsedProfile,
): readonly SpecIssue[] {
  return [
    ...missingParts(profile),
    ...profile.params.flatMap((param) => wrongChoices(profile, param, withParams)),
    ...unusedGroups(profile),
    ...missingWords(profile),
    ...overlaps(profile.points),
    ...computedOnDemand(profile),
  ];
}

function note(path: SpecIssue['path'], message: string, hint?: string): SpecIssue {
  return { path, severity: 'note', message, ...(hint !== undefined && { hint }) };
}

function missingParts({ source, label, vectors, view, image }: Profile): readonly SpecIssue[] {
  if (image !== undefined) return [];
  return [
    ...(label === undefined ? [note([], '"label" is missing: what do people call it?')] : []),
    ...(source === undefined
      ? [note([], '"source" is missing: which manual were the registers taken from?')]
      : []),
    ...(vectors.length === 0
      ? [
          note(
            [],
            'no tests',
            'such as tests: [{ registers: { "hr:1": [253] }, expect: { pv: 25.3 } }]',
          ),
        ]
      : []),
    ...(view.hero.length === 0
      ? [note([], '"view.hero" is missing: which points come first?')]
      : []),
  ];
}

function wrongChoices(
  { paramValues }: Profile,
  { name, choices, min, max }: ParamSpec,
  withParams: (values: ParamValues) => ParsedProfile,
): readonly SpecIssue[] {
  const values = choices ?? [min, max].filter((limit) => limit !== undefined);
  return values.flatMap((value) => {
    const { issues } = withParams(new Map([...paramValues, [name, value]]));
    const wrong = issues.find(({ severity }) => severity === 'error');
    if (wrong === undefined) return [];
    const message = `with ${name} ${value} the profile is wrong: ${wrong.message}`;
    return [{ path: ['params', name], severity: 'error', message }];
  });
}

function unusedGroups({ groups, points }: Profile): readonly SpecIssue[] {
  const used = new Set(points.map(({ group }) => group));
  return [...groups.keys()]
    .filter((group) => !used.has(group))
    .map((group) => ({
      ...note(['groups', group], `no point belongs to group "${group}"`),
      onKey: true,
    }));
}

/** The key under which a point was written, where it is known. */
function pathOf({ name, repeated }: Pick<RegisterPoint, 'name' | 'repeated'>): SpecIssue['path'] {
  return ['points', repeated?.pattern ?? name];
}

function missingWords({ points, computed }: Profile): readonly SpecIssue[] {
  const written = points.filter(({ repeated }) => (repeated?.ordinal ?? 1) === 1);
  const unlabelled = [...written, ...computed].filter(({ label }) => label === undefined);
  const unitless = [
    ...written.filter((point) => isNumberType(point.type) && point.enum === undefined),
    ...computed,
  ].filter(
    ({ unit, kind, quantity }) =>
      unit === undefined &&
      (kind === 'gauge' || kind === 'counter') &&
      !WITHOUT_UNIT.has(quantity ?? ''),
  );
  return [
    ...unlabelled.map((point) => note(pathOf(point), `point "${point.name}" has no label`)),
    ...unitless.map((point) =>
      note(
        pathOf(point),
        `point "${point.name}" has no unit`,
        'a pure number is quantity: count, the name of something kind: state',
      ),
    ),
  ];
}

/** Registers of one point that another reads as something else. */
function overlaps(points: readonly RegisterPoint[]): readonly SpecIssue[] {
  const issues: SpecIssue[] = [];
  const sorted = [...points].sort((a, b) => a.address - b.address);
  sorted.forEach((point, index) => {
    for (const other of sorted.slice(index + 1)) {
      if (other.address >= point.address + point.count) break;
      if (other.table !== point.table || !isOtherReading(point, other)) continue;
      const message =
        `"${other.name}" (${written(other)}) lies over ` + `"${point.name}" (${written(point)})`;
      issues.push(note(pathOf(other), message));
    }
  });
  return issues;
}

function written(point: RegisterPoint): string {
  return `${formatAddress(point)} ${formatType(point)}`;
}

function isOtherReading(a: RegisterPoint, b: RegisterPoint): boolean {
  // Bits and bytes are parts of a register, and meant to lie in it.
  if (isPart(a) || isPart(b)) return false;
  return a.address !== b.address || a.type !== b.type || a.order !== b.order || a.size !== b.size;
}

function isPart({ bit, type }: RegisterPoint): boolean {
  return bit !== undefined || /^[iu]8[hl]$/.test(type);
}

function computedOnDemand({ points, computed, groups }: Profile): readonly SpecIssue[] {
  const cold = new Set(
    points
      .filter(({ group }) => (groups.get(group ?? '') ?? group) === 'on-demand')
      .map(({ name }) => name),
  );
  return computed.flatMap(({ name, expression }) =>
    expression.names
      .filter((input) => cold.has(input))
      .map((input) =>
        note(['points', name], `"${name}" needs "${input}", which is not polled: it has no value`),
      ),
  );
}
