import { expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { lintProfile } from './lint.ts';
import { parseProfile } from './profile.ts';

const WHOLE = {
  profile: 'acme/meter',
  label: 'Meter',
  source: 'Manual 7',
  view: { hero: ['power'] },
  tests: [{ registers: { 'hr:0': [0, 0] }, expect: { power: 0 } }],
};
const POWER = { power: { at: 'hr:0 f32 W', label: 'Power' } };

function remarks(parts: Record<string, unknown>): readonly string[] {
  const input = { ...WHOLE, points: POWER, ...parts };
  const { profile, issues } = parseProfile(input);
  expect(issues).toEqual([]);
  return lintProfile(profile!, (values) => parseProfile(input, values)).map(drawn);
}

test('a profile that says everything is left alone', () => {
  expect(remarks({})).toEqual([]);
});

test('a plain image has no words that could be missing', () => {
  const input = { profile: 'acme/image', image: { holding: 9 } };
  const { profile } = parseProfile(input);
  expect(lintProfile(profile!, (values) => parseProfile(input, values))).toEqual([]);
});

test('what a profile leaves out is said once each', () => {
  const nothing = { label: undefined, source: undefined, view: undefined, tests: undefined };
  expect(remarks(nothing)).toEqual([
    'note : "label" is missing: what do people call it? | ',
    'note : "source" is missing: which manual were the registers taken from? | ',
    'note : no tests | such as tests: [{ registers: { "hr:1": [253] }, expect: { pv: 25.3 } }]',
    'note : "view.hero" is missing: which points come first? | ',
  ]);
});

test.each<[Record<string, unknown>, string[]]>([
  [{ x: 'hr:9 u16 V' }, ['note points.x: point "x" has no label | ']],
  [
    { x: { at: 'hr:9 u16', label: 'X' } },
    [
      'note points.x: point "x" has no unit | ' +
        'a pure number is quantity: count, the name of something kind: state',
    ],
  ],
  [{ x: { at: 'hr:9 u16', label: 'X', quantity: 'count' } }, []],
  [{ x: { at: 'hr:9 u16', label: 'X', kind: 'state' } }, []],
  [{ x: { at: 'hr:9 u16', label: 'X', enum: { 0: 'stop' } } }, []],
  [{ x: { at: 'hr:9 str(4)', label: 'X' } }, []],
  [{ x: { expr: 'power > 5', label: 'X' } }, []],
  [{ x: { expr: 'power / 2', unit: 'W' } }, ['note points.x: point "x" has no label | ']],
  // Of the points of a repeat one remark is enough, at the line they were written in.
  [
    { 'x_{n}': { at: 'hr:9 u16 V', repeat: { count: 3 } } },
    ['note points.x_{n}: point "x_1" has no label | '],
  ],
])('of the points %j it says so', (points, expected) => {
  expect(remarks({ points: { ...POWER, ...points } })).toEqual(expected);
});

const TEST_OF_NOTHING = { registers: {}, expect: {} };
const LABEL = { label: 'X', kind: 'state' };

test.each<[string, string, string | undefined]>([
  ['hr:1 u16', 'hr:1 i16', '"b" (hr:1 i16) lies over "a" (hr:1 u16)'],
  ['hr:1 u32', 'hr:2 u16', '"b" (hr:2 u16) lies over "a" (hr:1 u32)'],
  ['hr:1 f64', 'hr:4 u16', '"b" (hr:4 u16) lies over "a" (hr:1 f64)'],
  ['hr:1 u32', 'hr:1 u32@CDAB', '"b" (hr:1 u32@CDAB) lies over "a" (hr:1 u32)'],
  ['hr:1 u32', 'hr:3 u16', undefined],
  ['hr:1 u32', 'ir:2 u16', undefined],
  ['hr:1 u16', 'hr:1 u16 /10', undefined],
  ['hr:1 bits16', 'hr:1.3', undefined],
  ['hr:1 u8h', 'hr:1 u8l', undefined],
])('%s and %s', (a, b, expected) => {
  const points = { a: { at: a, ...LABEL }, b: { at: b, ...LABEL } };
  const found = remarks({ points, view: { hero: ['a'] }, tests: [TEST_OF_NOTHING] });
  expect(found).toEqual(expected === undefined ? [] : [`note points.b: ${expected} | `]);
});

test('a group without points, and a computed point of which an input is never polled', () => {
  expect(
    remarks({
      groups: { fast: '1s', rare: 'on-demand' },
      points: {
        ...POWER,
        cold: { at: 'hr:9 u16 V', label: 'Cold', group: 'rare' },
        sum: { expr: 'power + cold', unit: 'W', label: 'Sum' },
      },
    }),
  ).toEqual([
    'note [groups.fast]: no point belongs to group "fast" | ',
    'note points.sum: "sum" needs "cold", which is not polled: it has no value | ',
  ]);
});

test('params under which the profile is wrong are errors', () => {
  expect(
    remarks({
      params: {
        many: { default: 1, min: 1, max: 100_000 },
        at: { default: 0, choices: [0, 70_000] },
      },
      points: {
        ...POWER,
        'x_{n}': { at: 'hr:10 u16 V', label: 'X', repeat: { count: '$many' } },
        y: { at: 'hr:$at u16 V', label: 'Y', quantity: 'count' },
      },
    }).filter((remark) => !remark.startsWith('note')),
  ).toEqual([
    expect.stringContaining('params.many: with many 100000 the profile is wrong: count is '),
    expect.stringContaining('params.at: with at 70000 the profile is wrong: '),
  ]);
});
