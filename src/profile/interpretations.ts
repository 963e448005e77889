import { NoValue } from '../codec/value/no-value.ts';
import { numberCodec } from '../codec/value/number-codec.ts';
import {
  BYTE_ORDERS,
  registersOf,
  type ByteOrder,
  type NumberType,
} from '../codec/value/value-type.ts';

/** One way to read some registers, for people who wonder what they hold. */
export interface Interpretation {
  /** `u16`, `f32`, `bits`, `ascii`, … */
  readonly name: string;
  /** By byte order; what has none stands under `ABCD` alone. */
  readonly readings: Readonly<Partial<Record<ByteOrder, Reading>>>;
}

export interface Reading {
  readonly text: string;
  /** The number is of a size that measurements have. No proof, but a good first guess. */
  readonly isLikely: boolean;
}

/** Sizes that measurements of machines have. */
const [SMALLEST_LIKELY, LARGEST_LIKELY] = [0.001, 100_000];

const WIDE_TYPES: readonly NumberType[] = ['u32', 'i32', 'u64', 'i64', 'f32', 'f64', 'unix32'];

/**
 * Everything that register bytes in wire order may mean: whole numbers, floats and times in the four
 * orders, bits and characters. A type appears when the bytes fill it at least once; further values
 * follow in the same text.
 */
export function interpretations(bytes: Uint8Array): readonly Interpretation[] {
  const words: readonly NumberType[] = ['u16', 'i16'];
  const wide = WIDE_TYPES.filter((type) => registersOf(type) * 2 <= bytes.length);
  return [
    ...words.map((type) => ({ name: type, readings: { ABCD: read(bytes, type, 'ABCD') } })),
    ...wide.map((type) => ({
      name: type,
      readings: Object.fromEntries(BYTE_ORDERS.map((order) => [order, read(bytes, type, order)])),
    })),
    plain('bits', bitsOf(bytes)),
    plain('ascii', asciiOf(bytes)),
  ];
}

function plain(name: string, text: string): Interpretation {
  return { name, readings: { ABCD: { text, isLikely: false } } };
}

function read(bytes: Uint8Array, type: NumberType, order: ByteOrder): Reading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { decode } = numberCodec(type, order);
  const width = registersOf(type) * 2;
  const values: (number | bigint | NoValue)[] = [];
  for (let offset = 0; offset + width <= bytes.length; offset += width) {
    values.push(decode(view, offset));
  }
  const isGuessed = registersOf(type) > 1 && type !== 'unix32';
  return {
    text: values.map((value) => textOf(type, value)).join(', '),
    isLikely: isGuessed && values.every(isOfLikelySize),
  };
}

function isOfLikelySize(value: number | bigint | NoValue): boolean {
  if (value instanceof NoValue) return false;
  const size = Math.abs(Number(value));
  return size >= SMALLEST_LIKELY && size <= LARGEST_LIKELY;
}

function textOf(type: NumberType, value: number | bigint | NoValue): string {
  if (value instanceof NoValue) return value.cause;
  if (type === 'unix32') return new Date(Number(value) * 1000).toISOString().slice(0, 10);
  // The digits a float32 has, and no more.
  if (type === 'f32' && value !== 0) return Number(value).toPrecision(7);
  return String(value);
}

function bitsOf(bytes: Uint8Array): string {
  const words: string[] = [];
  for (let offset = 0; offset + 1 < bytes.length; offset += 2) {
    const word = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
    const digits = word.toString(2).padStart(16, '0');
    words.push(digits.replaceAll(/(.{4})(?=.)/g, '$1 '));
  }
  return words.join('   ');
}

function asciiOf(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  );
  return `"${characters.join('')}"`;
}
