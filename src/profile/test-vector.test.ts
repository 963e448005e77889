import { expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { parseProfile, type Profile } from './profile.ts';
import { runVector } from './test-vector.ts';

const METER = {
  profile: 'acme/meter',
  addressing: 'one-based',
  params: { decimals: { default: 0 } },
  points: {
    power: { at: '1 i16 W', scale: '10^-decimals', valid: [0, 100] },
    state: { at: '2 u16', enum: { 1: 'run' } },
    volts: '3 f32 V',
    energy: '5 u64 Wh',
    name: '9 str(2)',
    on: 'co:5',
    'b_{n}': { at: 20, repeat: { count: 2, countFrom: 'state' } },
    double: { expr: 'power * 2' },
  },
};

const REGISTERS = {
  'hr:0': [7, 1, 0x4049, 0x0fdb, 0x8000, 0, 0, 1, 0x4142],
  'co:4': [true],
  'hr:19': [5, 6],
};

function mismatches(test_: Record<string, unknown>): readonly string[] {
  const tests = [{ registers: REGISTERS, ...test_ }];
  const { profile: plain } = parseProfile({ ...METER, tests });
  const vector = plain!.vectors[0]!;
  const profile: Profile = parseProfile({ ...METER, tests }, vector.params).profile!;
  return runVector(profile, vector).map(({ point }) => point);
}

test('a test that says what the registers mean holds', () => {
  const expected = {
    ...{ power: 7, state: 'run', volts: 3.1415927, energy: '9223372036854775809' },
    ...{ name: 'AB', on: true, b_1: 5, b_2: { bad: 'not-present' }, double: 14 },
  };
  expect(mismatches({ expect: expected })).toEqual([]);
});

test.each([
  ['another number', { power: 8 }],
  ['another text', { name: 'AC' }],
  ['a float that is not the nearest', { volts: 3.14 }],
  ['another state', { state: 'stop' }],
  ['a neighbour beyond 2^53', { energy: '9223372036854775808' }],
  ['a value where there is none', { b_2: 6 }],
  ['no value where there is one', { power: { bad: 'out-of-range' } }],
  ['another computed value', { double: 15 }],
])('%s does not', (_, expected) => {
  expect(mismatches({ expect: expected })).toEqual(Object.keys(expected));
});

test('registers that are not given are no zeros', () => {
  expect(mismatches({ registers: { 'hr:0': [7] }, expect: { power: 7, state: 0 } })).toEqual([
    'state',
  ]);
  expect(
    mismatches({ registers: {}, expect: { power: { bad: 'not-given' }, double: { bad: 'x' } } }),
  ).toEqual(['double']);
});

test('each test has params of its own', () => {
  expect(mismatches({ params: { decimals: 1 }, expect: { power: 0.7, double: 1.4 } })).toEqual([]);
});

test.each<[unknown, string[]]>([
  [{}, ['tests: tests is {}, expected a list of tests such as { registers: …, expect: … } | ']],
  [
    [{}],
    ['tests.0: "registers" is missing in a test | ', 'tests.0: "expect" is missing in a test | '],
  ],
  [
    [{ registers: { power: [1] }, expect: {} }],
    [expect.stringContaining('[tests.0.registers.power]')],
  ],
  [
    [{ registers: { 'hr:0': [1, 65_536] }, expect: {} }],
    ['tests.0.registers.hr:0.1: 65536, expected 0..65535 | '],
  ],
  [[{ registers: { 'co:0': 2 }, expect: {} }], ['tests.0.registers.co:0: 2, expected 0..1 | ']],
  [
    [{ registers: {}, expect: { powr: 1, state: [1] }, params: { x: 1 } }],
    [
      '[tests.0.params.x]: the profile has no param "x" | known: decimals',
      '[tests.0.expect.powr]: no point is named "powr" | did you mean power?',
      'tests.0.expect.state: [1], expected a value or { bad: out-of-range } | ',
    ],
  ],
])('of the tests %j it says so', (tests, expected) => {
  expect(parseProfile({ ...METER, tests }).issues.map(drawn)).toEqual(expected);
});

test('what is computed counts as it is printed', () => {
  const third = { expr: 'power / 3', decimals: 1 };
  const tests = [{ registers: { 'hr:0': 7 }, expect: { third: 2.3 } }];
  const { profile } = parseProfile({ ...METER, points: { ...METER.points, third }, tests });
  expect(runVector(profile!, profile!.vectors[0]!)).toEqual([]);
});

test('the points of a test are those that its own params make', () => {
  const input = {
    profile: 'a',
    params: { many: { default: 1 } },
    points: { 'b_{n}': { at: 'hr:0', repeat: { count: '$many' } } },
    tests: [{ params: { many: 2 }, registers: { 'hr:0': [1, 2] }, expect: { b_2: 2 } }],
  };
  const { profile, issues } = parseProfile(input);
  expect(issues).toEqual([]);
  const vector = profile!.vectors[0]!;
  expect(runVector(profile!, vector)).toHaveLength(1);
  const own = parseProfile(input, vector.params);
  expect(own.issues).toEqual([]);
  expect(runVector(own.profile!, vector)).toEqual([]);
});
