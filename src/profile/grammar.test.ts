import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatType } from './format.ts';
import { LINE_DEFAULTS, parsePointLine, type PointLine } from './grammar.ts';
import type { SpecIssue } from './issue.ts';

const LINE: PointLine = {
  table: 'holding',
  address: 5,
  type: 'u16',
  order: 'ABCD',
  count: 1,
  scale: { multiply: 1, divide: 1, offset: 0 },
};

test.each<[string, Partial<PointLine>]>([
  ['hr:5', {}],
  ['hr:5 u16 /10 °C', { scale: { multiply: 1, divide: 10, offset: 0 }, unit: '°C' }],
  [
    '  hr:5   i16  *0.1 -40  rw  °C/min ',
    {
      type: 'i16',
      scale: { multiply: 1, divide: 10, offset: -40 },
      access: 'rw',
      unit: '°C/min',
    },
  ],
  [
    'ir:342 f32@CDAB kWh',
    { table: 'input', address: 342, type: 'f32', order: 'CDAB', count: 2, unit: 'kWh' },
  ],
  ['hr:5 u64@GHEFCDAB Wh', { type: 'u64', order: 'CDAB', count: 4, unit: 'Wh' }],
  ['hr:5 u16 %', { unit: '%' }],
  ['hr:5 u16 /10 +0.5', { scale: { multiply: 1, divide: 10, offset: 0.5 } }],
  ['hr:5 u16 1/h', { unit: '1/h' }],
  ['hr:5 str(14)@BADC wo', { type: 'str', size: 14, order: 'BADC', count: 7, access: 'wo' }],
  ['hr:5 bytes(3)', { type: 'bytes', size: 3, count: 2 }],
  ['hr:5 ymdhms', { type: 'ymdhms', count: 6 }],
  ['hr:5.3', { bit: 3, type: 'bool' }],
  ['hr:5 bool', { type: 'bool' }],
  ['co:5 rw', { table: 'coil', type: 'bool', access: 'rw' }],
  ['%MF5 V', { type: 'f32', count: 2, unit: 'V' }],
  ['%MW5 i16 V', { type: 'i16', unit: 'V' }],
  ['hr:5 unix32 s', { type: 'unix32', count: 2, unit: 's' }],
])('reads "%s"', (text, parts) => {
  expect(parsePointLine(text)).toEqual({ line: { ...LINE, ...parts }, issues: [] });
});

test('where the type is known the unit may follow at once, and a mistyped type is still found', () => {
  const defaults = { ...LINE_DEFAULTS, type: 'f32' } as const;
  expect(parsePointLine('hr:5 kWh', defaults).line).toMatchObject({ type: 'f32', unit: 'kWh' });
  expect(parsePointLine('hr:5 i16 mbar', defaults).line).toMatchObject({
    type: 'i16',
    unit: 'mbar',
  });
  expect(parsePointLine('hr:5 mbar', defaults).line).toMatchObject({ type: 'f32', unit: 'mbar' });
  expect(parsePointLine('hr:5 flot', defaults).issues[0]?.message).toMatch('unknown type "flot"');
});

test('what a line leaves out comes from its surroundings', () => {
  const { line } = parsePointLine('3000', {
    ...LINE_DEFAULTS,
    base: 'one-based',
    indexShift: 10,
    table: 'input',
    type: 'f32',
    order: 'CDAB',
  });
  expect(line).toEqual({
    ...LINE,
    table: 'input',
    address: 3009,
    type: 'f32',
    order: 'CDAB',
    count: 2,
  });
});

/** An issue as a person sees it: caret under its characters, message, hint. */
function drawn(text: string, { span, severity, message, hint }: SpecIssue): string {
  const [start, end] = span ?? [0, text.length];
  return `${severity} ${text.slice(start, end)} | ${message} | ${hint ?? ''}`;
}

const TYPES = 'Types: u16 i16 u32 i32 u64 i64 f32 f64 str(n) …';
const SHAPE = 'the order is: address type /10 +5 rw unit';

test.each<[string, string[]]>([
  [
    '40001 float V',
    [
      'note 40001 | 40001 is read as wire address 40001. Modicon? write 400001 | ',
      `error float | "40001 float V": unknown type "float" | did you mean f32?  ${TYPES}`,
    ],
  ],
  ['', ['error  | "": an address is missing | write address type /10 +5 rw unit']],
  [
    'hr:5 uint16',
    [`error uint16 | "hr:5 uint16": unknown type "uint16" | did you mean u16?  ${TYPES}`],
  ],
  ['hr:5 U16', [`error U16 | "hr:5 U16": unknown type "U16" | did you mean u16?  ${TYPES}`]],
  [
    'hr:5 FP32_R',
    [`error FP32_R | "hr:5 FP32_R": unknown type "FP32_R" | did you mean f32@CDAB?  ${TYPES}`],
  ],
  ['hr:5 °C', [`error °C | "hr:5 °C": unknown type "°C" | ${TYPES}`]],
  [
    'hr:5 u32@BE_LE',
    [
      'error BE_LE | "hr:5 u32@BE_LE": unknown order "BE_LE" | ' +
        'did you mean CDAB?  orders are ABCD CDAB BADC DCBA',
    ],
  ],
  [
    'hr:5 u32@GHEFCDAB',
    [
      'error GHEFCDAB | "hr:5 u32@GHEFCDAB": unknown order "GHEFCDAB" | ' +
        'orders are ABCD CDAB BADC DCBA',
    ],
  ],
  [
    'hr:5 str',
    ['error str | "hr:5 str": str needs its length in bytes | write str(14) for seven registers'],
  ],
  [
    'hr:5 str(300)',
    [
      'error str(300) | "hr:5 str(300)": str(300) has 300 bytes, expected 1..250 | write str(14) for seven registers',
    ],
  ],
  [
    'hr:5 i16 /0',
    ['error /0 | "hr:5 i16 /0": cannot divide by "0" | write *0.1 or /10, without spaces'],
  ],
  [
    'hr:5 i16 * 10',
    ['error * | "hr:5 i16 * 10": cannot multiply by "" | write *0.1 or /10, without spaces'],
  ],
  [
    'hr:5 i16 +x',
    ['error +x | "hr:5 i16 +x": "+x" is no offset | write +5 or -40, without spaces'],
  ],
  ['hr:5 i16 °C rw', [`error rw | "hr:5 i16 °C rw": "rw" stands in the wrong place | ${SHAPE}`]],
  [
    'hr:5 i16 -40 /10',
    [`error /10 | "hr:5 i16 -40 /10": "/10" stands in the wrong place | ${SHAPE}`],
  ],
  [
    'hr:5 i16 imp kWh',
    [`error kWh | "hr:5 i16 imp kWh": unexpected "kWh": a unit has no spaces | ${SHAPE}`],
  ],
  ['hr:5 i16 R/W', ['error R/W | "hr:5 i16 R/W": "R/W" is no unit | did you mean rw?']],
  [
    'hr:5 i16 @CDAB',
    ['error @CDAB | "hr:5 i16 @CDAB": an order stands right behind its type | such as f32@CDAB'],
  ],
  ['hr:5.3 u16', ['error u16 | "hr:5.3 u16": u16 does not fit into one bit | one bit is a bool']],
  ['co:5 f32', ['error f32 | "co:5 f32": f32 does not fit into one bit | one bit is a bool']],
  ['co:5 bool V', ['error V | "co:5 bool V": bool has no unit | ']],
  ['hr:5 str(4) /10', ['error /10 | "hr:5 str(4) /10": str has no scale and no offset | ']],
  ['hr:5 bits16 +1', ['error +1 | "hr:5 bits16 +1": bits16 has no scale and no offset | ']],
  ['ir:5 u16 rw', ['error rw | "ir:5 u16 rw": input registers cannot be written | remove rw']],
  ['di:5 wo', ['error wo | "di:5 wo": discrete inputs cannot be written | remove wo']],
  [
    'hr:5.3 rw',
    [
      'error rw | "hr:5.3 rw": rw of a part of register hr:5 would write the rest of it as well | where the device knows function 22: access: rw, write: { function: mask }',
    ],
  ],
  [
    'hr:5 u8h rw',
    [
      'error rw | "hr:5 u8h rw": rw of a part of register hr:5 would write the rest of it as well | where the device knows function 22: access: rw, write: { function: mask }',
    ],
  ],
  [
    'hr:65535 f32',
    ['error hr:65535 | "hr:65535 f32": 2 registers from 65535 end behind address 65535 | '],
  ],
  [
    'holding:5 flaot /0 V rw',
    [
      'error holding:5 | "holding:5" is no address | did you mean hr:5?',
      `error flaot | "holding:5 flaot /0 V rw": unknown type "flaot" | did you mean f32?  ${TYPES}`,
      `error rw | "holding:5 flaot /0 V rw": "rw" stands in the wrong place | ${SHAPE}`,
    ],
  ],
])('finds fault with "%s"', (text, expected) => {
  const { line, issues } = parsePointLine(text);
  expect(line).toBeUndefined();
  expect(issues.map((issue) => drawn(text, issue))).toEqual(expected);
});

test('a line made of right parts is read as those parts', () => {
  const part = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
  fc.assert(
    fc.property(
      part('hr:0', 'ir:7', '4x0100', '0x10', '%MW9'),
      part('u16', 'i32@CDAB', 'f64@HGFEDCBA', 'u8l', 'bcd32'),
      part('', '/10', '*0.25', '/2.5'),
      part('', '-40', '+0.5'),
      part('', 'ro'),
      part('', 'V', '°C/min', '%'),
      (...parts) => {
        const { line, issues } = parsePointLine(parts.filter((text) => text !== '').join(' '));
        expect(issues).toEqual([]);
        expect(line?.unit ?? '').toBe(parts[5]);
        expect(line?.access ?? '').toBe(parts[4]);
        expect(line?.scale.offset).toBe(Number(parts[3]));
        expect(formatType(line!)).toBe(parts[1].replace('HGFEDCBA', 'DCBA'));
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

test('no text makes it throw, and each gives a line or an error', () => {
  const word = fc.constantFrom(
    'hr:1',
    'u16',
    '/10',
    '+',
    '-',
    '*',
    'rw',
    '@',
    '%',
    'str(',
    '.',
    ' ',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(text, (line) => {
      const parsed = parsePointLine(line);
      const failed = parsed.issues.some(({ severity }) => severity === 'error');
      expect(parsed.line === undefined).toBe(failed);
    }),
    { seed: 6, numRuns: 1000 },
  );
});
