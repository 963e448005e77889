import { expect, test } from 'vitest';
import { interpretations } from './interpretations.ts';

/** One row of the table: the readings in their orders, likely ones marked. */
function rows(...bytes: number[]): string[] {
  return interpretations(Uint8Array.from(bytes)).map(({ name, readings }) => {
    const texts = Object.values(readings).map(
      ({ text, isLikely }) => `${text}${isLikely ? ' likely' : ''}`,
    );
    return `${name}: ${texts.join(' | ')}`;
  });
}

test('two registers are shown as everything that they may mean', () => {
  expect(rows(0xf1, 0x56, 0x42, 0x78)).toEqual([
    'u16: 61782, 17016',
    'i16: -3754, 17016',
    'u32: 4048962168 | 1115222358 | 1458665538 | 2017613553',
    'i32: -246005128 | 1115222358 | 1458665538 | 2017613553',
    'f32: -1.060962e+30 | 62.23568 likely | 1.327494e+14 | 1.576670e+34',
    'unix32: 2098-04-21 | 2005-05-04 | 2016-03-22 | 2033-12-08',
    'bits: 1111 0001 0101 0110   0100 0010 0111 1000',
    'ascii: ".VBx"',
  ]);
});

test('one register has no wide meaning, and four have more', () => {
  expect(rows(0, 7).map((row) => row.split(':', 1)[0])).toEqual(['u16', 'i16', 'bits', 'ascii']);
  const wide = rows(0, 0, 0, 0, 0, 0, 0x10, 0);
  expect(wide).toContain('u64: 4096 likely | 1152921504606846976 | 16 likely | 4503599627370496');
  expect(wide.some((row) => row.startsWith('f32: 0, '))).toBe(true);
});

test('what is no number says so', () => {
  expect(rows(0x7f, 0xc0, 0, 0)[4]).toMatch(/^f32: not-a-number \|/);
});
