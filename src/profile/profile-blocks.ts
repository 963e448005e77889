import { nearest } from '../base/did-you-mean.ts';
import { parseDuration } from '../base/duration.ts';
import { formatAddress } from './format.ts';
import { parsePointLine } from './grammar.ts';
import { BUILT_IN_GROUPS, pointOfLine, type PointDefaults } from './point-spec.ts';
import type {
  GroupPeriod,
  IdentifyRule,
  ProfileLimits,
  ProfileView,
  RegisterImageSpec,
} from './profile.ts';
import { GREEDY_REGISTERS, MAX_BITS, MAX_REGISTERS, type PlanChoice } from './read-plan.ts';
import { found, type KeySet, type Path, type SpecReader } from './spec-reader.ts';

const LIMIT_KEYS: KeySet = {
  what: 'limits',
  known: ['registers', 'bits', 'gap', 'pause', 'timeout'],
  synonyms: {
    message_size: 'registers',
    max_registers: 'registers',
    coils: 'bits',
    max_gap: 'gap',
    delay: 'pause',
  },
  later: [],
};

export function readLimits(spec: SpecReader): { plan: PlanChoice; limits: ProfileLimits } {
  const strategy = spec.oneOf('plan', ['auto', 'greedy']) ?? 'auto';
  const limits = spec.block('limits', 'limits such as { registers: 125, gap: 8 }');
  limits.checkKeys(LIMIT_KEYS);
  if (strategy === 'greedy' && limits.has('gap')) {
    limits.keyError('gap', 'gap has no meaning under plan: greedy, which reads through any gap');
  }
  const timeoutMs = limits.durationMs('timeout');
  if (timeoutMs === 0) limits.error('timeout', 'timeout is 0, expected some time to answer');
  const largest = strategy === 'greedy' ? GREEDY_REGISTERS : MAX_REGISTERS;
  return {
    plan: {
      strategy,
      registers: limits.whole('registers', 1, MAX_REGISTERS) ?? largest,
      bits: limits.whole('bits', 1, MAX_BITS) ?? MAX_BITS,
      // A hole in a gap costs one refusal; what must not be touched at all says `gap: 0`.
      gap: readGap(limits),
    },
    limits: {
      pauseMs: limits.durationMs('pause') ?? 0,
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
  };
}

function readGap(limits: SpecReader): PlanChoice['gap'] {
  const gap = limits.raw('gap');
  if (gap === undefined || gap === 'auto') return 'auto';
  if (typeof gap === 'number' && Number.isInteger(gap) && gap >= 0 && gap <= MAX_BITS) return gap;
  limits.error(
    'gap',
    `gap is ${found(gap)}, expected auto or a whole number from 0 to ${MAX_BITS}`,
  );
  return 'auto';
}

export function readGroups(spec: SpecReader): ReadonlyMap<string, GroupPeriod> {
  const entries = spec.block('groups', 'groups by name, such as { fast: 1s, slow: 60s }');
  return new Map(entries.keys.map((name) => [name, readPeriod(entries, name)]));
}

function readPeriod(entries: SpecReader, name: string): GroupPeriod {
  const value = entries.raw(name);
  const word = BUILT_IN_GROUPS.find((candidate) => candidate === value);
  const ms = typeof value === 'string' ? (parseDuration(value) ?? 0) : 0;
  if (word !== undefined || ms > 0) return word ?? ms;
  const hint = typeof value === 'number' ? `write ${value}s or ${value}ms` : undefined;
  entries.error(name, `group "${name}" is ${found(value)}, expected a time such as 10s`, hint);
  return 0;
}

export function readImage(spec: SpecReader): RegisterImageSpec | undefined {
  const image = spec.object('image', 'sizes such as { holding: 100, writable: true }');
  if (image === undefined) return undefined;
  image.checkKeys({
    what: 'image',
    known: ['coils', 'discrete', 'holding', 'input', 'writable'],
    synonyms: { co: 'coils', di: 'discrete', hr: 'holding', ir: 'input', inputs: 'input' },
    later: [],
  });
  const size = (key: string): number => image.whole(key, 0, 0x1_0000) ?? 0;
  return {
    coils: size('coils'),
    discrete: size('discrete'),
    holding: size('holding'),
    input: size('input'),
    writable: image.flag('writable') ?? false,
  };
}

export function readIdentify(spec: SpecReader, defaults: PointDefaults): readonly IdentifyRule[] {
  const rules = spec.list('identify', 'a list of rules such as { read: "hr:0 u16", equals: 7 }');
  return (rules ?? []).flatMap((value, index) => {
    const rule = spec.entry('identify', index, value, 'a rule with "read"');
    const parsed = rule && readRule(rule, defaults);
    return parsed === undefined ? [] : [parsed];
  });
}

function readRule(rule: SpecReader, defaults: PointDefaults): IdentifyRule | undefined {
  rule.checkKeys({
    what: 'an identify rule',
    known: ['read', 'equals', 'between'],
    synonyms: { at: 'read', value: 'equals', range: 'between' },
    later: ['matches'],
  });
  if (!rule.has('read')) rule.objectError('"read" is missing: what is asked for?');
  const { line, issues } = parsePointLine(rule.text('read') ?? '', defaults);
  if (typeof rule.raw('read') === 'string') rule.include('read', issues);
  const equals = rule.raw('equals');
  const between = rule.range('between');
  if (typeof equals === 'object' || typeof equals === 'function') {
    rule.error('equals', `equals is ${found(equals)}, expected one value`);
  }
  if (line === undefined) return undefined;
  return {
    read: { name: formatAddress(line), ...pointOfLine(line) },
    ...(equals !== undefined && { equals: equals as number | string | boolean }),
    ...(between !== undefined && { between }),
  };
}

export function readView(spec: SpecReader, names: readonly string[]): ProfileView {
  const view = spec.block('view', 'view such as { hero: [power] }');
  view.checkKeys({
    what: 'view',
    known: ['hero', 'trend'],
    synonyms: { tiles: 'hero', charts: 'trend', trends: 'trend' },
    later: ['matrix'],
  });
  const known = (place: Path, name: unknown): readonly string[] => {
    if (typeof name === 'string' && names.includes(name)) return [name];
    const meant = typeof name === 'string' ? nearest(name, names) : undefined;
    const hint = meant === undefined ? undefined : `did you mean ${meant}?`;
    view.error(place, `no point is named ${found(name)}`, hint);
    return [];
  };
  const hero = view.list('hero', 'a list of points') ?? [];
  const trend = view.list('trend', 'a list of lists of points') ?? [];
  return {
    hero: hero.flatMap((name, index) => known(['hero', index], name)),
    trend: trend.map((entry, index) => {
      if (!Array.isArray(entry)) return known(['trend', index], entry);
      return entry.flatMap((name: unknown, place) => known(['trend', index, place], name));
    }),
  };
}
