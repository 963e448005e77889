import { expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { parsePoints } from './points.ts';

test.each([
  ['hr:0 u16', { decimals: 0, kind: 'gauge' }],
  ['hr:0 u16 /10', { decimals: 1, kind: 'gauge' }],
  ['hr:0 u16 *0.05', { decimals: 2, kind: 'gauge' }],
  ['co:0', { kind: 'state' }],
  ['hr:0 bits16', { kind: 'state' }],
  ['hr:0 str(4)', { kind: 'text' }],
  ['hr:0 unix32', { kind: 'time' }],
  ['hr:0 ymdhms', { kind: 'time' }],
  [
    { at: 'hr:0 u16', enum: { 0: 'off' } },
    { kind: 'state', decimals: 0 },
  ],
  [{ at: 'hr:0 u16', kind: 'counter' }, { kind: 'counter' }],
  [
    { at: 'hr:0 u16', scale: 0.1 },
    { scale: { multiply: 1, divide: 10, offset: 0 }, decimals: 1 },
  ],
  [{ at: 'hr:0 u16', scale: 0.1, decimals: 0 }, { decimals: 0 }],
  [{ at: 'hr:0 u16 /10', offset: -40 }, { scale: { multiply: 1, divide: 10, offset: -40 } }],
  [{ at: 3000 }, { address: 3000, type: 'u16' }],
  [3000, { address: 3000, type: 'u16' }],
  ['hr:0 u16 rw', { access: 'rw', write: { function: 'auto' } }],
  ['hr:0 u16 wo', { access: 'wo', write: { function: 'auto' } }],
  [
    { at: 'hr:0 u16', write: true },
    { access: 'rw', write: { function: 'auto' } },
  ],
  [{ at: 'hr:0 u16', write: false }, { access: 'ro' }],
  [
    { at: 'hr:0 u16', access: 'wo' },
    { access: 'wo', write: { function: 'auto' } },
  ],
  [
    { at: 'hr:0 u16 wo', write: { min: 0, max: 9, step: 1, maxChange: 2, function: 'single' } },
    { access: 'wo', write: { min: 0, max: 9, step: 1, maxChange: 2, function: 'single' } },
  ],
  [
    { at: 'hr:0 bits16', bits: { 0: 'a', 15: { name: 'b' } } },
    {
      bits: new Map([
        [0, 'a'],
        [15, 'b'],
      ]),
    },
  ],
  [{ at: 'hr:0 i16', invalid: ['0x8000', 32767] }, { invalid: [-32768, 32767] }],
  [{ at: 'hr:0 f32', invalid: -9999 }, { invalid: [-9999] }],
])('%j becomes a point with %j', (written, expected) => {
  const { points, issues } = parsePoints({ p: written });
  expect(issues).toEqual([]);
  expect(points[0]).toMatchObject(expected);
});

test('a 64-bit raw value that means nothing keeps all its digits', () => {
  const { points } = parsePoints({ p: { at: 'hr:0 u64', invalid: '0xFFFFFFFFFFFFFFFF' } });
  expect(points[0]?.invalid).toEqual([2n ** 64n - 1n]);
});

test('one line makes many points', () => {
  const { points, issues } = parsePoints({
    'block_{n}_voltage': { at: 'hr:40004 u16 /1000 V', label: 'Block {n}', repeat: { count: 38 } },
    'cell_{n:02}': { at: 'hr:100 f32', repeat: { count: 3, step: 10, from: 0 } },
  });
  expect(issues).toEqual([]);
  expect(points).toHaveLength(41);
  expect(points[37]).toMatchObject({
    name: 'block_38_voltage',
    label: 'Block 38',
    address: 40041,
  });
  expect(points.slice(38).map(({ name, address }) => [name, address])).toEqual([
    ['cell_00', 100],
    ['cell_01', 110],
    ['cell_02', 120],
  ]);
  const wide = parsePoints({ 'e_{n}': { at: 'hr:0 u64', repeat: { count: 2 } } });
  expect(wide.points.map(({ address }) => address)).toEqual([0, 4]);
});

test('what a write must respect is read whole', () => {
  const { points, issues } = parsePoints({
    setpoint: {
      at: 'hr:2 i16 rw °C',
      write: {
        ...{ min: 0, max: 1200, step: 1, maxChange: 400, changeFrom: 'working', minInterval: '5s' },
        ...{
          maxAge: '3s',
          settle: '200ms',
          role: 'admin',
          confirm: 'retype',
          function: 'multiple',
        },
        wear: { cycles: 100_000, perDay: 24 },
        lease: { safeValue: 20, max: '30s' },
        interlocks: ['status == 1', { if: 'other.closed', message: 'close the door' }],
      },
    },
    fan: { at: 'hr:7.3', write: { function: 'mask' } },
  });
  expect(issues).toEqual([]);
  expect(points[0]?.write).toMatchObject({
    ...{ min: 0, max: 1200, step: 1, maxChange: 400, changeFrom: 'working', minIntervalMs: 5_000 },
    ...{ maxAgeMs: 3_000, settleMs: 200, role: 'admin', confirm: 'retype', function: 'multiple' },
    wear: { cycles: 100_000, perDay: 24 },
    lease: { safeValue: 20, maxMs: 30_000 },
    interlocks: [
      { condition: { text: 'status == 1' } },
      { condition: { text: 'other.closed' }, message: 'close the door' },
    ],
  });
  expect(points[1]).toMatchObject({ bit: 3, access: 'rw', write: { function: 'mask' } });
});

test('points may overlap', () => {
  expect(parsePoints({ word: 'hr:5 u16', flag: 'hr:5.3', wide: 'hr:4 u32' }).issues).toEqual([]);
});

const IN_QUOTES = 'put it in quotes:';

// What is written, and what is said about it.
test.each<[unknown, string[]]>([
  [
    { at: 'hr:0 u16', slave: 1 },
    [
      '[p.slave]: unknown key "slave" in a point | known: at label doc scale offset unit decimals ' +
        'quantity kind group category enum bits valid invalid access write repeat expr encoding pad alarm ' +
        'can host ' +
        'send deadband heartbeat minInterval',
    ],
  ],
  [
    { at: 'hr:0 u16', multiplier: 2 },
    ['[p.multiplier]: unknown key "multiplier" in a point | did you mean "scale"?'],
  ],
  [
    { at: 'hr:0 u16', Lable: 'x' },
    ['[p.Lable]: unknown key "Lable" in a point | did you mean "label"?'],
  ],
  [
    { address: 5, type: 'u16' },
    [
      '[p.address]: unknown key "address" in a point | did you mean "at"?',
      '[p.type]: unknown key "type" in a point | did you mean "at"?',
      'p: "at" is missing: where is the point? | such as at: "hr:5 u16 /10 °C"',
    ],
  ],
  [{ expr: 'a' }, ['p.expr@0-1: no name "a" is known here | known: p']],
  [{ expr: 1 }, [`p.expr: expr is 1, expected a text | ${IN_QUOTES} "1"`]],
  [{ expr: 'p + 1' }, ['p.expr: "p" depends on itself: p → p | ']],
  [
    { at: 'hr:0', expr: '1' },
    ['[p.expr]: a point has "at" or "expr", not both | keep one of them'],
  ],
  [
    { expr: '1', group: 'fast', enum: {} },
    [
      '[p.group]: "group" is not supported yet | leave it out',
      '[p.enum]: "enum" is not supported yet | leave it out',
    ],
  ],
  [
    { at: 'hr:0 u16', can: {}, bytes: [] },
    [
      '[p.bytes]: "bytes" is not supported yet | leave it out',
      'p.can: can is {}, expected a text | ',
    ],
  ],
  [
    { at: 'hr:0 i16', scale: '10^-decimals' },
    ['p.scale@4-12: no name "decimals" is known here | '],
  ],
  [
    { at: 'hr:0 i16', scale: '1 - 1' },
    ['p.scale: scale "1 - 1" comes to 0, which is no factor | '],
  ],
  [
    { at: 'hr:0 i16', scale: '1 / 0' },
    ['p.scale: scale "1 / 0" comes to nothing, which is no factor | '],
  ],
  [
    { at: 'hr:0 i16', decimals: '$decimals' },
    ['p.decimals: no param is named "decimals" | they stand under "params"'],
  ],
  [{ at: 'hr:$start i16' }, ['p.at@3-9: "hr:$start i16": no param is named "start" | ']],
  [
    { at: 'hr:0 u16', encoding: 'ascii', pad: 'x' },
    [
      'p.pad: pad is "x", expected space, nul | ',
      '[p.encoding]: u16 has no encoding, a str has one | ',
      '[p.pad]: u16 has no pad, a str has one | ',
    ],
  ],
  [{ at: 'hr:0 i16', scale: 0 }, ['p.scale: scale is 0, which makes every value the same | ']],
  [
    { at: 'hr:0 i16 /10', scale: 0.1 },
    ['[p.scale]: the scale is given twice | leave it out here or in "at"'],
  ],
  [
    { at: 'hr:0 i16 +1', offset: 2 },
    ['[p.offset]: the offset is given twice | leave it out here or in "at"'],
  ],
  [{ at: 'hr:0 str(4)', scale: 2 }, ['[p.scale]: str has no scale and no offset | ']],
  [{ at: 'hr:0 i16 V', unit: 'mV' }, ['[p.unit]: "at" says V | say it once']],
  [{ at: 'co:0', unit: 'V' }, ['[p.unit]: bool has no unit | ']],
  [{ at: 'hr:0 i16', label: 5 }, [`p.label: label is 5, expected a text | ${IN_QUOTES} "5"`]],
  [
    { at: 'hr:0 i16', decimals: 10 },
    ['p.decimals: decimals is 10, expected a whole number from 0 to 9 | '],
  ],
  [
    { at: 'hr:0 i16', kind: 'couter' },
    [
      'p.kind: kind is "couter", expected gauge, counter, state, text, time | did you mean counter?',
    ],
  ],
  [{ at: 'co:0', kind: 'gauge' }, ['p.kind: bool is no gauge, it is a state | ']],
  [{ at: 'hr:0 f32', enum: { 1.5: 'x' } }, ['[p.enum.1.5]: "1.5" is no whole number | ']],
  [
    { at: 'hr:0 u16', enum: { 0: 'off', 1: 'Off', 2: true } },
    [
      'p.enum.1: 0 is named "Off" already | ',
      `p.enum.2: 2 is true, expected a text | ${IN_QUOTES} "true"`,
    ],
  ],
  [{ at: 'hr:0 str(2)', enum: { 0: 'x' } }, ['[p.enum]: str has no named values | ']],
  [
    { at: 'hr:0 u16', bits: { 0: 'x' } },
    ['[p.bits]: u16 has no named bits | the type of a set of bits is bits16'],
  ],
  [
    { at: 'hr:0 bits16', bits: { 16: 'x' } },
    ['[p.bits.16]: "16" is no bit of bits16, expected 0..15 | '],
  ],
  [
    { at: 'hr:0 bits16', bits: { 0: { name: 'x', normal: true } } },
    ['[p.bits.0.normal]: "normal" is not supported yet | leave it out'],
  ],
  [
    { at: 'hr:0 i16', valid: [5, 1] },
    ['p.valid: valid is [5,1], expected two numbers, the smaller first | such as [0, 100]'],
  ],
  [{ at: 'hr:0 str(2)', valid: [1, 5] }, ['[p.valid]: str has no range | ']],
  [
    { at: 'hr:0 u16', invalid: 70_000 },
    ['p.invalid: invalid has 70000, expected raw values of u16 | '],
  ],
  [
    { at: 'hr:0 u64', invalid: 2 ** 64 },
    [
      'p.invalid: invalid has 18446744073709552000, expected raw values of u64 | ' +
        'a number beyond 2^53 keeps its digits in quotes only',
    ],
  ],
  [
    { at: 'hr:0 u16', invalid: [7, 'none', 1.5] },
    [
      'p.invalid.1: invalid has "none", expected raw values of u16 | ',
      'p.invalid.2: invalid has 1.5, expected raw values of u16 | ',
    ],
  ],
  [{ at: 'hr:0 str(2)', invalid: 7 }, ['[p.invalid]: str has no raw number to compare | ']],
  [
    { at: 'hr:0 i16', scale: true, valid: '0..5' },
    [
      'p.scale: scale is true, expected a number | ',
      'p.valid: valid is "0..5", expected two numbers, the smaller first | such as [0, 100]',
    ],
  ],
  [
    { at: 'hr:0 u16', write: 'yes' },
    ['p.write: "yes", expected limits such as { min: 0, max: 100 }, or true | '],
  ],
  [
    { at: 'hr:0 u16', write: { function: 'mask' } },
    [
      'p.write.function: u16 has its register for itself | mask is for bits and bytes such as hr:5.3',
    ],
  ],
  [{ at: 'hr:0 u16 rw', access: 'ro' }, ['[p.access]: "at" says rw | say it once']],
  [{ at: 'hr:0 u16 ro', write: true }, ['[p.write]: the point is ro, which is never written | ']],
  [{ at: 'hr:0 u16 rw', write: false }, ['p.write: write is false, and the point is rw | ']],
  [{ at: 'ir:0 u16', write: true }, ['[p.write]: input registers cannot be written | ']],
  [
    { at: 'hr:0.1', access: 'rw' },
    [
      '[p.access]: rw of a part of register hr:0 would write the rest of it as well | where the device knows function 22: access: rw, write: { function: mask }',
    ],
  ],
  [
    { at: 'hr:0 u32', write: { min: 5, max: 1, step: 0, function: 'single', wear: {} } },
    [
      'p.write.step: step is 0, expected more than 0 | ',
      'p.write.min: min 5 is above max 1 | ',
      'p.write.function: u32 is 2 registers wide, and "single" writes one | ',
      'p.write.wear: "cycles" is missing: how often may it be written in its life? | ',
    ],
  ],
  [
    { at: 'hr:0 u16', write: { interlocks: ['pv <', 3, { unless: 'x' }], lease: {} } },
    [
      'p.write.interlocks.0@4-4: a value is missing behind "<" | ',
      'p.write.interlocks.1: 3, expected a condition | conditions such as ["status == 1"]',
      '[p.write.interlocks.2.unless]: unknown key "unless" in an interlock | known: if message',
      'p.write.interlocks.2: {"unless":"x"}, expected a condition | conditions such as ["status == 1"]',
      'p.write.lease: "safeValue" is missing: what is written when nobody renews? | ',
      'p.write.lease: "max" is missing: how long does a value hold? | ',
    ],
  ],
  [
    { at: 'hr:0 u16', write: { settle: '1m', wear: { cycles: 0 }, role: 'viewer', retries: 2 } },
    [
      '[p.write.retries]: unknown key "retries" in write | known: min max step maxChange changeFrom ' +
        'minInterval maxAge interlocks wear lease function settle role confirm',
      'p.write.wear.cycles: cycles is 0, expected a whole number from 1 to 1000000000 | ',
      'p.write.role: role is "viewer", expected operator, admin | ',
      'p.write.settle: settle is "1m", expected up to 10s | ',
    ],
  ],
  [{ at: 'hr:0 str(2)', write: { min: 5 } }, ['[p.write.min]: str has no min | ']],
  [
    { at: 'hr:0 u16', repeat: { count: 3 } },
    [
      '[p]: point "p" is repeated, and its name has no place for the number | such as block_{n}_voltage',
    ],
  ],
  [null, ['p: point "p" is empty, expected a line or its long form | ']],
  [['hr:0'], ['p: point "p" is ["hr:0"], expected a line or its long form | ']],
  [
    { at: 'hr:0 flot V' },
    [
      'p.at@5-9: "hr:0 flot V": unknown type "flot" | ' +
        'did you mean f32?  Types: u16 i16 u32 i32 u64 i64 f32 f64 str(n) …',
    ],
  ],
  [40001, ['note p@0-5: 40001 is read as wire address 40001. Modicon? write 400001 | ']],
])('of the point %j it says so', (written, expected) => {
  expect(parsePoints({ p: written }).issues.map(drawn)).toEqual(expected);
});

test('a name that every object has is no key', () => {
  expect(parsePoints({ constructor: 'hr:0' }).points[0]?.name).toBe('constructor');
  expect(parsePoints({ p: { at: 'hr:0', toString: 'x' } }).issues).toHaveLength(1);
});
