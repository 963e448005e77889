import type { Value } from '../telemetry/point.ts';
import type { Quality } from '../telemetry/sample.ts';
import type { ByteSink } from './byte-sink.ts';
import type { ByteSource } from './byte-source.ts';

/**
 * One sample: the number of its point, flags, more flags when needed, times, cause, value. Most samples
 * need 4 to 13 bytes.
 */
export const QUALITIES: readonly Quality[] = ['good', 'stale', 'bad'];

/** Bits of the flags; bits 0 and 1 are the quality, bits 2 to 4 the kind of value. */
export const QUALITY_MASK = 3;
export const KIND_SHIFT = 2;
export const KIND_MASK = 7;
/** `at` and `requestedAt` are those of the sample before it in the record. */
export const SAME_TIMES = 32;
/** `goodAt` is `at`. */
export const GOOD_NOW = 64;
export const MORE_FLAGS = 128;

/** Bits of the second flags. */
export const HAS_CAUSE = 1;
export const HAS_GOOD_AT = 2;
/** Times are floats as they are: they are no whole microseconds, or too far apart. */
export const PLAIN_TIMES = 4;

/** Times farther than this from where they are counted from are written as they are. */
export const FAR = 2 ** 51;

/** Most bytes of a sample without its texts. */
export const MAX_SAMPLE_SIZE = 80;

const NONE = 0;
const INTEGER = 1;
const SINGLE = 2;
const DOUBLE = 3;
const BIG = 4;
const TEXT = 5;
const BOOLEAN = 6;
const DECIMAL = 7;

/** Beyond it a double is no longer than the integer. */
const INTEGER_LIMIT = 2 ** 48;
const DECIMAL_LIMIT = 2 ** 31;

const BIG_I64 = 0;
const BIG_U64 = 1;
const BIG_TEXT = 2;

/** Writes a value and gives its kind. Every value comes back as it was, -0 and NaN included. */
export function writeValue(out: ByteSink, value: Value | undefined): number {
  if (value === undefined) return NONE;
  if (typeof value === 'number') return writeNumber(out, value);
  if (typeof value === 'string') {
    out.text(value);
    return TEXT;
  }
  if (typeof value === 'bigint') {
    writeBig(out, value);
    return BIG;
  }
  out.u8(value ? 1 : 0);
  return BOOLEAN;
}

function writeNumber(out: ByteSink, value: number): number {
  if (Number.isInteger(value) && Math.abs(value) < INTEGER_LIMIT && !Object.is(value, -0)) {
    out.zigzag(value);
    return INTEGER;
  }
  // What a device sends as 234 and a profile divides by 10 is no short float, but a short decimal.
  for (let digits = 1; digits <= 3; digits += 1) {
    const power = digits === 1 ? 10 : digits === 2 ? 100 : 1000;
    const scaled = Math.round(value * power);
    if (scaled / power !== value || Math.abs(scaled) >= DECIMAL_LIMIT || scaled === 0) continue;
    out.varint((scaled < 0 ? -scaled * 2 - 1 : scaled * 2) * 4 + digits);
    return DECIMAL;
  }
  if (Object.is(Math.fround(value), value)) {
    out.f32(value);
    return SINGLE;
  }
  out.f64(value);
  return DOUBLE;
}

function writeBig(out: ByteSink, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    out.u8(BIG_I64);
    out.u64(BigInt.asUintN(64, value));
  } else if (BigInt.asUintN(64, value) === value) {
    out.u8(BIG_U64);
    out.u64(value);
  } else {
    out.u8(BIG_TEXT);
    out.text(value.toString());
  }
}

export function readValue(input: ByteSource, kind: number): Value | undefined {
  switch (kind) {
    case NONE:
      return undefined;
    case INTEGER:
      return input.zigzag();
    case SINGLE:
      return input.f32();
    case DOUBLE:
      return input.f64();
    case BIG:
      return readBig(input);
    case TEXT:
      return input.text();
    case BOOLEAN:
      return input.u8() === 1;
    default:
      return readDecimal(input);
  }
}

function readDecimal(input: ByteSource): number {
  const coded = input.varint();
  const digits = coded % 4;
  const folded = (coded - digits) / 4;
  const scaled = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  return scaled / (digits === 1 ? 10 : digits === 2 ? 100 : 1000);
}

function readBig(input: ByteSource): bigint {
  const form = input.u8();
  if (form === BIG_I64) return input.i64();
  return form === BIG_U64 ? input.u64() : BigInt(input.text());
}
