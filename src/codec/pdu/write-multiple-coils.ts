import { addressRange } from './address-range.ts';
import { bitBytes, packBits, unpackBits } from './bits.ts';
import { checkEcho } from './echo.ts';
import { checkByteCount } from './fields.ts';
import type { PduCodec } from './pdu-codec.ts';

/** V1.1b3, section 6.11: quantity 1 to 1968 (0x7B0). */
export const MAX_COILS_PER_WRITE = 1968;

export interface CoilBlock {
  readonly start: number;
  /** One element of 0 or 1 for each coil. */
  readonly values: ArrayLike<number>;
}

/** Write Multiple Coils; the answer repeats address and count. V1.1b3, section 6.11. */
export const writeMultipleCoils: PduCodec<CoilBlock, void> = {
  functionCode: 0x0f,
  encodeRequest(out, { start, values }) {
    const { count } = addressRange(start, values.length, MAX_COILS_PER_WRITE);
    out.u16(start).u16(count).u8(bitBytes(count)).bytes(packBits(values));
  },
  decodeRequest(input) {
    const start = input.u16();
    const count = input.u16();
    const byteCount = input.u8();
    const bytes = input.bytes(byteCount);
    input.end();
    addressRange(start, count, MAX_COILS_PER_WRITE);
    checkByteCount(byteCount, bitBytes(count));
    return { start, values: unpackBits(bytes, count) };
  },
  encodeResponse(out, _, { start, values }) {
    out.u16(start).u16(values.length);
  },
  decodeResponse(input, { start, values }) {
    checkEcho(input, 'address', start);
    checkEcho(input, 'count', values.length);
    input.end();
  },
  responseSize: () => 4,
};
