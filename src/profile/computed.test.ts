import { describe, expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import type { Input } from '../expression/value.ts';
import { compute, computeAll } from './computed.ts';
import { LINE_DEFAULTS } from './grammar.ts';
import { parsePoints } from './points.ts';

const good = (value: number | boolean): Input => ({ value, quality: 'good' });
const stale = (value: number): Input => ({ value, quality: 'stale' });
const BAD: Input = { quality: 'bad' };

function computedOf(points: Record<string, unknown>): ReturnType<typeof parsePoints>['computed'] {
  const { computed, issues } = parsePoints({ a: 'hr:0 u16', b: 'hr:1 u16', ...points });
  expect(issues).toEqual([]);
  return computed;
}

describe('a computed point', () => {
  test.each<[string, Record<string, Input>, unknown]>([
    ['a - b', { a: good(5), b: good(7) }, { value: -2, quality: 'good' }],
    ['a - b', { a: good(5), b: BAD }, { quality: 'bad' }],
    ['a - b', { a: good(5) }, { quality: 'bad' }],
    ['a - b', { a: stale(5), b: good(7) }, { value: -2, quality: 'stale' }],
    ['b > 0 ? a / b : none', { a: good(5), b: good(0) }, { quality: 'bad', cause: 'none' }],
    ['a > b', { a: good(5), b: good(7) }, { value: false, quality: 'good' }],
  ])('%s of %j', (expr, inputs, expected) => {
    const [point] = computedOf({ c: { expr } });
    const result = compute(point!, (name) => inputs[name]);
    expect(result).toMatchObject(expected as object);
    expect('value' in result).toBe(Object.hasOwn(expected as object, 'value'));
  });

  test('outside its range is bad, not clamped', () => {
    const [point] = computedOf({ c: { expr: 'a', valid: [0, 10] } });
    expect(compute(point!, () => good(11))).toEqual({ quality: 'bad', cause: 'out-of-range' });
    expect(compute(point!, () => good(10))).toEqual({ value: 10, quality: 'good' });
  });

  test('keeps what is said of it, and is a state when it is true or false', () => {
    const meaning = { unit: '%', label: 'Use', doc: 'x', decimals: 1, category: 'c' };
    expect(
      computedOf({ c: { expr: 'a', quantity: 'percentage', ...meaning }, d: { expr: 'a > b' } }),
    ).toMatchObject([
      { name: 'c', text: 'a', kind: 'gauge', quantity: 'percentage', ...meaning },
      { name: 'd', kind: 'state' },
    ]);
  });
});

test('computed points stand behind those they need, and see their values', () => {
  const computed = computedOf({
    top: { expr: 'half + third' },
    half: { expr: 'a / 2' },
    third: { expr: 'half / 3' },
  });
  expect(computed.map(({ name }) => name)).toEqual(['half', 'third', 'top']);
  const results = computeAll(computed, (name) => (name === 'a' ? good(12) : undefined));
  expect([...results].map(([name, { value }]) => [name, value])).toEqual([
    ['half', 6],
    ['third', 2],
    ['top', 8],
  ]);
});

test.each<[Record<string, unknown>, string[]]>([
  [
    { x: { expr: 'y' }, y: { expr: 'z + x' }, z: { expr: 'a' } },
    ['x.expr: "x" depends on itself: x → y → x | '],
  ],
  [{ x: { expr: 'y' }, y: { expr: 'y' } }, ['y.expr: "y" depends on itself: y → y | ']],
  [{ x: { expr: 'cods' } }, ['x.expr@0-4: no name "cods" is known here | did you mean code?']],
  // The kind of what it computes from is known, whatever the order in the file.
  [{ x: { expr: 'y * 2' }, y: { expr: 'a > 1' } }, [expect.stringContaining('x.expr@')]],
])('of the computed points %j it says so', (points, expected) => {
  const { issues } = parsePoints({ a: 'hr:0', code: 'hr:1', ...points });
  expect(issues.map(drawn)).toEqual(expected);
});

test('what can only be written has no value to compute with', () => {
  const { issues } = parsePoints({ a: 'hr:0 u16 wo', x: { expr: 'a' } });
  expect(issues.map(({ message }) => message)).toEqual(['no name "a" is known here']);
});

test('a device computes from the points of its profile', () => {
  const others = parsePoints({ a: 'hr:0 u16', b: { expr: 'a > 1' } });
  const { computed, issues } = parsePoints({ x: { expr: 'b ? a : 0' } }, LINE_DEFAULTS, others);
  expect(issues).toEqual([]);
  expect(computed[0]!.expression.names).toEqual(['b', 'a']);
});
