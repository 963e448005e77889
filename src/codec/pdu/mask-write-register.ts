import { checkEcho } from './echo.ts';
import { checkedAddress, checkedRegister } from './fields.ts';
import type { PduCodec } from './pdu-codec.ts';

/** Bits set in `andMask` keep what the register holds; the others become those of `orMask`. */
export interface RegisterMask {
  readonly address: number;
  readonly andMask: number;
  readonly orMask: number;
}

/** Mask Write Register; the answer repeats the question. V1.1b3, section 6.16. */
export const maskWriteRegister: PduCodec<RegisterMask, void> = {
  functionCode: 0x16,
  encodeRequest(out, { address, andMask, orMask }) {
    out.u16(checkedAddress(address)).u16(checkedRegister(andMask)).u16(checkedRegister(orMask));
  },
  decodeRequest(input) {
    const request = { address: input.u16(), andMask: input.u16(), orMask: input.u16() };
    input.end();
    return request;
  },
  encodeResponse(out, _, { address, andMask, orMask }) {
    out.u16(address).u16(andMask).u16(orMask);
  },
  decodeResponse(input, { address, andMask, orMask }) {
    checkEcho(input, 'address', address);
    checkEcho(input, 'and mask', andMask);
    checkEcho(input, 'or mask', orMask);
    input.end();
  },
  responseSize: () => 6,
};

/** What a register holds after a mask write: (current AND and) OR (or AND NOT and). */
export function maskedRegister(current: number, andMask: number, orMask: number): number {
  return (current & andMask) | (orMask & ~andMask & 0xffff);
}
