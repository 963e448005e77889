import { FramingError } from '../../base/errors.ts';

/** Transaction id, protocol id, length, unit id. MODBUS Messaging on TCP/IP V1.0b, section 3.1.3. */
export const MBAP_HEADER_SIZE = 7;
/** V1.1b3, section 4.1: 253 bytes, function code included. */
export const MAX_PDU_SIZE = 253;

/** The length field counts what stands behind it: the unit id and at least a function code. */
const LENGTH_END = 6;
const MIN_LENGTH = 2;
const MAX_LENGTH = MAX_PDU_SIZE + 1;

export interface MbapFrame {
  readonly transactionId: number;
  readonly unitId: number;
  /** Function code and data. */
  readonly pdu: Uint8Array;
}

/** Bytes of a frame around this PDU. */
export function mbapSize(pdu: Uint8Array): number {
  return MBAP_HEADER_SIZE + pdu.length;
}

/** Writes a frame at `at` and gives the offset behind it. */
export function putMbap(
  out: Uint8Array,
  at: number,
  transactionId: number,
  unitId: number,
  pdu: Uint8Array,
): number {
  const length = pdu.length + 1;
  out[at] = transactionId >> 8;
  out[at + 1] = transactionId;
  out[at + 2] = 0;
  out[at + 3] = 0;
  out[at + 4] = length >> 8;
  out[at + 5] = length;
  out[at + 6] = unitId;
  // Requests are five bytes mostly; a loop beats the call of `set` up to a few dozen.
  for (let index = 0; index < pdu.length; index += 1) {
    out[at + MBAP_HEADER_SIZE + index] = pdu[index] ?? 0;
  }
  return at + MBAP_HEADER_SIZE + pdu.length;
}

export function encodeMbap({ transactionId, unitId, pdu }: MbapFrame): Uint8Array {
  const out = new Uint8Array(mbapSize(pdu));
  putMbap(out, 0, transactionId, unitId, pdu);
  return out;
}

const NOTHING = new Uint8Array(0);

/**
 * Cuts a stream into frames: `push` a chunk, then call `next` until it gives undefined.
 *
 * A frame that lies whole in its chunk is a view into it. Only the beginning of a frame at the end of a
 * chunk is copied, 260 bytes at most, so a peer can never make this grow.
 */
export class MbapDeframer {
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  readonly #begun = new Uint8Array(LENGTH_END + MAX_LENGTH);
  #begunLength = 0;

  /** Bytes of a frame that has begun and lacks the rest. */
  get pending(): number {
    return this.#begunLength;
  }

  push(chunk: Uint8Array): void {
    const left = this.#chunk.length - this.#at;
    if (left === 0) {
      this.#chunk = chunk;
    } else {
      // Only a caller who has not taken all frames of the chunk before comes here.
      const joined = new Uint8Array(left + chunk.length);
      joined.set(this.#chunk.subarray(this.#at));
      joined.set(chunk, left);
      this.#chunk = joined;
    }
    this.#at = 0;
  }

  /** The next whole frame, or undefined until more bytes arrive. Throws when the stream is corrupt. */
  next(): MbapFrame | undefined {
    if (this.#begunLength > 0) return this.#complete();
    const chunk = this.#chunk;
    const at = this.#at;
    if (chunk.length - at >= LENGTH_END) {
      const end = at + LENGTH_END + judgedLength(chunk, at);
      if (end <= chunk.length) {
        this.#at = end;
        return frameAt(chunk, at, end);
      }
    }
    this.#begin(chunk.length - at);
    return undefined;
  }

  /** Gives the begun frame what it lacks from the chunk. */
  #complete(): MbapFrame | undefined {
    const begun = this.#begun;
    this.#begin(LENGTH_END - this.#begunLength);
    if (this.#begunLength < LENGTH_END) return undefined;
    const end = LENGTH_END + judgedLength(begun, 0);
    this.#begin(end - this.#begunLength);
    if (this.#begunLength < end) return undefined;
    this.#begunLength = 0;
    return frameAt(begun.slice(0, end), 0, end);
  }

  /** Moves up to `count` bytes from the chunk to the begun frame. */
  #begin(count: number): void {
    const end = Math.min(this.#chunk.length, this.#at + Math.max(0, count));
    for (; this.#at < end; this.#at += 1, this.#begunLength += 1) {
      this.#begun[this.#begunLength] = this.#chunk[this.#at] ?? 0;
    }
  }
}

/** The length field. Judged before the body is there: a corrupt one would have us wait for ever. */
function judgedLength(bytes: Uint8Array, at: number): number {
  const protocolId = u16(bytes, at + 2);
  if (protocolId !== 0) throw new FramingError(`protocol id is ${protocolId}, expected 0`);
  const length = u16(bytes, at + 4);
  if (length < MIN_LENGTH || length > MAX_LENGTH) {
    throw new FramingError(`length field is ${length}, expected ${MIN_LENGTH}..${MAX_LENGTH}`);
  }
  return length;
}

function frameAt(bytes: Uint8Array, at: number, end: number): MbapFrame {
  const start = at + MBAP_HEADER_SIZE;
  return {
    transactionId: u16(bytes, at),
    unitId: bytes[at + 6] ?? 0,
    pdu: new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start),
  };
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
