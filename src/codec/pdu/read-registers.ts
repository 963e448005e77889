import { ByteReader } from '../../base/byte-reader.ts';
import type { AddressRange } from './address-range.ts';
import { checkedRegisters } from './fields.ts';
import type { PduCodec } from './pdu-codec.ts';
import { countedBytes, readBytes } from './read-bytes.ts';

/** V1.1b3, sections 6.3 and 6.4: quantity 1 to 125 (0x7D). */
export const MAX_REGISTERS_PER_READ = 125;

const HOLDING_BYTES = readBytes(0x03, MAX_REGISTERS_PER_READ, (count) => count * 2);
const INPUT_BYTES = readBytes(0x04, MAX_REGISTERS_PER_READ, (count) => count * 2);

/** Read Holding Registers. V1.1b3, section 6.3. */
export const readHoldingRegisters = readRegisters(HOLDING_BYTES);

/** Read Input Registers. V1.1b3, section 6.4. */
export const readInputRegisters = readRegisters(INPUT_BYTES);

/**
 * Reads registers and leaves them as they came: two bytes each, high byte first.
 *
 * The response is a view into the chunk the frame arrived in, nothing is copied. A receiver owns its
 * chunk, so the view stays valid; holding on to it keeps the whole chunk in memory: decode and let go.
 */
export function readRegisterBytes(functionCode: 3 | 4): PduCodec<AddressRange, Uint8Array> {
  return functionCode === 3 ? HOLDING_BYTES : INPUT_BYTES;
}

function readRegisters(
  inWireOrder: PduCodec<AddressRange, Uint8Array>,
): PduCodec<AddressRange, Uint16Array> {
  return {
    ...inWireOrder,
    encodeResponse(out, registers) {
      out.u8(registers.length * 2).u16s(checkedRegisters(registers));
    },
    decodeResponse(input, { count }) {
      return countedRegisters(input, count);
    },
  };
}

/** The registers of a read's answer, checked against how many were asked for. */
export function countedRegisters(input: ByteReader, count: number): Uint16Array {
  return new ByteReader(countedBytes(input, count * 2)).u16s(count);
}
