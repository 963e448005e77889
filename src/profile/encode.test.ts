import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidRequestError } from '../base/errors.ts';
import { NoValue } from '../codec/value/no-value.ts';
import { decodePoint } from './decode.ts';
import { encodeInto, encodePoint, encodeWrite } from './encode.ts';
import type { RegisterPoint, Value } from './point.ts';
import { parsePoints } from './points.ts';
import { parseValueText } from './value-text.ts';

function point(written: unknown): RegisterPoint {
  return parsePoints({ p: written }).points[0]!;
}

function hex(bytes: boolean | Uint8Array): string {
  return typeof bytes === 'boolean' ? String(bytes) : Buffer.from(bytes).toString('hex');
}

const TIMER = { at: 'hr:23 u16 rw', enum: { 0: 'reset', 1: 'run', 3: 'end' } };
const SETPOINT = { at: 'hr:2 i16 /10 rw °C', write: { min: 0, max: 120, step: 0.5 } };

test.each<[unknown, Value, string]>([
  ['hr:0 u16 rw', 750, '02ee'],
  ['hr:0 i16 /10 rw', -2.5, 'ffe7'],
  ['hr:0 u16 /10 -1600 rw', 101.6, '4278'],
  ['hr:0 f32@CDAB rw', 1.5, '00003fc0'],
  ['hr:0 str(4)@BADC rw', 'BA', '41422020'],
  ['hr:0 ymdhms rw', '2021-06-15T14:47:41', '07e50006000f000e002f0029'],
  ['hr:0 bool rw', true, '0001'],
  ['hr:0 bool rw', 0, '0000'],
  ['co:0 rw', true, 'true'],
  ['co:0 rw', 0, 'false'],
  [TIMER, 'Run', '0001'],
  [TIMER, 2, '0002'],
  [{ at: 'co:0 rw', enum: { 0: 'closed', 1: 'open' } }, 'open', 'true'],
  [SETPOINT, 25.5, '00ff'],
])('%j is written with %j as %s', (written, value, expected) => {
  expect(hex(encodeWrite(point(written), value))).toBe(expected);
});

test('64 bits are written with all their digits', () => {
  expect(hex(encodeWrite(point('hr:0 u64 rw'), 2n ** 64n - 1n))).toBe('ffffffffffffffff');
});

test.each<[unknown, Value, string]>([
  ['hr:0 u16', 1, 'p is read only'],
  ['hr:0 u16 rw', 70_000, '70000 does not fit into u16 at hr:0: 0 to 65535'],
  ['hr:0 u16 rw', -1, '-1 does not fit into u16 at hr:0: 0 to 65535'],
  ['hr:0 u16 /10 rw', 6553.6, '6553.6 does not fit into u16 at hr:0: 0 to 6553.5'],
  ['hr:0 u16 *-1 rw', 1, '1 does not fit into u16 at hr:0: -65535 to 0'],
  ['hr:0 u16 /10 rw', 25.55, '25.55 lies between two steps of 0.1: write 25.5 or 25.6'],
  ['hr:0 u16 rw', NaN, 'NaN is not a number'],
  ['hr:0 f32 rw', 1e300, '1e+300 is too large for f32'],
  ['hr:0 u16 rw', 'abc', 'p is a number, not "abc"'],
  ['hr:0 u16 rw', true, 'p is a number, not true'],
  [TIMER, 'walk', 'p is a number, not "walk"; known: reset, run, end'],
  ['hr:0 str(4) rw', 5, 'p is a text, not 5'],
  ['hr:0 str(4) rw', 'ABCDE', '"ABCDE" has 5 characters, and there is room for 4'],
  ['co:0 rw', 2, 'p is true or false, not 2'],
  [SETPOINT, -0.5, 'p: -0.5 °C is below the lowest, 0 °C'],
  [SETPOINT, 121, 'p: 121 °C is above the highest, 120 °C'],
  [SETPOINT, 25.2, 'p: 25.2 °C is no multiple of 0.5 °C'],
  [
    { at: 'hr:0 u16 rw', enum: { 9: 'max' }, write: { max: 5 } },
    'max',
    'p: 9 is above the highest, 5',
  ],
])('%j refuses a write of %j: %s', (written, value, message) => {
  expect(() => encodeWrite(point(written), value)).toThrow(new InvalidRequestError(message));
});

test('a part of a register is never written alone, whatever the point claims', () => {
  const bit: RegisterPoint = { ...point('hr:0.3'), access: 'rw' };
  expect(() => encodeWrite(bit, true)).toThrow('p is a part of register hr:0.3');
});

test('a device fills its registers with what nobody else may write', () => {
  expect(hex(encodePoint(point('ir:0 u16 /10'), 497.4))).toBe('136e');
  expect(hex(encodePoint(point('di:0'), true))).toBe('true');
});

test('parts of one register are filled beside each other', () => {
  const view = new DataView(new ArrayBuffer(4));
  encodeInto(point('hr:0 u8h'), 0x12, view, 2);
  encodeInto(point('hr:0.0'), true, view, 2);
  encodeInto(point('hr:0.7'), true, view, 2);
  encodeInto(point('hr:0.0'), false, view, 2);
  expect(view.getUint32(0)).toBe(0x1280);
});

test('whatever a point reports can be written into it again', () => {
  const line = fc.constantFrom(
    ...['u16 /10', 'i16 *0.05 -40', 'u32@CDAB /1000', 'i32@BADC', 'u64@DCBA', 'i64 *10'],
    ...['f32 /10', 'f64@CDAB', 'f16', 'bcd32', 'bits32', 'unix32', 'u8l', 'bytes(8)', 'ymdhms'],
  );
  const bytes = fc.uint8Array({ minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(line, bytes, (of, registers) => {
      const target = point(`hr:0 ${of}`);
      const view = new DataView(registers.buffer, registers.byteOffset, target.count * 2);
      const value = decodePoint(target, view);
      if (value instanceof NoValue) return;
      const again = new DataView(new ArrayBuffer(target.count * 2));
      encodeInto(target, value, again, 0);
      expect(decodePoint(target, again)).toBe(value);
    }),
    { seed: 10, numRuns: 1000 },
  );
});

test.each<[unknown, string, Value]>([
  ['hr:0 u16', '750', 750],
  ['hr:0 u16', ' 0x10 ', 16],
  ['hr:0 i16 /10', '-2.5', -2.5],
  ['hr:0 f32', '1e3', 1000],
  ['hr:0 u16', '+7', 7],
  ['co:0', 'true', true],
  ['co:0', 'OFF', false],
  [TIMER, 'Run', 1],
  [TIMER, '2', 2],
  [{ at: 'co:0', enum: { 0: 'closed', 1: 'open' } }, 'open', true],
  ['hr:0 str(8)', ' 12 ', ' 12 '],
  ['hr:0 ymdhms', '2021-06-15 14:47:41', '2021-06-15 14:47:41'],
])('for %j a person who types "%s" means %j', (written, text, value) => {
  expect(parseValueText(point(written), text)).toBe(value);
});

test('a typed number keeps the digits a double would lose', () => {
  expect(parseValueText(point('hr:0 u64'), '9223372036854775809')).toBe(9223372036854775809n);
});

test.each<[unknown, string, string]>([
  ['hr:0 u16', '25,5', '"25,5" is no number; write 25.5'],
  ['hr:0 u16', 'abc', '"abc" is no number'],
  ['hr:0 u16', '', '"" is no number'],
  [TIMER, 'walk', '"walk" is no number; known: reset, run, end'],
  ['co:0', 'maybe', '"maybe" is not true or false'],
])('for %j "%s" means nothing', (written, text, message) => {
  expect(() => parseValueText(point(written), text)).toThrow(new InvalidRequestError(message));
});
