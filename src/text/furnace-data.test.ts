import { describe, expect, test } from 'vitest';
import { furnaceCell, furnaceText, registerOf } from './furnace-data.ts';

/** Flag, register, what stands in it, and what is printed. */
test.each<[string, number, number, string]>([
  ['-pv', 1, 253, '253.0'],
  ['-pv', 1, 0, '0.0'],
  ['-pv', 1, 65_511, '-25.0'],
  ['-pv', 1, 2_000, '2000.0'],
  ['-sp', 2, 1_000, '1000.0'],
  ['-sp', 2, 65_436, '-100.0'],
  ['-wsp', 5, 998, '998.0'],
  ['-wsp', 5, 9_999, '9999.0'],
  ['-op', 4, 423, '42.3'],
  ['-op', 4, 1_000, '100.0'],
  ['-op', 4, 65_036, '-50.0'],
  ['-sprate', 35, 50, '5.0'],
  ['-sprate', 35, 5, '0.5'],
  ['-sprate', 35, 65_535, '6553.5'],
])('%s is register %i: %i is printed as %s', (flag, cell, word, value) => {
  expect(furnaceCell(flag)).toBe(cell);
  expect(furnaceText(flag, word)).toEqual({ value });
});

describe('a broken sensor has no number', () => {
  test.each([2_001, 32_767, 32_768, 63_535])('%i', (word) => {
    expect(furnaceText('-pv', word)).toEqual({
      reason: expect.stringContaining('the sensor is broken') as string,
    });
  });

  test('and an instrument with a decimal place has ten times the limit', () => {
    expect(furnaceText('-pv', 12_003, 20_000)).toEqual({ value: '12003.0' });
  });
});

test.each(['', '-x', 'pv', '-PV', '-toString', 'constructor'])('"%s" is unknown', (flag) => {
  expect(furnaceCell(flag)).toBeUndefined();
  expect(furnaceText(flag, 1)).toEqual({ reason: `unknown input: ${flag}` });
});

test.each([
  ['253.0', 253],
  ['65535.0\n', 65_535],
  ['0.0', 0],
])('the answer %j is register value %i', (answer, word) => {
  expect(registerOf(answer)).toBe(word);
});

test.each([
  ['None', 'the instrument does not answer'],
  ['', 'there was no answer'],
  ['Unknown command', 'Unknown command'],
  ['Exception occurred: register 1 has no value: out-of-range', undefined],
  ['25.3', undefined],
  ['65536.0', undefined],
  ['1e3', undefined],
  ['-1.0', undefined],
  ['nan', undefined],
  ['253', undefined],
])('the answer %j is no number', (answer, reason) => {
  expect(registerOf(answer)).toEqual({ reason: reason ?? answer });
});
