import { ByteReader } from '../../base/byte-reader.ts';
import { addressRange } from './address-range.ts';
import { checkEcho } from './echo.ts';
import { checkByteCount, checkedRegisters } from './fields.ts';
import type { PduCodec } from './pdu-codec.ts';

/** V1.1b3, section 6.12: quantity 1 to 123 (0x7B). */
export const MAX_REGISTERS_PER_WRITE = 123;

export interface RegisterBlock {
  readonly start: number;
  /** 0 to 65535 each; signed and wide values are encoded before. */
  readonly values: ArrayLike<number>;
}

/** Write Multiple Registers; the answer repeats address and count. V1.1b3, section 6.12. */
export const writeMultipleRegisters: PduCodec<RegisterBlock, void> = {
  functionCode: 0x10,
  encodeRequest(out, { start, values }) {
    const { count } = addressRange(start, values.length, MAX_REGISTERS_PER_WRITE);
    out
      .u16(start)
      .u16(count)
      .u8(count * 2)
      .u16s(checkedRegisters(values));
  },
  decodeRequest(input) {
    const start = input.u16();
    const count = input.u16();
    const byteCount = input.u8();
    // The byte count alone says how long the request is; that it fits the count is judged after.
    const bytes = input.bytes(byteCount);
    input.end();
    addressRange(start, count, MAX_REGISTERS_PER_WRITE);
    checkByteCount(byteCount, count * 2);
    return { start, values: new ByteReader(bytes).u16s(count) };
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
