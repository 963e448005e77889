import { expect, test } from 'vitest';
import { InvalidRequestError } from '../../base/errors.ts';
import { clockCodec } from './clock-codec.ts';
import { registerBitCodec, registerFlagCodec } from './flag-codec.ts';
import { NoValue } from './no-value.ts';
import { bytesCodec, textCodec } from './text-codec.ts';

function registers(...words: number[]): DataView {
  const view = new DataView(new ArrayBuffer(words.length * 2));
  words.forEach((word, index) => view.setUint16(index * 2, word));
  return view;
}

function words(view: DataView): number[] {
  return Array.from({ length: view.byteLength / 2 }, (_, index) => view.getUint16(index * 2));
}

test('a text with the first character in the low byte is padded with spaces to its length', () => {
  const view = registers(0, 0, 0, 0, 0, 0, 0);
  const codec = textCodec(14, 'BADC');
  codec.encode(view, 0, 'BATCH123');
  expect(words(view)).toEqual([16706, 17236, 12616, 13106, 8224, 8224, 8224]);
  expect(codec.decode(view, 0)).toBe('BATCH123');
});

test.each([
  ['spaces', [0x4142, 0x2020], 'AB'],
  ['NULs', [0x4142, 0x0000], 'AB'],
  ['spaces before NULs', [0x4120, 0x0000], 'A'],
  ['padding in front', [0x2020, 0x4142], 'AB'],
  ['the rest of a longer text', [0x4100, 0x4242], 'A'],
  ['nothing else', [0x2020, 0x0000], ''],
  ['a byte of Latin-1', [0xb043, 0x2020], '°C'],
])('reading drops %s', (_, raw, text) => {
  expect(textCodec(4, 'ABCD').decode(registers(...raw), 0)).toBe(text);
});

test('an odd length leaves the last byte out of the text and pads it when written', () => {
  const codec = textCodec(3, 'ABCD');
  expect(codec.decode(registers(0x4142, 0x4344), 0)).toBe('ABC');
  const view = registers(0xffff, 0xffff);
  codec.encode(view, 0, 'XY');
  expect(words(view)).toEqual([0x5859, 0x2020]);
});

test.each([
  ['BATCH12345678901', '"BATCH12345678901" has 16 characters, and there is room for 14'],
  ['日本', '"日" cannot be written in one byte (Latin-1)'],
  ['A😀', '"😀" cannot be written in one byte (Latin-1)'],
])('refuses to write %s and changes nothing', (text, message) => {
  const view = registers(1, 2, 3, 4, 5, 6, 7);
  const { encode } = textCodec(14, 'BADC');
  expect(() => encode(view, 0, text)).toThrow(new InvalidRequestError(message));
  expect(words(view)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('bytes are hexadecimal digits in both directions', () => {
  const view = registers(0xf156, 0x4278);
  expect(bytesCodec(4, 'ABCD').decode(view, 0)).toBe('f1564278');
  expect(bytesCodec(4, 'BADC').decode(view, 0)).toBe('56f17842');
  bytesCodec(3, 'ABCD').encode(view, 0, '0102ff');
  expect(words(view)).toEqual([0x0102, 0xff00]);
  expect(() => bytesCodec(3, 'ABCD').encode(view, 0, '01')).toThrow('6 hexadecimal digits');
});

test.each([
  [[2021, 6, 15, 14, 47, 41], '2021-06-15 14:47:41'],
  [[2024, 2, 29, 0, 0, 0], '2024-02-29 00:00:00'],
  [[2016, 12, 31, 23, 59, 60], '2016-12-31 23:59:60'],
])('a clock of %j is %s', (raw, text) => {
  const view = registers(0, 0, 0, 0, 0, 0);
  clockCodec('ABCD').encode(view, 0, text);
  expect(words(view)).toEqual(raw);
  expect(clockCodec('ABCD').decode(view, 0)).toBe(text);
});

test.each([
  ['no day of the year', [2023, 2, 29, 0, 0, 0]],
  ['all zeros', [0, 0, 0, 0, 0, 0]],
  ['two digits of a year', [21, 6, 15, 14, 47, 41]],
  ['hour 24', [2021, 6, 15, 24, 0, 0]],
])('a clock with %s is no value', (_, raw) => {
  const value = clockCodec('ABCD').decode(registers(...raw), 0);
  expect(value instanceof NoValue && value.cause).toBe('bad-time');
});

test('refuses to set a clock to what no clock shows', () => {
  const view = registers(0, 0, 0, 0, 0, 0);
  const { encode } = clockCodec('ABCD');
  expect(() => encode(view, 0, '2023-02-29 00:00:00')).toThrow('is no time such as');
  expect(() => encode(view, 0, 'now')).toThrow('is no time such as');
});

test('one bit of a register is set without its neighbours', () => {
  const view = registers(0b1010_0000_0000_0101);
  expect(registerBitCodec('ABCD', 2).decode(view, 0)).toBe(true);
  expect(registerBitCodec('BADC', 10).decode(view, 0)).toBe(true);
  registerBitCodec('ABCD', 0).encode(view, 0, false);
  registerBitCodec('ABCD', 15).encode(view, 0, true);
  registerBitCodec('ABCD', 1).encode(view, 0, true);
  expect(words(view)).toEqual([0b1010_0000_0000_0110]);
});

test('a register as a truth is anything but 0', () => {
  const codec = registerFlagCodec('ABCD');
  expect([0, 1, 0x100].map((word) => codec.decode(registers(word), 0))).toEqual([
    false,
    true,
    true,
  ]);
});

test('an ASCII text has no characters from 0x80, and NULs behind it where that is wanted', () => {
  const codec = textCodec(4, 'ABCD', { encoding: 'ascii', pad: 'nul' });
  expect(codec.decode(registers(0x41b0, 0x4200), 0)).toBe('AB');
  const view = new DataView(new ArrayBuffer(4));
  codec.encode(view, 0, 'A');
  expect(new Uint8Array(view.buffer)).toEqual(Uint8Array.of(0x41, 0, 0, 0));
  expect(() => codec.encode(view, 0, '°')).toThrow('"°" cannot be written in one byte (ASCII)');
});
