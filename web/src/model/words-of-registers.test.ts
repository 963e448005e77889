import { expect, test } from 'vitest';
import { binaryWord, hexWord, readingsOf } from './words-of-registers.ts';

test('two registers in every order', () => {
  expect(readingsOf([0xf156, 0x4278])).toEqual([
    { order: 'ABCD', u32: '4048962168', i32: '-246005128', f32: '-1.060962e+30' },
    { order: 'CDAB', u32: '1115222358', i32: '1115222358', f32: '62.23568' },
    { order: 'BADC', u32: '1458665538', i32: '1458665538', f32: '132749400000000' },
    { order: 'DCBA', u32: '2017613553', i32: '2017613553', f32: '1.57667e+34' },
  ]);
});

test('a register in hexadecimal and binary', () => {
  expect([hexWord(4974), binaryWord(4974), hexWord(0)]).toEqual([
    '0x136E',
    '0001 0011 0110 1110',
    '0x0000',
  ]);
});
