import { describe, expect, test } from 'vitest';
import type { NamedText, NameWish } from '../profile/name-wish.ts';
import { namePlan } from './name-point.ts';

const WISH: NameWish = {
  ...{ device: 'meter1', table: 'holding', start: 100, name: 'flow', type: 'f32@CDAB' },
};

function site(device: string): NamedText {
  return {
    name: 'gateway.yaml',
    kind: 'site',
    text: `version: 1\ndevices:\n  meter1: ${device}\n`,
  };
}

const PROFILE: NamedText = {
  ...{ name: 'profiles/acme/meter.yaml', kind: 'profile' },
  text: 'profile: acme/meter\naddressing: one-based\nindex_shift: -10\npoints: { a: "hr:1 u16" }\n',
};

describe('a new point goes', () => {
  test('to the points of its device', () => {
    expect(namePlan([site('{ at: "tcp://h", points: { a: "hr:1 u16" } }')], WISH)).toEqual({
      file: 'gateway.yaml',
      edits: [{ path: ['devices', 'meter1', 'points', 'flow'], value: 'hr:100 f32@CDAB' }],
    });
  });

  test('to its device where the profile comes with dinrail', () => {
    const plan = namePlan([site('{ at: "tcp://h", profile: schneider/pm8000 }'), PROFILE], WISH);
    expect(plan).toMatchObject({ file: 'gateway.yaml' });
  });

  test('into its profile where that lies beside the site file, in its notation', () => {
    expect(namePlan([site('{ at: "tcp://h", profile: acme/meter }'), PROFILE], WISH)).toEqual({
      file: 'profiles/acme/meter.yaml',
      edits: [{ path: ['points', 'flow'], value: 'hr:111 f32@CDAB' }],
    });
  });

  test('among those that its device takes alone', () => {
    const plan = namePlan([site('{ at: "tcp://h", points: { a: "hr:1" }, only: [a] }')], WISH);
    expect(plan).toMatchObject({
      edits: [{}, { path: ['devices', 'meter1', 'only', 1], value: 'flow' }],
    });
  });
});

describe('its address is in the notation of the device:', () => {
  const rows: [addressing: string, wish: Partial<NameWish>, line: string][] = [
    ['pdu', {}, 'hr:100 f32@CDAB'],
    ['one-based', {}, 'hr:101 f32@CDAB'],
    ['modicon', {}, '400101 f32@CDAB'],
    ['modicon', { table: 'input' }, '300101 f32@CDAB'],
    ['modicon', { table: 'coil', type: 'bool' }, '000101 bool'],
    ['pdu', { table: 'discrete', type: 'bool' }, 'di:100 bool'],
  ];
  test.each(rows)('%s %o', (addressing, wish, line) => {
    const plan = namePlan([site(`{ at: "tcp://h", addressing: ${addressing} }`)], {
      ...WISH,
      ...wish,
    });
    expect(plan).toMatchObject({ edits: [{ value: line }] });
  });
});

describe('what it means is written beside it:', () => {
  const rows: [Partial<NameWish>, unknown][] = [
    [{ scale: '/10', unit: '°C' }, 'hr:100 f32@CDAB /10 °C'],
    [{ scale: '*0.1 -40' }, 'hr:100 f32@CDAB *0.1 -40'],
    [
      { label: 'Flow', unit: 'l/min' },
      { at: 'hr:100 f32@CDAB l/min', label: 'Flow' },
    ],
    [{ decimals: 2 }, { at: 'hr:100 f32@CDAB', decimals: 2 }],
    [{ unit: 'parts per million' }, { at: 'hr:100 f32@CDAB', unit: 'parts per million' }],
  ];
  test.each(rows)('%o', (wish, value) => {
    const plan = namePlan([site('{ at: "tcp://h" }')], { ...WISH, ...wish });
    expect(plan).toMatchObject({ edits: [{ value }] });
  });
});

test.each<[string, Partial<NameWish>, RegExp]>([
  ['a name that is none', { name: 'Flow rate' }, /no name of a point/],
  ['a name that is taken', { name: 'a' }, /a point a already/],
  ['a type that is none', { type: 'float' }, /float/],
  ['a scale that is none', { scale: 'x10' }, /./],
  ['a device that is not in the file', { device: 'other' }, /no device other/],
])('%s is refused', (_, wish, message) => {
  const files = [site('{ at: "tcp://h", points: { a: "hr:1 u16" } }')];
  const plan = namePlan(files, { ...WISH, ...wish });
  expect(plan).toHaveProperty('message');
  expect((plan as { message: string }).message).toMatch(message);
});
