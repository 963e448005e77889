import type { AddressRange } from './address-range.ts';
import { bitBytes, packBits, unpackBits } from './bits.ts';
import type { PduCodec } from './pdu-codec.ts';
import { readBytes } from './read-bytes.ts';

/** V1.1b3, sections 6.1 and 6.2: quantity 1 to 2000 (0x7D0). */
export const MAX_BITS_PER_READ = 2000;

const COIL_BYTES = readBytes(0x01, MAX_BITS_PER_READ, bitBytes);
const DISCRETE_BYTES = readBytes(0x02, MAX_BITS_PER_READ, bitBytes);

/** Read Coils: one element of 0 or 1 for each coil. V1.1b3, section 6.1. */
export const readCoils = readBits(COIL_BYTES);

/** Read Discrete Inputs: one element of 0 or 1 for each input. V1.1b3, section 6.2. */
export const readDiscreteInputs = readBits(DISCRETE_BYTES);

/**
 * Reads bits and leaves them packed, the first in the lowest bit of the first byte. The response is
 * a view that lives as long as the one of `readRegisterBytes`.
 */
export function readBitBytes(functionCode: 1 | 2): PduCodec<AddressRange, Uint8Array> {
  return functionCode === 1 ? COIL_BYTES : DISCRETE_BYTES;
}

function readBits(packed: PduCodec<AddressRange, Uint8Array>): PduCodec<AddressRange, Uint8Array> {
  return {
    ...packed,
    encodeResponse(out, bits, request) {
      packed.encodeResponse(out, packBits(bits), request);
    },
    // The bits that fill up the last byte are ignored: some devices leave old ones there.
    decodeResponse(input, request) {
      return unpackBits(packed.decodeResponse(input, request), request.count);
    },
  };
}
