import { MalformedPduError } from '../../base/errors.ts';
import type { PduCodec } from './pdu-codec.ts';

/**
 * Report Server ID, on serial lines mostly. V1.1b3, section 6.13.
 *
 * What the data means is the maker's own matter: an id, 0x00 or 0xFF for "runs", and often a text. Where
 * one ends and the next begins nothing tells, so the data is left as it is: a view into the chunk the
 * frame arrived in.
 */
export const reportServerId: PduCodec<void, Uint8Array> = {
  functionCode: 0x11,
  encodeRequest() {
    // The function code is all.
  },
  decodeRequest(input) {
    input.end();
  },
  encodeResponse(out, data) {
    if (data.length > MAX_DATA_SIZE)
      throw new RangeError(`${data.length} bytes, expected at most 250`);
    out.u8(data.length).bytes(data);
  },
  decodeResponse(input) {
    const byteCount = input.u8();
    if (byteCount !== input.remaining) {
      throw new MalformedPduError(`byte count is ${byteCount}, and ${input.remaining} follow`);
    }
    return input.bytes(byteCount);
  },
  // The least there can be: how long the answer is stands in its byte count.
  responseSize: () => 1,
};

/** What a PDU of 253 bytes leaves room for. */
const MAX_DATA_SIZE = 250;
