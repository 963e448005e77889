import { InvalidRequestError } from '../base/errors.ts';
import { isFloatType, type NumberType } from '../codec/value/value-type.ts';
import type { Scale } from './point.ts';

/**
 * Scaling that is exact by construction. `raw / 10` is the double nearest to the decimal a person
 * would write, while `raw x 0.1` often is not; and 17016 / 10 - 1600 is 101.59999999999991 while
 * (17016 - 16000) / 10 is 101.6. So every scale is brought into the form
 * (raw x multiply + add) / divide with whole numbers, where only the division rounds.
 */
export interface Fraction {
  readonly multiply: number;
  readonly add: number;
  readonly divide: number;
}

const MAX_DECIMALS = 9;

/** A factor as two whole numbers, where it has such a form. */
export type Ratio = Pick<Scale, 'multiply' | 'divide'>;

/** The scale that multiplies by a decimal number: 0.1 becomes a division by 10, 0.25 by 25 / 100. */
export function multiplyBy(factor: number): Ratio {
  const [multiply, divide] = wholeRatio(factor);
  return { multiply, divide };
}

/** The scale that divides by a decimal number: 2.5 becomes 10 / 25. */
export function divideBy(divisor: number): Ratio {
  const [divide, multiply] = wholeRatio(divisor);
  return { multiply, divide };
}

/** A decimal number as whole numerator and power of ten; itself over 1 when it has no short form. */
function wholeRatio(value: number): readonly [numerator: number, denominator: number] {
  for (let power = 1; power <= 10 ** MAX_DECIMALS; power *= 10) {
    const numerator = Math.round(value * power);
    if (Number.isSafeInteger(numerator) && numerator / power === value) return [numerator, power];
  }
  return [value, 1];
}

/** Digits behind the decimal point that engineering values can have; undefined when they never end. */
export function decimalsOf(scale: Scale): number | undefined {
  const { multiply, add, divide } = fractionOf(scale);
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals += 1) {
    const unit = 10 ** decimals;
    if ((multiply * unit) % divide === 0 && (add * unit) % divide === 0) return decimals;
  }
  return undefined;
}

/** The distance between neighbouring engineering values of a whole-number type. */
export function stepOf(scale: Scale): number {
  return scale.multiply / scale.divide;
}

/** The scale in that form. */
export function fractionOf({ multiply, divide, offset }: Scale): Fraction {
  for (let power = 1; power <= 10 ** MAX_DECIMALS; power *= 10) {
    const add = Math.round(offset * divide * power);
    if (Number.isSafeInteger(add) && add / (divide * power) === offset) {
      return { multiply: multiply * power, add, divide: divide * power };
    }
  }
  return { multiply, add: offset * divide, divide };
}

export function isUnscaled({ multiply, divide, offset }: Scale): boolean {
  return multiply === divide && offset === 0;
}

/**
 * From raw to engineering value; undefined when they are the same. A 64-bit integer stays exact
 * under whole factors and offsets. Under a divisor an integer beyond 2^53 becomes the nearest double.
 */
export function engineering(
  scale: Scale,
  type: NumberType,
): ((raw: number | bigint) => number | bigint) | undefined {
  if (isUnscaled(scale)) return undefined;
  const { multiply, add, divide } = fractionOf(scale);
  const scaled = (raw: number): number => (raw * multiply + add) / divide;
  const exact =
    (type === 'u64' || type === 'i64') &&
    divide === 1 &&
    Number.isInteger(multiply) &&
    Number.isInteger(add);
  return (raw) => {
    const value = scaled(Number(raw));
    if (!exact || Number.isSafeInteger(value)) return value;
    return BigInt(raw) * BigInt(multiply) + BigInt(add);
  };
}

/** How far from a whole raw number an engineering value may lie and still be meant as it. */
const NOISE = 1e-6;

/**
 * From engineering to raw value. Whole-number types refuse a value between two of their steps rather
 * than round it; floating point takes what comes. Throws InvalidRequestError.
 */
export function rawValue(scale: Scale, type: NumberType, value: number | bigint): number | bigint {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new InvalidRequestError(`${value} is not a number`);
  }
  if (isUnscaled(scale)) return isFloatType(type) ? value : wholeOrRefuse(value);
  const { multiply, add, divide } = fractionOf(scale);
  if (typeof value === 'bigint') return rawOfBigint(value, { multiply, add, divide });
  const raw = (value * divide - add) / multiply;
  if (isFloatType(type)) return raw;
  const nearest = Math.round(raw);
  const scaled = (whole: number): number => (whole * multiply + add) / divide;
  if (scaled(nearest) === value || Math.abs(raw - nearest) <= NOISE) return nearest;
  throw betweenSteps(value, stepOf(scale), scaled(Math.floor(raw)), scaled(Math.ceil(raw)));
}

function wholeOrRefuse(value: number | bigint): number | bigint {
  if (typeof value === 'bigint' || Number.isInteger(value)) return value;
  throw betweenSteps(value, 1, Math.floor(value), Math.ceil(value));
}

function rawOfBigint(value: bigint, { multiply, add, divide }: Fraction): number | bigint {
  if (![multiply, add, divide].every(Number.isInteger)) return Number(value);
  const shifted = value * BigInt(divide) - BigInt(add);
  if (shifted % BigInt(multiply) === 0n) return shifted / BigInt(multiply);
  const [below, above] = [shifted / BigInt(multiply), shifted / BigInt(multiply) + 1n].map(
    (raw) => (raw * BigInt(multiply) + BigInt(add)) / BigInt(divide),
  );
  throw betweenSteps(value, multiply / divide, below, above);
}

function betweenSteps(
  value: number | bigint,
  step: number,
  below: number | bigint | undefined,
  above: number | bigint | undefined,
): InvalidRequestError {
  return new InvalidRequestError(
    `${value} lies between two steps of ${step}: write ${below ?? ''} or ${above ?? ''}`,
  );
}
