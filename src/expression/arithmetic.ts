import type { Outcome, Run } from './run.ts';
import type { ExpressionValue } from './value.ts';
import { fitsIn64Bits, isWhole, nearestQuotient, wholeValue } from './whole.ts';

/**
 * Arithmetic that never gives a wrong number. Two numbers are calculated as doubles, which is what they
 * are; whole numbers stay exact up to 64 bits under + - * and %. A whole number beyond 2^53 together with
 * a fraction would lose digits: that has no value, with the cause `too-large`. Nor has anything that ends in
 * NaN or in an infinity. All operands are finite.
 */
export type Operation = (run: Run, a: ExpressionValue, b: ExpressionValue) => Outcome;

export function add(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  if (typeof a !== 'number' || typeof b !== 'number') return exact(run, a, b, (x, y) => x + y);
  const sum = a + b;
  return isSafe(sum) ? sum : beyond(run, sum, a, b, (x, y) => x + y);
}

export function subtract(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  if (typeof a !== 'number' || typeof b !== 'number') return exact(run, a, b, (x, y) => x - y);
  const difference = a - b;
  return isSafe(difference) ? difference : beyond(run, difference, a, b, (x, y) => x - y);
}

export function multiply(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  if (typeof a !== 'number' || typeof b !== 'number') return exact(run, a, b, (x, y) => x * y);
  const product = a * b;
  return isSafe(product) ? product : beyond(run, product, a, b, (x, y) => x * y);
}

/** The nearest double; the whole number where a bigint is divided without a rest. */
export function divide(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  if (b === 0) return run.fail('divided-by-zero');
  if (typeof a === 'number' && typeof b === 'number') return finite(run, a / b);
  if (isWhole(a) && isWhole(b)) {
    return nearestQuotient(BigInt(a), BigInt(b)) ?? run.fail('too-large');
  }
  return refuse(run, a, b);
}

/** What remains, with the sign of the left side: -7 % 3 is -1. */
export function remainder(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  if (b === 0) return run.fail('divided-by-zero');
  if (typeof a === 'number' && typeof b === 'number') return a % b;
  return exact(run, a, b, (x, y) => x % y);
}

/** A double, also for whole numbers. */
export function power(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  if (typeof a !== 'number' || typeof b !== 'number') return refuse(run, a, b);
  if (a === 0 && b < 0) return run.fail('divided-by-zero');
  // 10^-5 has to be the number that people write as 0.00001, and `**` does not promise that.
  if (a === 10 && Number.isInteger(b) && Math.abs(b) < 400) return finite(run, Number(`1e${b}`));
  return finite(run, a ** b);
}

export function negate(run: Run, value: ExpressionValue): Outcome {
  if (typeof value === 'number') return -value;
  return exact(run, 0, value, (x, y) => x - y);
}

export function less(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  return isNumber(a) && isNumber(b) ? a < b : run.fail('wrong-type');
}

export function lessOrEqual(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  return isNumber(a) && isNumber(b) ? a <= b : run.fail('wrong-type');
}

export function equal(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  if (typeof a === typeof b) return a === b;
  // A double and a bigint are compared by what they are worth, to the last digit.
  return isNumber(a) && isNumber(b) ? a <= b && a >= b : run.fail('wrong-type');
}

export function isNumber(value: ExpressionValue | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The result of a calculation in doubles, unless it has none. */
export function finite(run: Run, result: number): Outcome {
  if (Number.isFinite(result)) return result;
  return run.fail(Number.isNaN(result) ? 'not-a-number' : 'overflow');
}

type Whole = (a: bigint, b: bigint) => bigint;

function isSafe(result: number): boolean {
  return result <= Number.MAX_SAFE_INTEGER && result >= -Number.MAX_SAFE_INTEGER;
}

/** Two numbers whose result is so large that a double may have lost its last digits. */
function beyond(run: Run, result: number, a: number, b: number, operation: Whole): Outcome {
  if (!isWhole(a) || !isWhole(b)) return finite(run, result);
  const whole = operation(BigInt(a), BigInt(b));
  // Past 64 bits nothing can carry all digits: it is a magnitude then, as every double of its size.
  return fitsIn64Bits(whole) ? wholeValue(whole) : result;
}

/** At least one of the two is no double. */
function exact(run: Run, a: ExpressionValue, b: ExpressionValue, operation: Whole): Outcome {
  if (!isWhole(a) || !isWhole(b)) return refuse(run, a, b);
  const whole = operation(BigInt(a), BigInt(b));
  return fitsIn64Bits(whole) ? wholeValue(whole) : run.fail('too-large');
}

function refuse(run: Run, a: ExpressionValue, b: ExpressionValue): Outcome {
  return run.fail(isNumber(a) && isNumber(b) ? 'too-large' : 'wrong-type');
}
