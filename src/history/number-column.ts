import { DamagedDataError, type Packer, type Unpacker } from './packing.ts';

/**
 * Many finite numbers in few bytes, without loss. The first byte says how: 0..9 are decimals with so
 * many digits behind the point, kept as differences of whole numbers; what a 32-bit float can hold is
 * kept as differences of its bits, which are small for values that are near; anything else as the
 * bytes in which a double differs from the one before.
 */
const F32 = 32;
const F64 = 64;
const MAX_DIGITS = 9;
/** Differences of two of these, with their sign, still are exact. */
const MAX_SCALED = 2 ** 51;
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, digits) => 10 ** digits);

const f32 = new Float32Array(1);
const f32Bits = new Int32Array(f32.buffer);
const f64 = new Float64Array(1);
const f64Bytes = new Uint8Array(f64.buffer);

/** Digits behind the point with which all of these are whole numbers; undefined for other doubles. */
export function decimalDigits(values: readonly number[]): number | undefined {
  let digits = 0;
  for (const value of values) {
    while (!isDecimal(value, digits)) {
      digits += 1;
      if (digits > MAX_DIGITS) return undefined;
    }
  }
  // A greater power may not divide back to values that a smaller one fitted.
  return values.every((value) => isDecimal(value, digits)) ? digits : undefined;
}

/** The decimal of so many digits that is nearest: takes away what adding up has brought in. */
export function roundTo(value: number, digits: number): number {
  const power = POWERS[digits] ?? 1;
  const scaled = value * power;
  return Math.abs(scaled) < MAX_SCALED ? Math.round(scaled) / power : value;
}

function isDecimal(value: number, digits: number): boolean {
  const power = POWERS[digits] ?? 1;
  const scaled = Math.round(value * power);
  return Math.abs(scaled) <= MAX_SCALED && scaled / power === value;
}

export function packNumbers(out: Packer, values: readonly number[]): void {
  const digits = decimalDigits(values);
  if (digits !== undefined) packDecimals(out, values, digits);
  else if (values.every((value) => Math.fround(value) === value)) packF32(out, values);
  else packF64(out, values);
}

export function unpackNumbers(input: Unpacker, count: number): number[] {
  const mode = input.u8();
  if (mode <= MAX_DIGITS) return unpackDecimals(input, count, mode);
  if (mode === F32) return unpackF32(input, count);
  if (mode === F64) return unpackF64(input, count);
  throw new DamagedDataError(`numbers are kept in way ${mode}, which is not known`);
}

function packDecimals(out: Packer, values: readonly number[], digits: number): void {
  out.u8(digits);
  const power = POWERS[digits] ?? 1;
  let before = 0;
  for (const value of values) {
    const scaled = Math.round(value * power);
    out.signed(scaled - before);
    before = scaled;
  }
}

function unpackDecimals(input: Unpacker, count: number, digits: number): number[] {
  const power = POWERS[digits] ?? 1;
  const values: number[] = [];
  let scaled = 0;
  for (let index = 0; index < count; index += 1) {
    scaled += input.signed();
    values.push(scaled / power);
  }
  return values;
}

/** Bits of a float as a whole number that grows with it. */
function orderedBits(value: number): number {
  f32[0] = value;
  const bits = f32Bits[0] ?? 0;
  return bits < 0 ? -(bits & 0x7fff_ffff) : bits;
}

function packF32(out: Packer, values: readonly number[]): void {
  out.u8(F32);
  let before = 0;
  for (const value of values) {
    const bits = orderedBits(value);
    out.signed(bits - before);
    before = bits;
  }
}

function unpackF32(input: Unpacker, count: number): number[] {
  const values: number[] = [];
  let ordered = 0;
  for (let index = 0; index < count; index += 1) {
    ordered += input.signed();
    f32Bits[0] = ordered < 0 ? -ordered | 0x8000_0000 : ordered;
    values.push(f32[0] ?? 0);
  }
  return values;
}

/** The head byte of a double: 16 times the first byte that differs, plus the number of those that do. */
function packF64(out: Packer, values: readonly number[]): void {
  out.u8(F64);
  const before = new Uint8Array(8);
  for (const value of values) {
    f64[0] = value;
    let first = 0;
    while (first < 8 && before[first] === f64Bytes[first]) first += 1;
    let end = 8;
    while (end > first && before[end - 1] === f64Bytes[end - 1]) end -= 1;
    out.u8((first << 4) | (end - first)).bytes(f64Bytes.subarray(first, end));
    before.set(f64Bytes);
  }
}

function unpackF64(input: Unpacker, count: number): number[] {
  const values: number[] = [];
  const bytes = new Uint8Array(8);
  for (let index = 0; index < count; index += 1) {
    const head = input.u8();
    const first = head >> 4;
    if (first + (head & 15) > 8) throw new DamagedDataError('a double has more than eight bytes');
    bytes.set(input.bytes(head & 15), first);
    f64Bytes.set(bytes);
    values.push(f64[0] ?? 0);
  }
  return values;
}
