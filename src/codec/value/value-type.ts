/**
 * How a value is written into registers. `u8h` is the high byte of a register, `u8l` the low one;
 * `mod10k32` is two registers of 0..9999; `unix32` seconds since 1970; `ymdhms` six registers.
 */
export type ValueType =
  | 'bool'
  | 'u8h'
  | 'u8l'
  | 'i8h'
  | 'i8l'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'f16'
  | 'f32'
  | 'f64'
  | 'bcd16'
  | 'bcd32'
  | 'mod10k32'
  | 'bits16'
  | 'bits32'
  | 'unix32'
  | 'ymdhms'
  | 'str'
  | 'bytes';

/** The types whose value is a number. */
export type NumberType = Exclude<ValueType, 'bool' | 'ymdhms' | 'str' | 'bytes'>;

/**
 * Where the bytes of a value stand on the wire, A being the most significant of a 32-bit value.
 * Wider values keep the words' order: CDAB of 64 bits is GHEFCDAB. In a single register only the
 * byte order inside the word counts: ABCD and CDAB are big-endian, BADC and DCBA little-endian.
 */
export type ByteOrder = 'ABCD' | 'CDAB' | 'BADC' | 'DCBA';

export const BYTE_ORDERS: readonly ByteOrder[] = ['ABCD', 'CDAB', 'BADC', 'DCBA'];

/** A value as it leaves the decoder. 64-bit integers that a double cannot hold stay bigint. */
export type Value = number | bigint | string | boolean;

/** Registers of the types whose width is fixed; that of `str` and `bytes` follows from their size. */
const REGISTERS: Readonly<Record<Exclude<ValueType, 'str' | 'bytes'>, number>> = {
  bool: 1,
  u8h: 1,
  u8l: 1,
  i8h: 1,
  i8l: 1,
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  u64: 4,
  i64: 4,
  f16: 1,
  f32: 2,
  f64: 4,
  bcd16: 1,
  bcd32: 2,
  mod10k32: 2,
  bits16: 1,
  bits32: 2,
  unix32: 2,
  ymdhms: 6,
};

export const FIXED_TYPES = Object.keys(REGISTERS) as readonly Exclude<ValueType, 'str' | 'bytes'>[];

/** Registers a value spans. `size` is the number of bytes of a `str` or `bytes`. */
export function registersOf(type: ValueType, size = 0): number {
  return type === 'str' || type === 'bytes' ? Math.ceil(size / 2) : REGISTERS[type];
}

export function isNumberType(type: ValueType): type is NumberType {
  return type !== 'bool' && type !== 'ymdhms' && type !== 'str' && type !== 'bytes';
}

type Range = readonly [min: bigint, max: bigint];

const BYTE: Range = [0n, 0xffn];
const SIGNED_BYTE: Range = [-0x80n, 0x7fn];
const WORD: Range = [0n, 0xffffn];
const DOUBLE_WORD: Range = [0n, 0xffff_ffffn];
const EIGHT_DIGITS: Range = [0n, 9999_9999n];

const RANGES: Readonly<Record<Exclude<NumberType, 'f16' | 'f32' | 'f64'>, Range>> = {
  u8h: BYTE,
  u8l: BYTE,
  i8h: SIGNED_BYTE,
  i8l: SIGNED_BYTE,
  u16: WORD,
  i16: [-0x8000n, 0x7fffn],
  u32: DOUBLE_WORD,
  i32: [-0x8000_0000n, 0x7fff_ffffn],
  u64: [0n, 0xffff_ffff_ffff_ffffn],
  i64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  bcd16: [0n, 9999n],
  bcd32: EIGHT_DIGITS,
  mod10k32: EIGHT_DIGITS,
  bits16: WORD,
  bits32: DOUBLE_WORD,
  unix32: DOUBLE_WORD,
};

export function isFloatType(type: ValueType): type is 'f16' | 'f32' | 'f64' {
  return type === 'f16' || type === 'f32' || type === 'f64';
}

/** Whole numbers a type can hold, both ends included; undefined for floating point. */
export function rawRange(type: NumberType): readonly [min: bigint, max: bigint] | undefined {
  return isFloatType(type) ? undefined : RANGES[type];
}
