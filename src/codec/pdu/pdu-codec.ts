import type { ByteReader } from '../../base/byte-reader.ts';
import type { ByteWriter } from '../../base/byte-writer.ts';

/**
 * One Modbus function, both directions, both roles. The codec is also the handle callers use:
 * `client.request(readHoldingRegisters, unitId, range)`. A vendor's own function is one more of these.
 *
 * Readers and writers stand behind the function code. What a reader hands out as a view lives only
 * as long as the call: keep a copy. Decoding a request throws `InvalidRequestError` where the
 * specification wants exception 3, and `MalformedPduError` for a wrong length. Decoding a response
 * checks it against its question: `ResponseMismatchError`.
 */
export interface PduCodec<Request, Response> {
  readonly functionCode: number;
  encodeRequest(out: ByteWriter, request: Request): void;
  decodeRequest(input: ByteReader): Request;
  encodeResponse(out: ByteWriter, response: Response, request: Request): void;
  decodeResponse(input: ByteReader, request: Request): Response;
  /** Bytes of the response PDU behind the function code, for framing by length on a serial line. */
  responseSize(request: Request): number;
}
