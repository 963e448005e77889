/** One of the four tables of the Modbus data model (Application Protocol V1.1b3, section 4.3). */
export type Table = 'coil' | 'discrete' | 'input' | 'holding';

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

/**
 * Where the bytes of a value stand on the wire, A being the most significant of a 32-bit value.
 * Wider values keep the words' order: CDAB of 64 bits is GHEFCDAB. In a single register only the
 * byte order inside the word counts: ABCD and CDAB are big-endian, BADC and DCBA little-endian.
 */
export type ByteOrder = 'ABCD' | 'CDAB' | 'BADC' | 'DCBA';

export type Access = 'ro' | 'rw' | 'wo';

/** A value as it leaves the decoder. 64-bit integers that a double cannot hold stay bigint. */
export type Value = number | bigint | string | boolean;

/** Engineering value = raw x multiply / divide + offset. A divisor keeps 4974 / 10 exactly 497.4. */
export interface Scale {
  readonly multiply: number;
  readonly divide: number;
  readonly offset: number;
}

export const UNSCALED: Scale = { multiply: 1, divide: 1, offset: 0 };

/** What a write to this point must respect, in engineering units. */
export interface WriteLimits {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly maxChange?: number;
  /** `single` is FC 5 or 6, `multiple` FC 15 or 16; `auto` takes the one that fits. */
  readonly function: 'auto' | 'single' | 'multiple';
}

/**
 * One quantity a device reports: where it is, how it is written there, and what it means. Complete:
 * nothing after the parser has a default to remember.
 */
export interface RegisterPoint {
  readonly name: string;
  readonly table: Table;
  /** Zero-based, as sent on the wire. */
  readonly address: number;
  /** Bit of a register, 0 being the least significant; only with type `bool` in a register table. */
  readonly bit?: number;
  readonly type: ValueType;
  readonly order: ByteOrder;
  /** Registers, or coils, that the value spans. */
  readonly count: number;
  /** Bytes of a `str` or `bytes`. */
  readonly size?: number;
  readonly scale: Scale;
  readonly access: Access;
  /** As people print it: `V`, `kWh`, `°C`; absent for pure numbers. */
  readonly unit?: string;
  readonly label?: string;
  readonly doc?: string;
  /** Digits behind the decimal point when printed; derived from the scale where it is not given. */
  readonly decimals?: number;
  readonly quantity?: string;
  readonly kind: PointKind;
  readonly group?: string;
  readonly category?: string;
  /** Names of the values of a state. */
  readonly enum?: ReadonlyMap<number, string>;
  /** Names of the bits of a `bits16` or `bits32`. */
  readonly bits?: ReadonlyMap<number, string>;
  /** Engineering values outside are bad, not clamped. */
  readonly valid?: readonly [min: number, max: number];
  /** Raw values that mean "no value". */
  readonly invalid?: readonly (number | bigint)[];
  readonly write?: WriteLimits;
}

export type PointKind = 'gauge' | 'counter' | 'state' | 'text' | 'time';
