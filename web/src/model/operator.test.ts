import { expect, test } from 'vitest';
import { chosenOf, operatorChoice } from './operator.ts';

test.each([
  ['', undefined],
  ['rotate=10s', 10_000],
  ['rotate=10', 10_000],
  ['rotate=2m', 120_000],
  ['rotate=1min', 60_000],
  // Too short to read, too long to wait for.
  ['rotate=1s', 3_000],
  ['rotate=99999', 3_600_000],
  ['rotate=0', undefined],
  ['rotate=-5s', undefined],
  ['rotate=often', undefined],
])('the operator view at ?%s stays with each device for %s ms', (query, ms) => {
  expect(operatorChoice(new URLSearchParams(query)).rotateMs).toBe(ms);
});

test('look=only takes every change away, and nothing else does', () => {
  expect(operatorChoice(new URLSearchParams('look=only')).isLookOnly).toBe(true);
  expect(operatorChoice(new URLSearchParams('look=')).isLookOnly).toBe(false);
});

const ALL = ['a', 'b', 'c'].map((name) => ({ name }));

test.each([
  ['devices=c,a', ['c', 'a']],
  ['devices=c,gone', ['c']],
  // A wall screen whose devices were all renamed shows something rather than nothing.
  ['devices=gone', ['a', 'b', 'c']],
  ['', ['a', 'b', 'c']],
])('the devices of ?%s are %j', (query, names) => {
  const { devices } = operatorChoice(new URLSearchParams(query));
  expect(chosenOf(ALL, devices).map(({ name }) => name)).toEqual(names);
});
