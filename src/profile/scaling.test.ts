import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNSCALED, type Scale } from './point.ts';
import { decimalsOf, divideBy, engineering, multiplyBy, rawValue } from './scaling.ts';

function scale(parts: Partial<Scale>): Scale {
  return { ...UNSCALED, ...parts };
}

test.each([10, 100, 1000])(
  'every 16-bit value divided by %i is the decimal a person would write',
  (divide) => {
    const scaled = engineering(scale({ divide }), 'u16')!;
    const digits = Math.log10(divide);
    for (let raw = 0; raw < 0x10000; raw += 1) {
      const text = String(raw).padStart(digits + 1, '0');
      const literal = `${text.slice(0, -digits)}.${text.slice(-digits)}`;
      if (scaled(raw) !== Number(literal)) expect(scaled(raw)).toBe(Number(literal));
    }
    expect(scaled(4974)).toBe(4974 / divide);
  },
);

test('a factor that is a power of ten is kept as a divisor', () => {
  expect(multiplyBy(0.1)).toEqual({ multiply: 1, divide: 10 });
  expect(multiplyBy(0.001)).toEqual({ multiply: 1, divide: 1000 });
  expect(multiplyBy(0.05)).toEqual({ multiply: 5, divide: 100 });
  expect(multiplyBy(100)).toEqual({ multiply: 100, divide: 1 });
  expect(divideBy(2.5)).toEqual({ multiply: 10, divide: 25 });
});

test.each<[string, Partial<Scale>, number, number]>([
  ['an offset beside a divisor', { divide: 10, offset: -1600 }, 17016, 101.6],
  ['a current around zero', { divide: 10, offset: -1600 }, 16000, 0],
  ['a temperature with 40 added', { offset: -40 }, 74, 34],
  ['an offset finer than the step', { offset: 273.15 }, 20, 293.15],
  ['a factor', { multiply: 5, divide: 100 }, 3, 0.15],
  ['a negative factor', { multiply: -1, divide: 10 }, 5, -0.5],
])('%s comes out exact and goes back', (_, parts, raw, value) => {
  expect(engineering(scale(parts), 'u16')!(raw)).toBe(value);
  expect(rawValue(scale(parts), 'u16', value)).toBe(raw);
});

test('64-bit integers stay exact under whole factors and offsets', () => {
  const huge = 9223372036854775809n;
  expect(engineering(UNSCALED, 'u64')).toBeUndefined();
  expect(engineering(scale({ multiply: 10, offset: 1 }), 'u64')!(huge)).toBe(huge * 10n + 1n);
  expect(engineering(scale({ multiply: 10 }), 'u64')!(Number.MAX_SAFE_INTEGER)).toBe(
    90071992547409910n,
  );
  expect(rawValue(scale({ multiply: 10, offset: 1 }), 'u64', huge * 10n + 1n)).toBe(huge);
  expect(() => rawValue(scale({ multiply: 10 }), 'u64', huge)).toThrow('between two steps of 10');
});

test('a 64-bit integer under a divisor is the nearest double', () => {
  expect(engineering(scale({ divide: 1000 }), 'u64')!(9223372036854775809n)).toBe(
    9223372036854775.809,
  );
});

test.each<[Partial<Scale>, number, string]>([
  [{ divide: 10 }, 25.55, '25.55 lies between two steps of 0.1: write 25.5 or 25.6'],
  [{}, 7.5, '7.5 lies between two steps of 1: write 7 or 8'],
  [{ multiply: 5 }, 7, '7 lies between two steps of 5: write 5 or 10'],
  [{ offset: -40 }, 0.5, '0.5 lies between two steps of 1: write 0 or 1'],
  [{}, NaN, 'NaN is not a number'],
])('under %j the value %d is refused, not rounded', (parts, value, message) => {
  expect(() => rawValue(scale(parts), 'i16', value)).toThrow(message);
});

test('noise of binary fractions is no reason to refuse', () => {
  expect(rawValue(scale({ divide: 10 }), 'u16', 0.1 + 0.2)).toBe(3);
});

test('floating point takes what lies between steps', () => {
  expect(rawValue(scale({ divide: 10 }), 'f32', 25.55)).toBe(255.5);
});

test('every raw value of a 16-bit type comes back through any decimal scale', () => {
  const factor = fc.constantFrom(0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 10);
  const offset = fc.constantFrom(-1600, -40, -0.5, 0, 273.15);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), factor, offset, (raw, times, add) => {
      const parts = scale({ ...multiplyBy(times), offset: add });
      const value = engineering(parts, 'u16')?.(raw) ?? raw;
      expect(rawValue(parts, 'u16', value)).toBe(raw);
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test.each<[Partial<Scale>, number | undefined]>([
  [{}, 0],
  [{ divide: 10 }, 1],
  [{ divide: 1000, offset: 0.5 }, 3],
  [{ offset: 273.15 }, 2],
  [{ multiply: 10 }, 0],
  [multiplyBy(0.05), 2],
  [{ divide: 3 }, undefined],
])('%j needs %s decimals', (parts, decimals) => {
  expect(decimalsOf(scale(parts))).toBe(decimals);
});
