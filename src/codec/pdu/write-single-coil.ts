import { InvalidRequestError } from '../../base/errors.ts';
import { checkEcho } from './echo.ts';
import { checkedAddress } from './fields.ts';
import type { PduCodec } from './pdu-codec.ts';

/** V1.1b3, section 6.5: these two and no others; another value is answered with exception 3. */
export const COIL_ON = 0xff00;
export const COIL_OFF = 0x0000;

export interface SingleCoil {
  readonly address: number;
  readonly value: boolean;
}

/** Write Single Coil; the answer repeats the question. V1.1b3, section 6.5. */
export const writeSingleCoil: PduCodec<SingleCoil, void> = {
  functionCode: 0x05,
  encodeRequest(out, { address, value }) {
    out.u16(checkedAddress(address)).u16(wireValue(value));
  },
  decodeRequest(input) {
    const address = input.u16();
    const value = input.u16();
    input.end();
    if (value !== COIL_ON && value !== COIL_OFF) {
      throw new InvalidRequestError(`coil value is ${value}, expected 0x0000 or 0xFF00`);
    }
    return { address, value: value === COIL_ON };
  },
  encodeResponse(out, _, { address, value }) {
    out.u16(address).u16(wireValue(value));
  },
  decodeResponse(input, { address, value }) {
    checkEcho(input, 'address', address);
    checkEcho(input, 'coil value', wireValue(value));
    input.end();
  },
  responseSize: () => 4,
};

function wireValue(value: boolean): number {
  return value ? COIL_ON : COIL_OFF;
}
