import { ByteReader } from '../../base/byte-reader.ts';
import { addressRange, type AddressRange } from './address-range.ts';
import { checkByteCount, checkedRegisters } from './fields.ts';
import type { PduCodec } from './pdu-codec.ts';

import { countedRegisters, MAX_REGISTERS_PER_READ } from './read-registers.ts';
import type { RegisterBlock } from './write-multiple-registers.ts';

/** V1.1b3, section 6.17: quantity to write 1 to 121 (0x79); to read 1 to 125, as in section 6.3. */
export const MAX_REGISTERS_PER_READ_WRITE = 121;

/** The device writes before it reads. */
export interface ReadWrite {
  readonly read: AddressRange;
  readonly write: RegisterBlock;
}

/** Read/Write Multiple Registers: answers with the registers of `read`. V1.1b3, section 6.17. */
export const readWriteRegisters: PduCodec<ReadWrite, Uint16Array> = {
  functionCode: 0x17,
  encodeRequest(out, { read, write }) {
    addressRange(read.start, read.count, MAX_REGISTERS_PER_READ);
    const { count } = addressRange(write.start, write.values.length, MAX_REGISTERS_PER_READ_WRITE);
    out.u16(read.start).u16(read.count);
    out
      .u16(write.start)
      .u16(count)
      .u8(count * 2)
      .u16s(checkedRegisters(write.values));
  },
  decodeRequest(input) {
    const [readStart, readCount] = [input.u16(), input.u16()];
    const [writeStart, writeCount, byteCount] = [input.u16(), input.u16(), input.u8()];
    const bytes = input.bytes(byteCount);
    input.end();
    const read = addressRange(readStart, readCount, MAX_REGISTERS_PER_READ);
    addressRange(writeStart, writeCount, MAX_REGISTERS_PER_READ_WRITE);
    checkByteCount(byteCount, writeCount * 2);
    return { read, write: { start: writeStart, values: new ByteReader(bytes).u16s(writeCount) } };
  },
  encodeResponse(out, registers) {
    out.u8(registers.length * 2).u16s(checkedRegisters(registers));
  },
  decodeResponse(input, { read }) {
    return countedRegisters(input, read.count);
  },
  responseSize: ({ read }) => 1 + read.count * 2,
};
