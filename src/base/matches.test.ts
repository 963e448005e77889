import { expect, test } from 'vitest';
import { matches } from './matches.ts';

test.each([
  ['dye01.ph', 'dye01.ph', true],
  ['dye01.ph', 'dye01.ph2', false],
  ['dye*', 'dye01.ph', true],
  ['*.ph', 'dye01.ph', true],
  ['*.ph', 'dye01.ph2', false],
  ['dye*.ph', 'dye01.ph', true],
  ['d*0*.p*', 'dye01.ph', true],
  ['*', '', true],
  ['**', 'a', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['', 'a', false],
  ['.*', 'ab', false],
])('%s and %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test('a pattern of stars alone takes no time', () => {
  expect(matches(`${'*a'.repeat(5_000)}b`, 'a'.repeat(5_000))).toBe(false);
});
