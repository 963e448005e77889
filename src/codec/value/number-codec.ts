import { InvalidRequestError } from '../../base/errors.ts';
import { bcdReader, bcdWriter, mod10kReader, mod10kWriter } from './decimal-digits.ts';
import { floatCodec } from './float-codec.ts';
import type { NoValue } from './no-value.ts';
import type { ValueCodec } from './value-codec.ts';
import { isFloatType, rawRange, type ByteOrder, type NumberType } from './value-type.ts';
import {
  halfOffsets,
  readU16,
  readU32,
  writeU16,
  writeU32,
  type ReadBits,
  type WriteBits,
} from './word-order.ts';

type NumberCodec = ValueCodec<number | bigint>;

/** The codec of a number as it stands in the registers, before any scale. */
export function numberCodec(type: NumberType, order: ByteOrder): NumberCodec {
  if (isFloatType(type)) return floatCodec(type, order);
  if (type === 'u64' || type === 'i64') return wideCodec(type, order);
  const form = FORMS[type];
  const write = form.write(order);
  return {
    decode: form.read(order),
    encode(view, offset, value) {
      write(view, offset, Number(checkWhole(type, value)));
    },
  };
}

/** How a whole number of at most 32 bits is read and written. */
interface Form {
  read(order: ByteOrder): (view: DataView, offset: number) => number | NoValue;
  write(order: ByteOrder): WriteBits;
}

const WORD: Form = { read: readU16, write: writeU16 };
const DOUBLE_WORD: Form = { read: readU32, write: writeU32 };

const FORMS: Readonly<Record<Exclude<NumberType, 'f16' | 'f32' | 'f64' | 'u64' | 'i64'>, Form>> = {
  u8h: { read: (order) => refine(readU16(order), (bits) => bits >> 8), write: writeHighByte },
  u8l: { read: (order) => refine(readU16(order), (bits) => bits & 0xff), write: writeLowByte },
  i8h: {
    read: (order) => refine(readU16(order), (bits) => (bits << 16) >> 24),
    write: writeHighByte,
  },
  i8l: {
    read: (order) => refine(readU16(order), (bits) => (bits << 24) >> 24),
    write: writeLowByte,
  },
  u16: WORD,
  i16: { read: (order) => refine(readU16(order), (bits) => (bits << 16) >> 16), write: writeU16 },
  u32: DOUBLE_WORD,
  i32: { read: (order) => refine(readU32(order), (bits) => bits | 0), write: writeU32 },
  bcd16: {
    read: (order) => bcdReader(readU16(order), 4),
    write: (order) => bcdWriter(writeU16(order)),
  },
  bcd32: {
    read: (order) => bcdReader(readU32(order), 8),
    write: (order) => bcdWriter(writeU32(order)),
  },
  mod10k32: { read: mod10kReader, write: mod10kWriter },
  bits16: WORD,
  bits32: DOUBLE_WORD,
  unix32: DOUBLE_WORD,
};

function refine(read: ReadBits, meaning: (bits: number) => number): ReadBits {
  return (view, offset) => meaning(read(view, offset));
}

function writeHighByte(order: ByteOrder): WriteBits {
  const [read, write] = [readU16(order), writeU16(order)];
  return (view, offset, value) =>
    write(view, offset, ((value & 0xff) << 8) | (read(view, offset) & 0xff));
}

function writeLowByte(order: ByteOrder): WriteBits {
  const [read, write] = [readU16(order), writeU16(order)];
  return (view, offset, value) =>
    write(view, offset, (read(view, offset) & 0xff00) | (value & 0xff));
}

/** 64 bits: a number as long as a double holds it exactly, a bigint beyond. */
function wideCodec(type: 'u64' | 'i64', order: ByteOrder): NumberCodec {
  const [read, write] = [readU32(order), writeU32(order)];
  const at = halfOffsets(order);
  const signed = type === 'i64';
  return {
    decode(view, offset) {
      const bits = read(view, offset + at.high);
      const high = signed ? bits | 0 : bits;
      const low = read(view, offset + at.low);
      const value = high * 0x1_0000_0000 + low;
      return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
    },
    encode(view, offset, value) {
      const bits = checkWhole(type, value);
      write(view, offset + at.high, Number((bits >> 32n) & 0xffff_ffffn));
      write(view, offset + at.low, Number(bits & 0xffff_ffffn));
    },
  };
}

function checkWhole(type: NumberType, value: number | bigint): bigint {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    throw new InvalidRequestError(`${value} is no whole number, and ${type} holds nothing else`);
  }
  const whole = BigInt(value);
  const [min, max] = rawRange(type) ?? [whole, whole];
  if (whole < min || whole > max) {
    throw new InvalidRequestError(`${whole} does not fit into ${type} (${min} to ${max})`);
  }
  return whole;
}
