import { isFloatType, isNumberType, rawRange } from '../codec/value/value-type.ts';
import { PLAIN_TEXT } from '../codec/value/text-codec.ts';
import type { PointLine } from './grammar.ts';
import { kindOf } from './item.ts';
import type { PointKind, TextForm, ValueType, WriteLimits } from './point.ts';
import { isScalable } from './point-rules.ts';
import { decimalsOf } from './scaling.ts';
import { found, isObject, type SpecReader } from './spec-reader.ts';
import { readWriteRules } from './write-rule-reader.ts';

/** Names of the values of a state, from `enum: { 0: reset, 1: run }`. */
export function readEnum(
  spec: SpecReader,
  type: ValueType,
): ReadonlyMap<number, string> | undefined {
  const entries = spec.object('enum', 'names by value, such as { 0: stop, 1: run }');
  if (entries === undefined) return undefined;
  if (!isNumberType(type) && type !== 'bool') {
    spec.keyError('enum', `${type} has no named values`);
    return undefined;
  }
  const names = new Map<number, string>();
  const taken = new Map<string, number>();
  for (const key of entries.keys) {
    const value = Number(key);
    const name = isObject(entries.raw(key)) ? readNameObject(entries, key) : entries.text(key);
    if (!Number.isInteger(value)) entries.keyError(key, `"${key}" is no whole number`);
    if (name === undefined) continue;
    const other = taken.get(name.toLowerCase());
    if (other !== undefined) entries.error(key, `${other} is named "${name}" already`);
    taken.set(name.toLowerCase(), value);
    names.set(value, name);
  }
  return names;
}

/** Names of single bits, from `bits: { 0: alarm_1, 4: manual }`. */
export function readBits(
  spec: SpecReader,
  type: ValueType,
): ReadonlyMap<number, string> | undefined {
  const entries = spec.object('bits', 'names by bit, such as { 0: fault, 4: manual }');
  if (entries === undefined) return undefined;
  if (type !== 'bits16' && type !== 'bits32') {
    spec.keyError('bits', `${type} has no named bits`, 'the type of a set of bits is bits16');
    return undefined;
  }
  const last = type === 'bits16' ? 15 : 31;
  const names = new Map<number, string>();
  for (const key of entries.keys) {
    const bit = Number(key);
    if (!Number.isInteger(bit) || bit < 0 || bit > last) {
      entries.keyError(key, `"${key}" is no bit of ${type}, expected 0..${last}`);
    }
    const name = isObject(entries.raw(key)) ? readBitObject(entries, key) : entries.text(key);
    if (name !== undefined) names.set(bit, name);
  }
  return names;
}

function readNameObject(entries: SpecReader, key: string): string | undefined {
  const entry = entries.block(key, 'the name of a value');
  entry.checkKeys({
    ...{ what: 'a named value', known: ['name', 'alarm'], later: [] },
    synonyms: { label: 'name', priority: 'alarm' },
  });
  if (!entry.has('name')) entry.objectError('"name" is missing: what is the value called?');
  return entry.text('name');
}

function readBitObject(entries: SpecReader, key: string): string | undefined {
  const bit = entries.object(key, 'the name of a bit');
  bit?.checkKeys({
    what: 'a bit',
    known: ['name', 'label', 'doc', 'alarm'],
    synonyms: { title: 'label', description: 'doc' },
    later: ['normal'],
  });
  if (bit?.has('name') === false) bit.objectError('"name" is missing: what is the bit called?');
  return bit?.text('name');
}

/** How a text is written, where that is said. */
export function readTextForm(spec: SpecReader, type: ValueType): TextForm | undefined {
  const encoding = spec.oneOf('encoding', ['latin1', 'ascii']);
  const pad = spec.oneOf('pad', ['space', 'nul']);
  for (const key of ['encoding', 'pad']) {
    if (spec.has(key) && type !== 'str') spec.keyError(key, `${type} has no ${key}, a str has one`);
  }
  if (type !== 'str' || (encoding ?? pad) === undefined) return undefined;
  return { encoding: encoding ?? PLAIN_TEXT.encoding, pad: pad ?? PLAIN_TEXT.pad };
}

/** Raw values that mean "no value". */
export function readInvalid(
  spec: SpecReader,
  type: ValueType,
): readonly (number | bigint)[] | undefined {
  const written = spec.raw('invalid');
  if (written === undefined) return undefined;
  if (!isNumberType(type)) {
    spec.keyError('invalid', `${type} has no raw number to compare`);
    return undefined;
  }
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  return list.flatMap((entry, index) => {
    const raw = rawNumber(entry);
    const value = raw === undefined ? undefined : inRange(type, raw);
    if (value !== undefined) return [value];
    const hint =
      raw === undefined && typeof entry === 'number'
        ? 'a number beyond 2^53 keeps its digits in quotes only'
        : undefined;
    const place = Array.isArray(written) ? ['invalid', index] : ['invalid'];
    spec.error(place, `invalid has ${found(entry)}, expected raw values of ${type}`, hint);
    return [];
  });
}

function rawNumber(entry: unknown): number | bigint | undefined {
  if (typeof entry === 'bigint') return entry;
  if (typeof entry === 'number') {
    return Number.isInteger(entry) && !Number.isSafeInteger(entry) ? undefined : entry;
  }
  if (typeof entry !== 'string') return undefined;
  const [, sign = '', digits = ''] = /^(-?)(0x[0-9a-f]+|\d+)$/i.exec(entry.trim()) ?? [];
  if (digits === '') return undefined;
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

/**
 * The raw value as the decoder gives it. Manuals write the sentinel of an i16 as 0x8000, which
 * arrives as -32768.
 */
function inRange(
  type: Parameters<typeof rawRange>[0],
  raw: number | bigint,
): number | bigint | undefined {
  if (isFloatType(type)) return Number(raw);
  const [min, max] = rawRange(type) ?? [0n, 0n];
  if (typeof raw === 'number' && !Number.isInteger(raw)) return undefined;
  const whole = BigInt(raw);
  const wrapped = min < 0n && whole > max ? whole - (max - min + 1n) : whole;
  if (wrapped < min || wrapped > max) return undefined;
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

/** `write: true`, `write: false`, or the limits; undefined when nothing is written. */
export function readWrite(spec: SpecReader, line: PointLine): WriteLimits | false | undefined {
  const written = spec.raw('write');
  if (written === undefined || written === false) return written;
  if (written === true) return { function: 'auto' };
  const write = spec.object('write', 'limits such as { min: 0, max: 100 }, or true');
  if (write === undefined) return undefined;
  return { function: 'auto', ...readWriteRules(write, line) };
}

const KINDS: readonly PointKind[] = ['gauge', 'counter', 'state', 'text', 'time'];

/** What the value is: as written, or understood from its names and its type. */
export function readKind(spec: SpecReader, type: ValueType): PointKind {
  const understood = spec.has('enum') ? 'state' : kindOf(type);
  const kind = spec.oneOf('kind', KINDS) ?? understood;
  const possible: readonly PointKind[] = isNumberType(type)
    ? ['gauge', 'counter', 'state', 'time']
    : [understood];
  if (!possible.includes(kind)) spec.error('kind', `${type} is no ${kind}, it is a ${understood}`);
  return kind;
}

/** Digits behind the decimal point that the value can have; undefined where they are not known. */
export function understoodDecimals({ type, scale }: PointLine): number | undefined {
  return isScalable(type) && !isFloatType(type) ? decimalsOf(scale) : undefined;
}
