import { nearest } from '../base/did-you-mean.ts';
import {
  BYTE_ORDERS,
  FIXED_TYPES,
  registersOf,
  type ByteOrder,
  type ValueType,
} from '../codec/value/value-type.ts';

/** `f32@CDAB` taken apart. */
export interface TypeName {
  readonly type: ValueType;
  /** Bytes of a `str` or `bytes`. */
  readonly size?: number;
  /** Absent when the text names none. */
  readonly order?: ByteOrder;
}

/** What is wrong with the characters from `span`. */
export interface TextProblem {
  readonly span: readonly [start: number, end: number];
  readonly message: string;
  readonly hint?: string;
}

/** What the largest read carries: 125 registers. */
const MAX_SIZE = 250;

const TYPES = 'Types: u16 i16 u32 i32 u64 i64 f32 f64 str(n) …';
const ORDERS = `orders are ${BYTE_ORDERS.join(' ')}`;

/** Names from other tools and their manuals. They are not accepted, but understood well enough to help. */
const ALIASES: Readonly<Record<string, string>> = {
  bit: 'bool',
  boolean: 'bool',
  byte: 'u8l',
  short: 'i16',
  ushort: 'u16',
  int: 'i16',
  int16: 'i16',
  uint: 'u16',
  uint16: 'u16',
  s16: 'i16',
  word: 'u16',
  s_word: 'i16',
  u_word: 'u16',
  int32: 'i32',
  int32s: 'i32@CDAB',
  uint32: 'u32',
  uint32s: 'u32@CDAB',
  s32: 'i32',
  dint: 'i32',
  udint: 'u32',
  dword: 'u32',
  s_dword: 'i32',
  s_dword_r: 'i32@CDAB',
  u_dword: 'u32',
  u_dword_r: 'u32@CDAB',
  long: 'i32',
  ulong: 'u32',
  int64: 'i64',
  uint64: 'u64',
  s64: 'i64',
  lint: 'i64',
  ulint: 'u64',
  qword: 'u64',
  s_qword: 'i64',
  u_qword: 'u64',
  float: 'f32',
  floats: 'f32@CDAB',
  float32: 'f32',
  'float32-ieee': 'f32',
  fp32: 'f32',
  fp32_r: 'f32@CDAB',
  real: 'f32',
  single: 'f32',
  float16: 'f16',
  'float16-ieee': 'f16',
  double: 'f64',
  float64: 'f64',
  'float64-ieee': 'f64',
  lreal: 'f64',
  bcd: 'bcd16',
  string: 'str(n)',
  ascii: 'str(n)',
  text: 'str(n)',
  hex: 'bytes(n)',
  timestamp: 'unix32',
  unix: 'unix32',
  datetime: 'ymdhms',
};

const ORDER_ALIASES: Readonly<Record<string, ByteOrder>> = {
  be: 'ABCD',
  big: 'ABCD',
  be_be: 'ABCD',
  ab: 'ABCD',
  msb: 'ABCD',
  le: 'DCBA',
  little: 'DCBA',
  le_le: 'DCBA',
  lsb: 'DCBA',
  be_le: 'CDAB',
  word: 'CDAB',
  mle: 'CDAB',
  le_be: 'BADC',
  byte: 'BADC',
  ba: 'BADC',
  mbe: 'BADC',
};

/** The orders of 64 bits spelled out. */
const WIDE_ORDERS: Readonly<Record<string, ByteOrder>> = {
  ABCDEFGH: 'ABCD',
  GHEFCDAB: 'CDAB',
  BADCFEHG: 'BADC',
  HGFEDCBA: 'DCBA',
};

const FIXED: ReadonlySet<string> = new Set(FIXED_TYPES);

function isFixedType(text: string): text is (typeof FIXED_TYPES)[number] {
  return FIXED.has(text);
}

/** Units are mostly shorter, and a mistyped type should not pass as one. */
const SHORTEST_TYPO = 4;

/** Would a reader take this word for a type, rightly or not? */
export function isTypeLike(text: string): boolean {
  const [name = ''] = text.split('@');
  return (
    text.includes('@') ||
    isFixedType(name) ||
    /^(?:str|bytes)\b/.test(name) ||
    Object.hasOwn(ALIASES, name.toLowerCase()) ||
    (name.length >= SHORTEST_TYPO && nearestType(name) !== undefined)
  );
}

/** The type that a wrong name stands for, most likely. */
function nearestType(name: string): string | undefined {
  const word = nearest(name, [...FIXED_TYPES, ...Object.keys(ALIASES)]);
  return word === undefined || isFixedType(word) ? word : ALIASES[word];
}

export function isByteOrder(text: string): text is ByteOrder {
  return (BYTE_ORDERS as readonly string[]).includes(text);
}

/** The byte order of that name, or what to say about it. */
export function orderHint(text: string): string {
  const meant = ORDER_ALIASES[text.toLowerCase()] ?? nearest(text, BYTE_ORDERS);
  return meant === undefined ? ORDERS : `did you mean ${meant}?  ${ORDERS}`;
}

/** Reads `type[@order]`. */
export function parseType(text: string): TypeName | TextProblem {
  const [name, order] = splitOrder(text);
  const type = parseName(name);
  if ('message' in type) return type;
  if (order === undefined) return type;
  const wide = registersOf(type.type, type.size) === 4 ? WIDE_ORDERS[order] : undefined;
  if (wide !== undefined) return { ...type, order: wide };
  if (isByteOrder(order)) return { ...type, order };
  return {
    span: [name.length + 1, text.length],
    message: `unknown order "${order}"`,
    hint: orderHint(order),
  };
}

function splitOrder(text: string): readonly [name: string, order?: string] {
  const at = text.indexOf('@');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function parseName(name: string): TypeName | TextProblem {
  if (isFixedType(name)) return { type: name };
  const span = [0, name.length] as const;
  const [, sized, digits] = /^(str|bytes)(?:\((\d+)\))?$/.exec(name) ?? [];
  if (sized !== 'str' && sized !== 'bytes') {
    const meant = nearestType(name);
    const hint = meant === undefined ? TYPES : `did you mean ${meant}?  ${TYPES}`;
    return { span, message: `unknown type "${name}"`, hint };
  }
  const size = Number(digits);
  if (size >= 1 && size <= MAX_SIZE) return { type: sized, size };
  const message =
    digits === undefined
      ? `${sized} needs its length in bytes`
      : `${name} has ${size} bytes, expected 1..${MAX_SIZE}`;
  return { span, message, hint: `write ${sized}(14) for seven registers` };
}
