import type { CanFrame } from '../frame.ts';

const DIGITS = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  DIGITS[digit.toString(16).charCodeAt(0)] = digit;
  DIGITS[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Value of the hexadecimal digit, or -1. */
export function hexDigit(byte: number | undefined): number {
  return byte === undefined ? -1 : (DIGITS[byte] ?? -1);
}

/** Value of the digits from `start` to before `end`, 8 at most; -1 when one of them is none. */
export function hexNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > 8) return -1;
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const digit = hexDigit(bytes[index]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

const DOT = 0x2e;

/**
 * Reads data bytes, two digits each, with or without a dot between them, into a frame. False for half a
 * byte, for anything else, and for more than `max`.
 */
export function readHexData(
  frame: CanFrame,
  bytes: Uint8Array,
  { start, end, max }: { readonly start: number; readonly end: number; readonly max: number },
): boolean {
  let length = 0;
  for (let index = start; index < end; index += 2) {
    if (bytes[index] === DOT) index += 1;
    const [high, low] = [hexDigit(bytes[index]), hexDigit(bytes[index + 1])];
    if (high < 0 || low < 0 || index + 1 >= end || length >= max) return false;
    frame.data[length] = high * 16 + low;
    length += 1;
  }
  frame.length = length;
  return true;
}
