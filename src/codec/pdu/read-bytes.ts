import type { ByteReader } from '../../base/byte-reader.ts';
import { ResponseMismatchError } from '../../base/errors.ts';
import { addressRange, type AddressRange } from './address-range.ts';
import type { PduCodec } from './pdu-codec.ts';

/**
 * A function that asks for a range and is answered with a byte count and that many bytes. The
 * response is a view into the chunk the frame arrived in.
 */
export function readBytes(
  functionCode: number,
  maxCount: number,
  sizeOf: (count: number) => number,
): PduCodec<AddressRange, Uint8Array> {
  return {
    functionCode,
    encodeRequest(out, request) {
      const { start, count } = addressRange(request.start, request.count, maxCount);
      out.u16(start).u16(count);
    },
    decodeRequest(input) {
      const start = input.u16();
      const count = input.u16();
      input.end();
      return addressRange(start, count, maxCount);
    },
    encodeResponse(out, bytes) {
      out.u8(bytes.length).bytes(bytes);
    },
    decodeResponse(input, { count }) {
      return countedBytes(input, sizeOf(count));
    },
    responseSize({ count }) {
      return 1 + sizeOf(count);
    },
  };
}

/** The data of a read's answer: a byte count that fits the question, that many bytes, no more. */
export function countedBytes(input: ByteReader, expected: number): Uint8Array {
  const byteCount = input.u8();
  if (byteCount !== expected) {
    throw new ResponseMismatchError(`byte count is ${byteCount}, expected ${expected}`);
  }
  const bytes = input.bytes(byteCount);
  input.end();
  return bytes;
}
