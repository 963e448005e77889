import type { ByteReader } from '../../base/byte-reader.ts';
import { ResponseMismatchError } from '../../base/errors.ts';

/** Reads a field of an answer that must repeat what was asked. */
export function checkEcho(input: ByteReader, field: string, asked: number): void {
  const answered = input.u16();
  if (answered !== asked) {
    throw new ResponseMismatchError(`${field} is ${answered} in the answer, asked for ${asked}`);
  }
}
