import type { ByteOrder, RegisterPoint } from '../profile/point.ts';

export const ENDIAN_CHOICES = ['AUTO', 'BIG', 'LITTLE'] as const;
export type Endian = (typeof ENDIAN_CHOICES)[number];

/**
 * The order of a value under the meter reader's two switches. AUTO as word order is BIG. AUTO as byte
 * order is BIG for values of several registers, and the order of the host for a single one: that is
 * little-endian on every computer this was ever used on, and so it is here, whatever the computer.
 */
export function meterOrder(byteOrder: Endian, wordOrder: Endian, registers: number): ByteOrder {
  if (registers === 1) return byteOrder === 'BIG' ? 'ABCD' : 'BADC';
  const bytesSwapped = byteOrder === 'LITTLE';
  const wordsSwapped = wordOrder === 'LITTLE';
  if (bytesSwapped) return wordsSwapped ? 'DCBA' : 'BADC';
  return wordsSwapped ? 'CDAB' : 'ABCD';
}

/** The point as the switches read it; text and bytes have no word order to switch. */
export function inMeterOrder(point: RegisterPoint, bytes: Endian, words: Endian): RegisterPoint {
  if (!/^[iuf](?:16|32|64)$/.test(point.type)) return point;
  return { ...point, order: meterOrder(bytes, words, point.count) };
}
