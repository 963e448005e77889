import { finite, isNumber, negate } from './arithmetic.ts';
import type { FunctionOfValues } from './functions.ts';
import type { Outcome, Run } from './run.ts';
import type { ExpressionValue } from './value.ts';
import { fitsIn64Bits, isWhole, wholeValue } from './whole.ts';

/** What the functions of the language calculate, once their arguments are known. */

export const absolute: FunctionOfValues = (run, x) => {
  if (typeof x === 'number') return Math.abs(x);
  return typeof x === 'bigint' && x > 0n ? x : negate(run, x);
};

export const smaller: FunctionOfValues = (run, a, b) =>
  isNumber(a) && isNumber(b) ? (a <= b ? a : b) : run.fail('wrong-type');

export const larger: FunctionOfValues = (run, a, b) =>
  isNumber(a) && isNumber(b) ? (a >= b ? a : b) : run.fail('wrong-type');

export const clamp: FunctionOfValues = (run, x, low, high) => {
  if (!isNumber(x) || !isNumber(low) || !isNumber(high)) return run.fail('wrong-type');
  if (low > high) return run.fail('out-of-range');
  if (x < low) return low;
  return x > high ? high : x;
};

const MAX_DIGITS = 15;

export const round: FunctionOfValues = (run, x, digits = 0) => {
  if (!isNumber(x) || !isNumber(digits)) return run.fail('wrong-type');
  if (!isWhole(digits) || digits < -MAX_DIGITS || digits > MAX_DIGITS) {
    return run.fail('out-of-range');
  }
  // A bigint has no decimals; and above 2^53 no double has any.
  if (digits >= 0 && (typeof x === 'bigint' || Math.abs(x) > Number.MAX_SAFE_INTEGER)) return x;
  if (typeof x === 'bigint') return roundWhole(run, x, 10n ** BigInt(-Number(digits)));
  const shifted = shift(Math.abs(x), Number(digits));
  return finite(run, Math.sign(x) * shift(Math.round(shifted), -Number(digits)));
};

/** Moves the decimal point of the number as it is printed: 1.005 x 100 is 100.49999999999999, and this 100.5. */
function shift(x: number, digits: number): number {
  const [mantissa = '', exponent = '0'] = String(x).split('e');
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}

function roundWhole(run: Run, x: bigint, unit: bigint): Outcome {
  const half = x < 0n ? -unit / 2n : unit / 2n;
  const rounded = ((x + half) / unit) * unit;
  return fitsIn64Bits(rounded) ? wholeValue(rounded) : run.fail('too-large');
}

export const floor = ofDouble((_, x) => Math.floor(x), 'bigints stay');
export const ceil = ofDouble((_, x) => Math.ceil(x), 'bigints stay');

export const squareRoot = ofDouble((run, x) => finite(run, Math.sqrt(x)));

export const exponential = ofDouble((run, x) => finite(run, Math.exp(x)));

export const logarithm = ofDouble((run, x) =>
  x > 0 ? finite(run, Math.log10(x)) : run.fail('not-a-number'),
);

/** A function of doubles; a whole number beyond 2^53 is none, and is either its own result or refused. */
function ofDouble(
  of: (run: Run, x: number) => Outcome,
  bigints: 'bigints stay' | 'bigints are refused' = 'bigints are refused',
): FunctionOfValues {
  return (run, x) => {
    if (typeof x === 'number') return of(run, x);
    if (typeof x !== 'bigint') return run.fail('wrong-type');
    return bigints === 'bigints stay' ? x : run.fail('too-large');
  };
}

export const bit: FunctionOfValues = (run, x, n) => {
  if (!isNumber(x) || !isNumber(n)) return run.fail('wrong-type');
  if (!isWhole(x)) return run.fail('not-whole');
  if (!isWhole(n) || n < 0 || n > 63) return run.fail('out-of-range');
  if (typeof x === 'number' && x >= 0 && x <= 0xffff_ffff) {
    return n < 32 && ((x >>> Number(n)) & 1) === 1;
  }
  // Negative numbers are in two's complement, as in a register.
  return ((BigInt(x) >> BigInt(n)) & 1n) === 1n;
};

export const length = ofText((text) => Array.from(text).length);
export const lower = ofText((text) => text.toLowerCase());
export const upper = ofText((text) => text.toUpperCase());

function ofText(of: (text: string) => ExpressionValue): FunctionOfValues {
  return (run, text) => (typeof text === 'string' ? of(text) : run.fail('wrong-type'));
}

export const contains: FunctionOfValues = (run, text, part) =>
  typeof text === 'string' && typeof part === 'string'
    ? text.includes(part)
    : run.fail('wrong-type');
