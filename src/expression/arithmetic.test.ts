import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpression } from './expression.ts';
import type { Evaluated, ExpressionValue, Kind } from './value.ts';

const SCOPE = new Map<string, Kind>([
  ['a', 'number'],
  ['b', 'number'],
]);
const CHECKS = { seed: 20260117, numRuns: 500 };

function evaluate(text: string, a: ExpressionValue, b: ExpressionValue = 0): Evaluated {
  const { expression } = parseExpression(text, SCOPE);
  return expression!.evaluate((name) => ({ value: name === 'a' ? a : b, quality: 'good' }));
}

const good = (value: ExpressionValue): Evaluated => ({ value, quality: 'good' });
const bad = (cause: string): Evaluated => ({ quality: 'bad', cause });

const LARGE = 9_007_199_254_740_993n;
const TOP = 18_446_744_073_709_551_615n;
const BOTTOM = -9_223_372_036_854_775_808n;

describe('whole numbers of 64 bits', () => {
  test.each<[string, ExpressionValue, ExpressionValue, ExpressionValue]>([
    ['a + b', LARGE, 1, 9_007_199_254_740_994n],
    ['a + b', 9_007_199_254_740_991, 2, LARGE],
    ['a + b', 4_503_599_627_370_497, 4_503_599_627_370_496, LARGE],
    ['a - b', LARGE, 2, 9_007_199_254_740_991],
    ['a - b', LARGE, LARGE, 0],
    ['a - b', -9_007_199_254_740_991, 4, -9_007_199_254_740_995n],
    ['a * b', 4_294_967_295, 4_294_967_295, 18_446_744_065_119_617_025n],
    ['a * b', LARGE, 0, 0],
    ['a % b', TOP, 1000, 615],
    ['a % b', BOTTOM, 1000, -808],
    ['-a', LARGE, 0, -LARGE],
    ['a', 5n, 0, 5],
    ['a + 9007199254740993', LARGE, 0, 18_014_398_509_481_986n],
    ['0xFFFFFFFFFFFFFFFF', 0, 0, TOP],
    ['abs(a)', BOTTOM, 0, 9_223_372_036_854_775_808n],
    ['abs(a)', LARGE, 0, LARGE],
    ['min(a, b)', LARGE, 1.5, 1.5],
    ['clamp(a, 0, b)', TOP, LARGE, LARGE],
    ['floor(a)', LARGE, 0, LARGE],
    ['round(a)', LARGE, 0, LARGE],
    ['round(a, 2)', LARGE, 0, LARGE],
    ['round(a, -3)', LARGE, 0, 9_007_199_254_741_000n],
    ['round(a, -3)', -LARGE, 0, -9_007_199_254_741_000n],
  ])('%s of %s and %s is %s', (text, a, b, value) => {
    expect(evaluate(text, a, b)).toStrictEqual(good(value));
  });

  test.each<[string, ExpressionValue, ExpressionValue, boolean]>([
    ['a > b', LARGE, 9_007_199_254_740_992, true],
    ['a > b', LARGE, 9_007_199_254_740_992n, true],
    ['a == b', LARGE, 9_007_199_254_740_992, false],
    ['a == b', 2n ** 60n, 2 ** 60, true],
    ['a != b', LARGE, LARGE, false],
    ['a == b', 5n, 5, true],
    ['a < b', 1.5, LARGE, true],
    ['a <= b', LARGE, LARGE, true],
  ])('are compared to the last digit: %s of %s and %s is %s', (text, a, b, value) => {
    expect(evaluate(text, a, b)).toStrictEqual(good(value));
  });

  test.each<[string, ExpressionValue, ExpressionValue]>([
    ['a + b', LARGE, 0.5],
    ['a * b', LARGE, 0.001],
    ['a + b', TOP, 1],
    ['a - b', BOTTOM, 1],
    ['a * b', TOP, TOP],
    ['a - b', LARGE, 1e300],
    ['a / b', LARGE, 0.5],
    ['a / b', TOP, 2],
    ['a ^ b', LARGE, 2],
    ['-a', TOP, 0],
    ['sqrt(a)', LARGE, 0],
    ['round(a, -15)', TOP, 0],
  ])('are never rounded in silence: %s of %s and %s is too large', (text, a, b) => {
    expect(evaluate(text, a, b)).toStrictEqual(bad('too-large'));
  });

  test('of two plain numbers are a magnitude when they leave 64 bits, as other doubles are', () => {
    expect(evaluate('a * b', 5e9, 5e9)).toStrictEqual(good(2.5e19));
    expect(evaluate('a + b', 1e20, 1)).toStrictEqual(good(1e20));
  });

  test('divide to the nearest double', () => {
    expect(evaluate('a / b', LARGE, 1000)).toStrictEqual(good(9_007_199_254_740.993));
    expect(evaluate('a / b', LARGE, 1)).toStrictEqual(good(LARGE));
    expect(evaluate('a / b', -LARGE, 1000)).toStrictEqual(good(-9_007_199_254_740.993));
    // A hair above the middle between two doubles.
    expect(evaluate('a / b', 1, 2n ** 64n - 2048n)).toStrictEqual(good((1 + 2 ** -52) / 2 ** 64));
    expect(evaluate('a / b', 1, TOP)).toStrictEqual(good(1 / 2 ** 64));
  });
});

const whole = fc.oneof(
  fc.bigInt(BOTTOM, TOP),
  fc.bigInt(-20n, 20n),
  fc.bigInt(LARGE - 10n, LARGE + 10n),
);

/** As a device delivers it: as a number where that is exact, or always as a bigint. */
const delivered = fc.tuple(whole, fc.boolean()).map(([value, plain]) => ({
  value,
  input: plain && Number.isSafeInteger(Number(value)) ? Number(value) : value,
}));

const OPERATIONS: readonly [string, (a: bigint, b: bigint) => bigint][] = [
  ['a + b', (a, b) => a + b],
  ['a - b', (a, b) => a - b],
  ['a * b', (a, b) => a * b],
];

test.each(OPERATIONS)('%s of whole numbers is exact, or not there', (text, exact) => {
  fc.assert(
    fc.property(delivered, delivered, (a, b) => {
      const { value, cause } = evaluate(text, a.input, b.input);
      const expected = exact(a.value, b.value);
      if (expected >= BOTTOM && expected <= TOP) {
        const plain = Number(expected);
        expect(value).toBe(Number.isSafeInteger(plain) ? plain : expected);
      } else if (value === undefined) {
        expect(cause).toBe('too-large');
      } else {
        expect(value).toBe(Number(expected));
      }
    }),
    CHECKS,
  );
});

test('a quotient of whole numbers is the nearest double there is', () => {
  fc.assert(
    fc.property(delivered, delivered, (a, b) => {
      fc.pre(b.value !== 0n);
      const { value } = evaluate('a / b', a.input, b.input);
      if (typeof value !== 'number') return;
      const off = distance(a.value, b.value, value);
      for (const neighbour of neighbours(value)) {
        expect(off <= distance(a.value, b.value, neighbour)).toBe(true);
      }
    }),
    CHECKS,
  );
});

/** |a / b - value| in units of 1 / (b x 2^1074), without any rounding. */
function distance(a: bigint, b: bigint, value: number): bigint {
  const difference = (a << 1074n) - scaled(value) * b;
  return difference < 0n ? -difference : difference;
}

/** value x 2^1074, which is whole for every double. */
function scaled(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return value < 0 ? -size : size;
}

function neighbours(value: number): readonly number[] {
  const step = Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);
  return [value - step, value + step];
}
