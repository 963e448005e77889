import { expect, test } from 'vitest';
import { binaryWord, bytesOf, hexWord } from './words-of-registers.ts';

test('words as the bytes that cross the line', () => {
  expect([...bytesOf([0xf156, 0x0001])]).toEqual([0xf1, 0x56, 0, 1]);
});

test('a register in hexadecimal and binary', () => {
  expect([hexWord(4974), binaryWord(4974), hexWord(0)]).toEqual([
    '0x136E',
    '0001 0011 0110 1110',
    '0x0000',
  ]);
});
