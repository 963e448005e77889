import { isNumberType } from '../codec/value/value-type.ts';
import { constant, parseExpression, powerOfTen } from '../expression/expression.ts';
import { kindOf } from './item.ts';
import { parsePointLine, type LineDefaults, type PointLine } from './grammar.ts';
import { readAlarm } from './point-alarm.ts';
import type { Access, RegisterPoint, Scale, WriteLimits } from './point.ts';
import {
  readBits,
  readEnum,
  readInvalid,
  readKind,
  readTextForm,
  readWrite,
  understoodDecimals,
} from './point-meaning.ts';
import { accessProblem, scaleProblem, sharesRegister, unitProblem } from './point-rules.ts';
import { readReport, REPORT_KEYS, REPORT_SYNONYMS } from './report.ts';
import { multiplyBy, type Ratio } from './scaling.ts';
import { type KeySet, type SpecReader } from './spec-reader.ts';

/** What a point leaves out, and the groups it may belong to. */
export interface PointDefaults extends LineDefaults {
  /** Names of the groups there are; undefined accepts any. `once` and `on-demand` always exist. */
  readonly groups?: readonly string[];
}

/** A point without its name, which may be one of many that `repeat` makes. */
export type NamelessPoint = Omit<RegisterPoint, 'name'>;

export const BUILT_IN_GROUPS = ['once', 'on-demand'] as const;

export const QUANTITIES = [
  ...['temperature', 'voltage', 'current', 'power', 'reactive_power', 'apparent_power'],
  ...['energy', 'reactive_energy', 'apparent_energy', 'frequency', 'power_factor', 'percentage'],
  ...['irradiance', 'pressure', 'level', 'flow', 'ph', 'speed', 'duration', 'time', 'count'],
  ...['rate', 'text', 'state'],
];

const POINT_KEYS: KeySet = {
  what: 'a point',
  known: [
    ...['at', 'label', 'doc', 'scale', 'offset', 'unit', 'decimals', 'quantity', 'kind', 'group'],
    ...['category', 'enum', 'bits', 'valid', 'invalid', 'access', 'write', 'repeat'],
    ...['expr', 'encoding', 'pad', 'alarm', 'can', 'host'],
    ...REPORT_KEYS,
  ],
  synonyms: {
    ...REPORT_SYNONYMS,
    address: 'at',
    register: 'at',
    reg: 'at',
    type: 'at',
    data_type: 'at',
    order: 'at',
    swap: 'at',
    name: 'label',
    title: 'label',
    description: 'doc',
    notes: 'doc',
    multiplier: 'scale',
    factor: 'scale',
    ratio: 'scale',
    gain: 'scale',
    divisor: 'scale',
    bias: 'offset',
    units: 'unit',
    uom: 'unit',
    unit_of_measurement: 'unit',
    charset: 'encoding',
    padding: 'pad',
    precision: 'decimals',
    digits: 'decimals',
    device_class: 'quantity',
    state_class: 'kind',
    values: 'enum',
    options: 'enum',
    states: 'enum',
    map: 'enum',
    mappings: 'enum',
    symbols: 'enum',
    flags: 'bits',
    range: 'valid',
    min: 'valid',
    max: 'valid',
    nan: 'invalid',
    nan_value: 'invalid',
    writable: 'access',
    readonly: 'access',
    interval: 'group',
    every: 'group',
    scan_interval: 'group',
    measurement: 'category',
    count: 'repeat',
  },
  later: ['bytes'],
};

/** Reads the long form of a point. Undefined when nothing can be made of it. */
export function readPoint(spec: SpecReader, defaults: PointDefaults): NamelessPoint | undefined {
  spec.checkKeys(POINT_KEYS);
  const line = readLine(spec, defaults);
  // Without a place and a type nothing else can be judged, but the keys have been.
  if (line === undefined) return undefined;
  const scale = readScale(spec, line);
  const access = readAccess(spec, line);
  const unit = readUnit(spec, line);
  const decimals = spec.whole('decimals', 0, 9) ?? understoodDecimals({ ...line, scale });
  const { table, address, bit, type, order, count, size } = line;
  return {
    ...{ table, address, type, order, count, scale, kind: readKind(spec, type) },
    ...(bit !== undefined && { bit }),
    ...(size !== undefined && { size }),
    ...access,
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    ...readWords(spec, defaults),
    ...readValues(spec, line),
  };
}

/** A point that is nothing but its line. */
export function pointOfLine(line: PointLine): NamelessPoint {
  const decimals = understoodDecimals(line);
  return {
    ...line,
    ...writing(line.access ?? 'ro', undefined),
    ...(decimals !== undefined && { decimals }),
    kind: kindOf(line.type),
  };
}

function readLine(spec: SpecReader, defaults: PointDefaults): PointLine | undefined {
  const at = spec.raw('at');
  // YAML makes a number of a bare address.
  const text = typeof at === 'number' ? String(at) : spec.text('at');
  if (text === undefined) {
    if (!spec.has('at')) {
      spec.objectError('"at" is missing: where is the point?', 'such as at: "hr:5 u16 /10 °C"');
    }
    return undefined;
  }
  const { line, issues } = parsePointLine(text, defaults);
  spec.include('at', issues);
  return line;
}

function readScale(spec: SpecReader, line: PointLine): Scale {
  const problem = scaleProblem(line.type);
  for (const key of ['scale', 'offset']) {
    if (problem !== undefined && spec.has(key)) spec.keyError(key, problem.message);
  }
  const { multiply, divide, offset } = line.scale;
  const ratio = readRatio(spec);
  const moved = spec.number('offset');
  if (ratio !== undefined && multiply !== divide) {
    spec.keyError('scale', 'the scale is given twice', 'leave it out here or in "at"');
  }
  if (moved !== undefined && offset !== 0) {
    spec.keyError('offset', 'the offset is given twice', 'leave it out here or in "at"');
  }
  return {
    ...(ratio ?? { multiply, divide }),
    offset: moved ?? offset,
  };
}

/** A number, or an expression over params: `10^-decimals`. */
function readRatio(spec: SpecReader): Ratio | undefined {
  const written = spec.raw('scale');
  if (typeof written === 'string') return readScaleExpression(spec, written);
  const factor = spec.number('scale');
  if (factor === 0) spec.error('scale', 'scale is 0, which makes every value the same');
  return factor === undefined ? undefined : multiplyBy(factor);
}

function readScaleExpression(spec: SpecReader, text: string): Ratio | undefined {
  const params = new Map<string, number>();
  for (const [name, value] of spec.params) params.set(name, value).set(`$${name}`, value);
  const scope = new Map([...params.keys()].map((name) => [name, 'number'] as const));
  const { expression, issues } = parseExpression(text, scope, 'number');
  spec.include('scale', issues);
  if (expression === undefined) return undefined;
  // A power of ten divides where it can: that keeps decimals exact.
  const power = powerOfTen(expression, params);
  if (power !== undefined) return power;
  const { value } = constant(expression, params);
  if (typeof value === 'number' && value !== 0) return multiplyBy(value);
  spec.error('scale', `scale "${text}" comes to ${String(value ?? 'nothing')}, which is no factor`);
  return undefined;
}

function readAccess(spec: SpecReader, line: PointLine): Pick<RegisterPoint, 'access' | 'write'> {
  const given = spec.oneOf<Access>('access', ['ro', 'rw', 'wo']);
  if (given !== undefined && line.access !== undefined && given !== line.access) {
    spec.keyError('access', `"at" says ${line.access}`, 'say it once');
  }
  const limits = readWrite(spec, line);
  const access = given ?? line.access ?? (limits ? 'rw' : 'ro');
  checkWrite(spec, access, limits);
  checkPlace(spec, access, line, given === undefined ? 'write' : 'access', limits);
  return writing(access, limits ? limits : undefined);
}

/** Can the place be written at all, and by itself? */
function checkPlace(
  spec: SpecReader,
  access: Access,
  line: PointLine,
  key: 'write' | 'access',
  limits: WriteLimits | false | undefined,
): void {
  // What the line itself says has been judged there, with its characters.
  if (line.access !== undefined) return;
  const isMasked = limits !== false && limits?.function === 'mask';
  const problem = accessProblem(access, line, isMasked);
  const hint = sharesRegister(line) ? problem?.hint : undefined;
  if (problem !== undefined) spec.keyError(key, problem.message, hint);
}

/** Access with the limits that go with it: what can be written has some, however wide. */
function writing(
  access: Access,
  limits: WriteLimits | undefined,
): Pick<RegisterPoint, 'access' | 'write'> {
  return access === 'ro' ? { access } : { access, write: limits ?? { function: 'auto' } };
}

function checkWrite(
  spec: SpecReader,
  access: Access,
  limits: WriteLimits | false | undefined,
): void {
  if (limits === undefined) return;
  if (limits === false && access !== 'ro') {
    spec.error('write', `write is false, and the point is ${access}`);
  } else if (limits !== false && access === 'ro') {
    spec.keyError('write', 'the point is ro, which is never written');
  }
}

function readUnit(spec: SpecReader, line: PointLine): string | undefined {
  const unit = spec.text('unit');
  if (unit === undefined) return line.unit;
  const problem = unitProblem(line.type);
  if (problem !== undefined) spec.keyError('unit', problem.message);
  if (line.unit !== undefined && line.unit !== unit) {
    spec.keyError('unit', `"at" says ${line.unit}`, 'say it once');
  }
  return unit;
}

function readWords(
  spec: SpecReader,
  { groups }: PointDefaults,
): Pick<
  RegisterPoint,
  'label' | 'doc' | 'quantity' | 'group' | 'category' | 'report' | 'can' | 'host'
> {
  const label = spec.text('label');
  const doc = spec.text('doc');
  const quantity = spec.oneOf('quantity', QUANTITIES);
  const group =
    groups === undefined
      ? spec.text('group')
      : spec.oneOf('group', [...groups, ...BUILT_IN_GROUPS]);
  const category = spec.text('category');
  const report = readReport(spec);
  const [can, host] = [spec.text('can'), spec.text('host')];
  return {
    ...(can !== undefined && { can }),
    ...(host !== undefined && { host }),
    ...(report !== undefined && { report }),
    ...(label !== undefined && { label }),
    ...(doc !== undefined && { doc }),
    ...(quantity !== undefined && { quantity }),
    ...(group !== undefined && { group }),
    ...(category !== undefined && { category }),
  };
}

function readValues(
  spec: SpecReader,
  { type }: PointLine,
): Pick<RegisterPoint, 'enum' | 'bits' | 'valid' | 'invalid' | 'text' | 'alarm'> {
  const text = readTextForm(spec, type);
  const names = readEnum(spec, type);
  const bits = readBits(spec, type);
  const valid = spec.range('valid');
  const invalid = readInvalid(spec, type);
  const alarm = readAlarm(spec, type);
  if (valid !== undefined && !isNumberType(type)) {
    spec.keyError('valid', `${type} has no range`);
  }
  return {
    ...(names !== undefined && { enum: names }),
    ...(bits !== undefined && { bits }),
    ...(valid !== undefined && { valid }),
    ...(invalid !== undefined && { invalid }),
    ...(text !== undefined && { text }),
    ...(alarm !== undefined && { alarm }),
  };
}
