import { InvalidRequestError } from '../../base/errors.ts';
import { NOT_A_NUMBER } from './no-value.ts';
import type { ValueCodec } from './value-codec.ts';
import type { ByteOrder } from './value-type.ts';
import {
  halfOffsets,
  lowByteFirst,
  lowWordFirst,
  readU16,
  readU32,
  writeU16,
  writeU32,
} from './word-order.ts';

/**
 * IEEE 754 numbers. The value is the exact one the bits stand for, so that a float32 of 49.98 is
 * 49.97999954223633; fewer digits are a matter of printing. NaN and infinities are no value.
 */
export function floatCodec(
  type: 'f16' | 'f32' | 'f64',
  order: ByteOrder,
): ValueCodec<number | bigint> {
  const { read, write, round } = FORMATS[type](order);
  return {
    decode(view, offset) {
      const value = read(view, offset);
      return Number.isFinite(value) ? value : NOT_A_NUMBER;
    },
    encode(view, offset, value) {
      const number = Number(value);
      if (!Number.isFinite(number)) throw new InvalidRequestError(`${number} is not a number`);
      if (!Number.isFinite(round(number))) {
        throw new InvalidRequestError(`${number} is too large for ${type}`);
      }
      write(view, offset, number);
    },
  };
}

interface FloatFormat {
  readonly read: (view: DataView, offset: number) => number;
  readonly write: (view: DataView, offset: number, value: number) => void;
  /** The nearest value the format holds; infinite when there is none. */
  readonly round: (value: number) => number;
}

const FORMATS: Readonly<Record<'f16' | 'f32' | 'f64', (order: ByteOrder) => FloatFormat>> = {
  f16: halfFormat,
  f32: singleFormat,
  f64: doubleFormat,
};

function singleFormat(order: ByteOrder): FloatFormat {
  const little = lowByteFirst(order);
  if (little === lowWordFirst(order)) {
    return {
      read: (view, offset) => view.getFloat32(offset, little),
      write: (view, offset, value) => view.setFloat32(offset, value, little),
      round: Math.fround,
    };
  }
  const [read, write] = [readU32(order), writeU32(order)];
  const scratch = new DataView(new ArrayBuffer(4));
  return {
    read(view, offset) {
      scratch.setUint32(0, read(view, offset));
      return scratch.getFloat32(0);
    },
    write(view, offset, value) {
      scratch.setFloat32(0, value);
      write(view, offset, scratch.getUint32(0));
    },
    round: Math.fround,
  };
}

function doubleFormat(order: ByteOrder): FloatFormat {
  const [read, write] = [readU32(order), writeU32(order)];
  const at = halfOffsets(order);
  const scratch = new DataView(new ArrayBuffer(8));
  return {
    read(view, offset) {
      scratch.setUint32(0, read(view, offset + at.high));
      scratch.setUint32(4, read(view, offset + at.low));
      return scratch.getFloat64(0);
    },
    write(view, offset, value) {
      scratch.setFloat64(0, value);
      write(view, offset + at.high, scratch.getUint32(0));
      write(view, offset + at.low, scratch.getUint32(4));
    },
    round: (value) => value,
  };
}

function halfFormat(order: ByteOrder): FloatFormat {
  const [read, write] = [readU16(order), writeU16(order)];
  return {
    read: (view, offset) => halfToNumber(read(view, offset)),
    write: (view, offset, value) => write(view, offset, numberToHalf(value)),
    round: (value) => halfToNumber(numberToHalf(value)),
  };
}

/** IEEE 754 binary16: a sign, five bits of exponent biased by 15, ten of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 0x400) * 2 ** (exponent - 15);
}

/** The nearest binary16, halves going to the even one. */
function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  // Steps of this exponent; below 2^-14 all numbers share the smallest step.
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const steps = roundHalfEven(size / 2 ** (exponent - 10));
  // A carry out of the fraction moves into the exponent by itself.
  const bits = size === 0 ? 0 : ((exponent + 14) << 10) + steps;
  return sign | Math.min(bits, 0x7c00);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest > 0.5 ? floor + 1 : floor;
}
