import { expect, test } from 'vitest';
import { globPattern } from './glob.ts';

test.each([
  ['dye*', 'dye1', true],
  ['*.power', 'meter.power', true],
  ['a.b', 'aXb', false],
  ['*', '', true],
  ['a*a', 'a', false],
])('%s and %s: %s', (glob, text, is) => {
  expect(globPattern(glob).test(text)).toBe(is);
});

test('many stars take no longer than few', { timeout: 5_000 }, () => {
  expect(globPattern(`${'*a'.repeat(14)}b`).test('a'.repeat(60))).toBe(false);
});
