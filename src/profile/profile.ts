import { ADDRESS_BASES, type AddressBase } from './address.ts';
import type { SpecIssue } from './issue.ts';
import type { ByteOrder, RegisterPoint, Table } from './point.ts';
import type { BUILT_IN_GROUPS } from './point-spec.ts';
import { type PointDefaults } from './point-spec.ts';
import type { ComputedPoint } from './computed.ts';
import { chooseParams, NO_PARAMS, readParams, type ParamSpec, type ParamValues } from './params.ts';
import { readPoints } from './points.ts';
import { readGroups, readIdentify, readImage, readLimits, readView } from './profile-blocks.ts';
import type { PlanChoice } from './read-plan.ts';
import { SpecReader, type KeySet } from './spec-reader.ts';
import { readVectors, type TestVector } from './test-vector.ts';
import { isByteOrder, orderHint, parseType } from './type-name.ts';

/** What one kind of device is: shared, and the same wherever the device stands. Complete. */
export interface Profile {
  /** Such as `schneider/pm8000`. */
  readonly id: string;
  readonly label?: string;
  readonly vendor?: string;
  readonly models: readonly string[];
  /** The manual that the registers were taken from. */
  readonly source?: string;
  readonly doc?: string;
  readonly addressing: AddressBase;
  readonly indexShift: number;
  readonly order: ByteOrder;
  /** Factory settings of a serial port: `9600 8N1`. */
  readonly serial?: string;
  readonly limits: ProfileLimits;
  readonly plan: PlanChoice;
  /** How often each group is read, in milliseconds, or when at all. */
  readonly groups: ReadonlyMap<string, GroupPeriod>;
  /** What may differ from device to device, and what it is in the points below. */
  readonly params: readonly ParamSpec[];
  readonly paramValues: ParamValues;
  /** Empty in a profile that is a register image. */
  readonly points: readonly RegisterPoint[];
  /** Each behind the points it needs. */
  readonly computed: readonly ComputedPoint[];
  readonly identify: readonly IdentifyRule[];
  readonly view: ProfileView;
  /** A device that is nothing but registers, as a simulator serves it. */
  readonly image?: RegisterImageSpec;
  /** Registers and what they mean, by which the profile is checked. */
  readonly vectors: readonly TestVector[];
}

export interface ProfileLimits {
  /** Pause behind every answer, in milliseconds. */
  readonly pauseMs: number;
  /** How long the device may take to answer; absent where the line's own time will do. */
  readonly timeoutMs?: number;
}

export type GroupPeriod = number | (typeof BUILT_IN_GROUPS)[number];

/** What a device of this kind answers. Without `equals` and `between` any answer will do. */
export interface IdentifyRule {
  readonly read: RegisterPoint;
  readonly equals?: number | string | boolean;
  readonly between?: readonly [min: number, max: number];
}

export interface ProfileView {
  /** Names of the points that come first. */
  readonly hero: readonly string[];
  /** Names of the points that share a diagram. */
  readonly trend: readonly (readonly string[])[];
}

/** Items of each table, counted from address 0. */
export interface RegisterImageSpec {
  readonly coils: number;
  readonly discrete: number;
  readonly holding: number;
  readonly input: number;
  readonly writable: boolean;
}

export interface ParsedProfile {
  /** Absent when there is an error among the issues. */
  readonly profile?: Profile;
  readonly issues: readonly SpecIssue[];
}

const PROFILE_KEYS: KeySet = {
  what: 'a profile',
  known: [
    ...['profile', 'label', 'vendor', 'models', 'source', 'doc', 'addressing', 'index_shift'],
    ...['order', 'table', 'type', 'serial', 'limits', 'plan', 'groups', 'points', 'identify'],
    ...['view', 'image', 'params', 'tests'],
  ],
  synonyms: {
    id: 'profile',
    name: 'profile',
    title: 'label',
    description: 'doc',
    notes: 'doc',
    manufacturer: 'vendor',
    maker: 'vendor',
    model: 'models',
    products: 'models',
    manual: 'source',
    sources: 'source',
    base: 'addressing',
    address_base: 'addressing',
    shift: 'index_shift',
    byte_order: 'order',
    byteorder: 'order',
    word_order: 'order',
    endianness: 'order',
    swap: 'order',
    baud: 'serial',
    comset: 'serial',
    registers: 'points',
    tags: 'points',
    sensors: 'points',
    fingerprint: 'identify',
    intervals: 'groups',
    parameters: 'params',
    vectors: 'tests',
  },
  later: ['extends'],
};

const ID = /^[a-z0-9][a-z0-9_.-]*(?:\/[a-z0-9][a-z0-9_.-]*)*$/;
const SERIAL = /^\d+ [78][NEO][12]$/;

const EXPECTED = 'a profile: an object with "profile" and "points"';

/**
 * The contents of a profile file, as YAML or JSON gives them. All mistakes are reported at once.
 * `chosen` are the params of one device, as `chooseParams` gives them; else all have their defaults.
 */
export function parseProfile(input: unknown, chosen: ParamValues = NO_PARAMS): ParsedProfile {
  const issues: SpecIssue[] = [];
  const plain = SpecReader.of(input, [], issues, EXPECTED);
  if (plain === undefined) return { issues };
  const params = readParams(plain);
  const paramValues = new Map([...chooseParams(params, undefined).values, ...chosen]);
  const spec = SpecReader.of(input, [], issues, EXPECTED, paramValues) ?? plain;
  const profile = readProfile(spec, issues, { params, paramValues });
  const failed = issues.some(({ severity }) => severity === 'error');
  return failed ? { issues } : { profile, issues };
}

function readProfile(
  spec: SpecReader,
  issues: SpecIssue[],
  { params, paramValues }: Pick<Profile, 'params' | 'paramValues'>,
): Profile {
  spec.checkKeys(PROFILE_KEYS);
  const groups = readGroups(spec);
  const defaults = { ...readDefaults(spec, [...groups.keys()]), params: paramValues };
  const { plan, limits } = readLimits(spec);
  const image = readImage(spec);
  const { points, computed } = spec.has('points')
    ? readPoints(spec.raw('points'), ['points'], defaults, issues)
    : { points: [], computed: [] };
  const names = [...points, ...computed].map(({ name }) => name);
  checkContents(spec, points, plan);
  return {
    id: readId(spec),
    ...readTexts(spec),
    models: spec.texts('models') ?? [],
    ...{ addressing: defaults.base, indexShift: defaults.indexShift, order: defaults.order },
    ...{ limits, plan, groups, params, paramValues, points, computed },
    identify: readIdentify(spec, defaults),
    view: readView(spec, names),
    vectors: readVectors(spec, { names, params, paramValues }),
    ...(image !== undefined && { image }),
  };
}

function readId(spec: SpecReader): string {
  const id = spec.text('profile');
  if (!spec.has('profile')) {
    spec.objectError('"profile" is missing: the name of the profile', 'such as schneider/pm8000');
  } else if (id !== undefined && !ID.test(id)) {
    spec.error(
      'profile',
      `profile "${id}": small letters, digits, _ - . and /`,
      'such as schneider/pm8000',
    );
  }
  return id ?? '';
}

function readTexts(
  spec: SpecReader,
): Pick<Profile, 'label' | 'vendor' | 'source' | 'doc' | 'serial'> {
  const texts: Partial<Record<'label' | 'vendor' | 'source' | 'doc' | 'serial', string>> = {};
  for (const key of ['label', 'vendor', 'source', 'doc', 'serial'] as const) {
    const text = spec.text(key);
    if (text !== undefined) texts[key] = text;
  }
  if (texts.serial !== undefined && !SERIAL.test(texts.serial)) {
    spec.error(
      'serial',
      `serial is "${texts.serial}", expected speed and frame`,
      'such as 9600 8N1',
    );
  }
  return texts;
}

function readDefaults(spec: SpecReader, groups: readonly string[]): PointDefaults {
  const base = spec.oneOf('addressing', ADDRESS_BASES);
  const order = spec.text('order');
  if (order !== undefined && !isByteOrder(order)) {
    spec.error('order', `unknown order "${order}"`, orderHint(order));
  }
  const tables = { hr: 'holding', ir: 'input', co: 'coil', di: 'discrete' } as const;
  const table = spec.oneOf('table', ['hr', 'ir', 'co', 'di']);
  return {
    base: base ?? 'pdu',
    indexShift: spec.whole('index_shift', -0xffff, 0xffff) ?? 0,
    table: table === undefined ? 'holding' : (tables[table] satisfies Table),
    ...readDefaultType(spec),
    order: order !== undefined && isByteOrder(order) ? order : 'ABCD',
    // Whoever declares how addresses count has answered the question that the note asks.
    notes: base === undefined,
    groups,
  };
}

function readDefaultType(spec: SpecReader): Pick<PointDefaults, 'type'> {
  const text = spec.text('type');
  const type = text === undefined ? undefined : parseType(text);
  if (type === undefined) return {};
  if ('message' in type) {
    spec.error('type', type.message, type.hint);
    return {};
  }
  if (type.size !== undefined || type.order !== undefined) {
    spec.error('type', `type is "${text ?? ''}", expected a type without length and order`);
  }
  return { type: type.type };
}

/** What no part can judge alone. */
function checkContents(
  spec: SpecReader,
  points: readonly RegisterPoint[],
  { registers }: PlanChoice,
): void {
  if (!spec.has('points') && !spec.has('image')) {
    spec.objectError('"points" is missing: what does the device report?');
  }
  if (spec.has('points') && spec.has('image')) {
    spec.keyError('image', 'a profile has points or an image, not both');
  }
  for (const { name, count, table } of points) {
    const isRegister = table === 'holding' || table === 'input';
    if (!isRegister || count <= registers) continue;
    spec.error(
      'points',
      `point "${name}" is ${count} registers wide, and limits.registers is ${registers}`,
    );
  }
}
