import { expect, test } from 'vitest';
import { durationText } from './duration.ts';
import { valueText } from './value.ts';
import { causeWords, count, qualityWords, stateWords } from './words.ts';

test.each([
  ['not known is a dash, never 0', {}, { value: null }, '—'],
  ['decimals are fixed', { decimals: 1 }, { value: 750 }, '750.0'],
  ['decimals round', { decimals: 1 }, { value: 749.96 }, '750.0'],
  ['an integer has none', {}, { value: 41 }, '41'],
  ['thousands are not grouped', { decimals: 0 }, { value: 1234567 }, '1234567'],
  ['a float without decimals gets three', { type: 'f32' }, { value: 49.98 }, '49.980'],
  ['a whole float gets three as well', { type: 'f32@CDAB' }, { value: 50 }, '50.000'],
  ['a small float is not shown as zero', { type: 'f32' }, { value: 0.00012345 }, '0.00012345'],
  [
    'a huge float does not drown in digits',
    { type: 'f64' },
    { value: 1.5e20 },
    '150000000000000000000',
  ],
  ['zero is zero', { type: 'f32' }, { value: 0 }, '0.000'],
  ['a state shows its name', {}, { value: 5, text: 'pre-standby' }, 'pre-standby'],
  ['a bit is on', { type: 'bool' }, { value: true }, 'on'],
  ['a bit is off', { type: 'bool' }, { value: false }, 'off'],
  [
    '64 bits stay exact',
    { type: 'u64' },
    { value: '18446744073709551615' },
    '18446744073709551615',
  ],
  ['a text is a text', { type: 'str(14)' }, { value: 'B-2291' }, 'B-2291'],
])('%s', (_, point, sample, expected) => {
  expect(valueText({ type: 'u16', ...point }, sample)).toBe(expected);
});

test.each([
  [-5, '< 1 s'],
  [999, '< 1 s'],
  [7_900, '7 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [7_199_000, '1 h'],
  [172_800_000, '2 d'],
])('%i ms is %s', (ms, expected) => {
  expect(durationText(ms)).toBe(expected);
});

test.each([
  ['timeout', 'no answer in time'],
  ['exception-2', 'device has no such address (2)'],
  ['exception-77', 'device answers an exception (77)'],
  ['sensor-break', 'sensor break'],
  [undefined, ''],
])('the cause %s reads "%s"', (cause, expected) => {
  expect(causeWords(cause)).toBe(expected);
});

test('what nobody can vouch for any more was good, and is not', () => {
  expect(qualityWords({ quality: 'good' }, false)).toBe('good');
  expect(qualityWords({ quality: 'good' }, true)).toBe('was good');
  expect(qualityWords({ quality: 'stale', cause: 'timeout' }, false)).toBe(
    'stale: no answer in time',
  );
  expect(stateWords('silent')).toBe('not answering');
  expect(stateWords('good', true)).toBe('was good');
});

test('one thing is singular', () => {
  expect([count(0, 'device'), count(1, 'device'), count(3, 'device')]).toEqual([
    '0 devices',
    '1 device',
    '3 devices',
  ]);
});
