import { checkEcho } from './echo.ts';
import { checkedAddress, checkedRegister } from './fields.ts';
import type { PduCodec } from './pdu-codec.ts';

export interface SingleRegister {
  readonly address: number;
  /** 0 to 65535; a signed value is encoded before. */
  readonly value: number;
}

/** Write Single Register; the answer repeats the question. V1.1b3, section 6.6. */
export const writeSingleRegister: PduCodec<SingleRegister, void> = {
  functionCode: 0x06,
  encodeRequest(out, { address, value }) {
    out.u16(checkedAddress(address)).u16(checkedRegister(value));
  },
  decodeRequest(input) {
    const address = input.u16();
    const value = input.u16();
    input.end();
    return { address, value };
  },
  encodeResponse(out, _, { address, value }) {
    out.u16(address).u16(value);
  },
  decodeResponse(input, { address, value }) {
    checkEcho(input, 'address', address);
    checkEcho(input, 'register value', value);
    input.end();
  },
  responseSize: () => 4,
};
