import { InvalidRequestError } from '../../base/errors.ts';

/** How many bytes `count` bits take on the wire. */
export function bitBytes(count: number): number {
  return Math.ceil(count / 8);
}

/**
 * Packs 0 and 1 as Modbus does: the first in the lowest bit of the first byte, the last byte filled
 * up with zeros (V1.1b3, section 6.1). Refuses any other number.
 */
export function packBits(bits: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(bitBytes(bits.length));
  for (let index = 0; index < bits.length; index += 1) {
    const bit = bits[index] ?? NaN;
    if (bit !== 0 && bit !== 1) throw new InvalidRequestError(`coil is ${bit}, expected 0 or 1`);
    const at = index >> 3;
    bytes[at] = (bytes[at] ?? 0) | (bit << (index & 7));
  }
  return bytes;
}

/** The first `count` bits of packed bytes, one element of 0 or 1 for each. */
export function unpackBits(bytes: Uint8Array, count: number): Uint8Array {
  const bits = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    bits[index] = ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1;
  }
  return bits;
}
