import { expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { parseProfile } from './profile.ts';

const PLAIN = { profile: 'acme/meter', points: { power: 'hr:0 f32 W' } };

test('a profile is complete after parsing', () => {
  const { profile, issues } = parseProfile(PLAIN);
  expect(issues).toEqual([]);
  expect(profile).toEqual({
    id: 'acme/meter',
    models: [],
    addressing: 'pdu',
    indexShift: 0,
    order: 'ABCD',
    limits: { pauseMs: 0 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 'auto' },
    groups: new Map(),
    params: [],
    paramValues: new Map(),
    points: [
      {
        name: 'power',
        table: 'holding',
        address: 0,
        type: 'f32',
        order: 'ABCD',
        count: 2,
        scale: { multiply: 1, divide: 1, offset: 0 },
        unit: 'W',
        access: 'ro',
        kind: 'gauge',
      },
    ],
    computed: [],
    identify: [],
    view: { hero: [], trend: [] },
    vectors: [],
  });
});

test('everything a profile says is kept', () => {
  const { profile, issues } = parseProfile({
    profile: 'acme/meter',
    label: 'Meter',
    vendor: 'Acme',
    models: ['M1'],
    source: 'Manual 7',
    doc: 'Old',
    addressing: 'one-based',
    index_shift: 10,
    order: 'CDAB',
    table: 'ir',
    type: 'f32',
    serial: '9600 8E1',
    limits: { registers: 60, bits: 100, gap: 4, pause: '10ms', timeout: '2s' },
    groups: { fast: '500ms', boot: 'once' },
    points: { power: '1 W', state: { at: 'hr:5 u16', group: 'boot' } },
    identify: [
      { read: 'hr:1 u16', equals: 7 },
      { read: '1', between: [1, 2] },
    ],
    view: { hero: ['power'], trend: ['power', ['power', 'state']] },
  });
  expect(issues).toEqual([]);
  expect(profile).toMatchObject({
    ...{ label: 'Meter', vendor: 'Acme', models: ['M1'], source: 'Manual 7', doc: 'Old' },
    ...{ addressing: 'one-based', indexShift: 10, order: 'CDAB', serial: '9600 8E1' },
    limits: { pauseMs: 10, timeoutMs: 2000 },
    plan: { strategy: 'auto', registers: 60, bits: 100, gap: 4 },
    groups: new Map<string, unknown>([
      ['fast', 500],
      ['boot', 'once'],
    ]),
    points: [
      { name: 'power', table: 'input', address: 10, type: 'f32', order: 'CDAB', unit: 'W' },
      { name: 'state', table: 'holding', address: 14, type: 'u16', group: 'boot' },
    ],
    identify: [
      { read: { name: 'hr:10', address: 10 }, equals: 7 },
      { read: { name: 'ir:10' }, between: [1, 2] },
    ],
    view: { hero: ['power'], trend: [['power'], ['power', 'state']] },
  });
});

test('a shift changes nothing but the result', () => {
  const input = { profile: 'a', index_shift: -1, points: { power: 'hr:3000 f32' } };
  const before = structuredClone(input);
  const addresses = [1, 2].map(() => parseProfile(input).profile?.points[0]?.address);
  expect(addresses).toEqual([2999, 2999]);
  expect(input).toEqual(before);
});

test('greedy plans have blocks of 100 registers unless told otherwise', () => {
  const { profile } = parseProfile({ ...PLAIN, plan: 'greedy' });
  expect(profile?.plan).toEqual({ strategy: 'greedy', registers: 100, bits: 2000, gap: 'auto' });
});

test('a profile may be a plain image of registers', () => {
  const { profile, issues } = parseProfile({
    profile: 'acme/image',
    image: { holding: 3000, coils: 8, writable: true },
  });
  expect(issues).toEqual([]);
  expect(profile?.image).toEqual({
    coils: 8,
    discrete: 0,
    holding: 3000,
    input: 0,
    writable: true,
  });
  expect(profile?.points).toEqual([]);
});

const IN_QUOTES = 'put it in quotes:';

test.each<[Record<string, unknown>, string[]]>([
  [{}, ['points: no points | such as voltage: "hr:0 u16 /10 V"']],
  [
    { 'PV-1': 'hr:0' },
    [
      '[points.PV-1]: point name "PV-1": small letters, digits and _ after a first letter | such as pv_1',
    ],
  ],
  [
    { '1': 'hr:0' },
    ['[points.1]: point name "1": small letters, digits and _ after a first letter | '],
  ],
  [
    { pv: 'hr:0', PV: 'hr:1' },
    [
      '[points.PV]: point name "PV": small letters, digits and _ after a first letter | such as pv',
      '[points.PV]: point "PV" is there twice | the other is "pv"',
    ],
  ],
  [
    { b_2: 'hr:0', 'b_{n}': { at: 'hr:1', repeat: { count: 3 } } },
    ['[points.b_{n}]: point "b_2" is there twice | the other is "b_2"'],
  ],
  [
    { 'b_{n}': 'hr:0' },
    [
      '[points.b_{n}]: point "b_{n}" has a place for a number, but no repeat | add repeat: { count: 38 }',
    ],
  ],
  [
    { 'b_{n}': { at: 'hr:0', repeat: { step: 2, countFrom: 'x' } } },
    ['points.b_{n}.repeat: "count" is missing: how many points? | '],
  ],
  [
    { 'b_{n}': { at: 'hr:65000', repeat: { count: 1000 } } },
    ['points.b_{n}.repeat.count: 1000 points from 65000 end behind address 65535 | '],
  ],
])('of the points %j it says so', (points, expected) => {
  expect(parseProfile({ profile: 'a', points }).issues.map(drawn)).toEqual(expected);
});

test.each<[Record<string, unknown>, string[]]>([
  [
    { points: undefined, profile: undefined },
    ['points: empty, expected points by name, such as { voltage: "hr:0 u16 /10 V" } | '],
  ],
  [
    { profile: 'Acme Meter' },
    [
      'profile: profile "Acme Meter": small letters, digits, _ - . and / | such as schneider/pm8000',
    ],
  ],
  [
    { byte_order: 'x' },
    ['[byte_order]: unknown key "byte_order" in a profile | did you mean "order"?'],
  ],
  [{ vender: 'x' }, ['[vender]: unknown key "vender" in a profile | did you mean "vendor"?']],
  [{ extends: 'x' }, ['[extends]: "extends" is not supported yet | leave it out']],
  [{ models: 'M1' }, ['models: models is "M1", expected a list of texts | ']],
  [{ models: [3216] }, [`models.0: 3216, expected a text | ${IN_QUOTES} "3216"`]],
  [
    { addressing: 'one_based' },
    [
      'addressing: addressing is "one_based", expected pdu, one-based, modicon | did you mean one-based?',
    ],
  ],
  [
    { index_shift: 0.5 },
    ['index_shift: index_shift is 0.5, expected a whole number from -65535 to 65535 | '],
  ],
  [
    { order: 'little' },
    ['order: unknown order "little" | did you mean DCBA?  orders are ABCD CDAB BADC DCBA'],
  ],
  [{ table: 'holding' }, ['table: table is "holding", expected hr, ir, co, di | ']],
  [{ type: 'str(4)' }, ['type: type is "str(4)", expected a type without length and order | ']],
  [
    { type: 'flot' },
    [
      'type: unknown type "flot" | did you mean f32?  Types: u16 i16 u32 i32 u64 i64 f32 f64 str(n) …',
    ],
  ],
  [{ label: null }, ['label: label is empty, expected a text | ']],
  [
    { limits: { timeout: '0s' } },
    ['limits.timeout: timeout is 0, expected some time to answer | '],
  ],
  [
    { view: { trend: [['power', 'pover']] } },
    ['view.trend.0.1: no point is named "pover" | did you mean power?'],
  ],
  [{ view: { hero: 'power' } }, ['view.hero: hero is "power", expected a list of points | ']],
  [
    { identify: [{ read: 'hr:0', equals: [1] }] },
    ['identify.0.equals: equals is [1], expected one value | '],
  ],
  [{ serial: '8E1' }, ['serial: serial is "8E1", expected speed and frame | such as 9600 8N1']],
  [{ plan: 'eager' }, ['plan: plan is "eager", expected auto, greedy | ']],
  [
    { limits: { registers: 126, gap: -1, timeout: 5, pause: '1 s', message_size: 5 } },
    [
      '[limits.message_size]: unknown key "message_size" in limits | did you mean "registers"?',
      'limits.timeout: timeout is 5, expected a time such as 500ms, 5s, 1m | seconds or milliseconds? write 5s',
      'limits.registers: registers is 126, expected a whole number from 1 to 125 | ',
      'limits.gap: gap is -1, expected auto or a whole number from 0 to 2000 | ',
      'limits.pause: pause is "1 s", expected a time such as 500ms, 5s, 1m | ',
    ],
  ],
  [
    { plan: 'greedy', limits: { gap: 4 } },
    ['[limits.gap]: gap has no meaning under plan: greedy, which reads through any gap | '],
  ],
  [
    { limits: { registers: 1 } },
    ['points: point "power" is 2 registers wide, and limits.registers is 1 | '],
  ],
  [
    { groups: { fast: 5, slow: 'often' } },
    [
      'groups.fast: group "fast" is 5, expected a time such as 10s | write 5s or 5ms',
      'groups.slow: group "slow" is "often", expected a time such as 10s | ',
    ],
  ],
  [
    { groups: { fast: '5s' }, points: { p: { at: 'hr:0', group: 'fats' } } },
    ['points.p.group: group is "fats", expected fast, once, on-demand | did you mean fast?'],
  ],
  [
    { points: undefined, image: { holding: 70_000, writable: 'yes' } },
    [
      'image.holding: holding is 70000, expected a whole number from 0 to 65536 | ',
      'image.writable: writable is "yes", expected true or false | ',
      'points: empty, expected points by name, such as { voltage: "hr:0 u16 /10 V" } | ',
      '[image]: a profile has points or an image, not both | ',
    ],
  ],
  [{ image: { holding: 5 } }, ['[image]: a profile has points or an image, not both | ']],
  [
    { identify: [{ equals: 1 }, { read: 'hr:0 flot', matches: 'x' }, 7] },
    [
      'identify.0: "read" is missing: what is asked for? | ',
      '[identify.1.matches]: "matches" is not supported yet | leave it out',
      'identify.1.read@5-9: "hr:0 flot": unknown type "flot" | ' +
        'did you mean f32?  Types: u16 i16 u32 i32 u64 i64 f32 f64 str(n) …',
      'identify.2: 7, expected a rule with "read" | ',
    ],
  ],
  [
    { view: { hero: ['pwer'], matrix: [] } },
    [
      '[view.matrix]: "matrix" is not supported yet | leave it out',
      'view.hero.0: no point is named "pwer" | did you mean power?',
    ],
  ],
])('of the profile with %j it says so', (parts, expected) => {
  const { profile, issues } = parseProfile({ ...PLAIN, ...parts });
  expect(issues.map(drawn)).toEqual(expected);
  expect(profile).toBeUndefined();
});

test('what is missing is said of the whole profile', () => {
  expect(parseProfile({}).issues.map(drawn)).toEqual([
    ': "points" is missing: what does the device report? | ',
    ': "profile" is missing: the name of the profile | such as schneider/pm8000',
  ]);
});

test.each<[unknown, string]>([
  [undefined, ': empty, expected a profile: an object with "profile" and "points" | '],
  ['x', ': "x", expected a profile: an object with "profile" and "points" | '],
])('%j is no profile', (input, expected) => {
  expect(parseProfile(input).issues.map(drawn)).toEqual([expected]);
});

test('a note alone does not stop a profile, and declaring the notation silences it', () => {
  const points = { p: 40001 };
  const noted = parseProfile({ profile: 'a', points });
  expect(noted.profile).toBeDefined();
  expect(noted.issues.map(({ severity }) => severity)).toEqual(['note']);
  expect(parseProfile({ profile: 'a', addressing: 'pdu', points }).issues).toEqual([]);
});
