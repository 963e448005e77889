import type { ExpressionValue } from './value.ts';

const LARGEST = 2n ** 64n - 1n;
const SMALLEST = -(2n ** 63n);

/** Does it fit into an `i64` or a `u64`, the widest numbers that devices and sinks have? */
export function fitsIn64Bits(value: bigint): boolean {
  return value >= SMALLEST && value <= LARGEST;
}

/** A whole number in its one form: a number up to 2^53, a bigint beyond. */
export function wholeValue(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Is it a whole number of which every digit is known? Doubles beyond 2^53 are not. */
export function isWhole(value: ExpressionValue): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

/** The double nearest to a / b, or the whole number where it is one. `b` is not 0. */
export function nearestQuotient(a: bigint, b: bigint): number | bigint | undefined {
  if (a % b === 0n) return fitsIn64Bits(a / b) ? wholeValue(a / b) : undefined;
  if (!Number.isSafeInteger(Number(a / b))) return undefined;
  const negative = a < 0n !== b < 0n;
  const [dividend, divisor] = [a < 0n ? -a : a, b < 0n ? -b : b];
  // 128 more bits than the quotient has, the last of which stands for what remains: so only Number() rounds.
  const bits = ((dividend << 128n) / divisor) | 1n;
  const quotient = Number(bits) * 2 ** -128;
  return negative ? -quotient : quotient;
}
