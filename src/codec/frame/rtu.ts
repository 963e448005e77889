import { EXCEPTION_FLAG } from '../pdu/exception.ts';
import { crc16 } from './crc16.ts';
import { EXCEPTION_FRAME_SIZE, rtuResponseSize } from './rtu-response-size.ts';

/** MODBUS over Serial Line V1.02, section 2.5.1.1. */
export const MAX_RTU_FRAME_SIZE = 256;
const CRC_SIZE = 2;

/** Unit id, PDU, and the checksum with its low byte first. */
export function encodeRtu(unitId: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(1 + pdu.length + CRC_SIZE);
  frame[0] = unitId;
  frame.set(pdu, 1);
  const crc = crc16(frame, 0, frame.length - CRC_SIZE);
  frame[frame.length - 2] = crc & 0xff;
  frame[frame.length - 1] = crc >> 8;
  return frame;
}

/** A response that may come: whose, to which function, and how long its frame is. */
export interface AwaitedFrame {
  readonly unitId: number;
  readonly functionCode: number;
  readonly frameSize: number;
}

/** A whole frame with a right checksum, or bytes that are part of none. */
export type RtuPiece =
  | { readonly kind: 'frame'; readonly unitId: number; readonly pdu: Uint8Array; readonly bytes: Uint8Array } // prettier-ignore
  | { readonly kind: 'noise'; readonly bytes: Uint8Array };

/** Two of the longest frames: when it is full, its first byte cannot be open any more. */
const CAPACITY = 2 * MAX_RTU_FRAME_SIZE;

/**
 * Finds response frames among bytes by length and checksum: `push` a chunk, then call `next` until it
 * gives undefined. Nothing on the wire says where a frame begins, so every offset is a candidate.
 *
 * While the first bytes may still be the beginning of a frame, they are waited for, even when a whole
 * frame lies further on: it may be the data of the first one. `silence` says that nothing more comes.
 */
export class RtuDeframer {
  readonly #bytes = new Uint8Array(CAPACITY);
  /** Where no frame begins, as far as has been found out: checksums are computed once. */
  readonly #refused = new Uint8Array(CAPACITY);
  #length = 0;
  #silent = false;
  #noise = 0;

  /** Bytes that wait for what follows them. */
  get pending(): number {
    return this.#length;
  }

  /** Takes what fits, at most a buffer full, and gives how many bytes that were. */
  push(chunk: Uint8Array, from = 0): number {
    const count = Math.min(chunk.length - from, CAPACITY - this.#length);
    this.#bytes.set(chunk.subarray(from, from + count), this.#length);
    this.#refused.fill(0, this.#length, this.#length + count);
    this.#length += count;
    this.#silent = false;
    return count;
  }

  /** What has begun will not be completed. */
  silence(): void {
    this.#silent = true;
  }

  /** Byte at an offset of what is pending. */
  peek(at: number): number | undefined {
    return at < this.#length ? this.#bytes[at] : undefined;
  }

  /** Forgets what is pending, and gives it back as noise. */
  reset(): Uint8Array {
    return this.#take(this.#length);
  }

  /** `awaited` are responses whose length is known from their questions; others tell it themselves. */
  next(awaited: readonly AwaitedFrame[], echo?: Uint8Array): RtuPiece | undefined {
    if (this.#noise === 0) {
      const found = this.#find(awaited, echo);
      if (found === undefined) return undefined;
      if (found.at === 0) return this.#frame(found.size);
      this.#noise = found.at;
    }
    const bytes = this.#take(this.#noise);
    this.#noise = 0;
    return { kind: 'noise', bytes };
  }

  /** Where the first frame begins, or, with `size` 0, how far there certainly is none. */
  #find(
    awaited: readonly AwaitedFrame[],
    echo: Uint8Array | undefined,
  ): { at: number; size: number } | undefined {
    for (let at = 0; at < this.#length; at += 1) {
      if (this.#refused[at] === 1) continue;
      const size = this.#sizeAt(at, awaited, echo);
      if (size === undefined) {
        if (this.#silent) continue;
        return at > 0 ? { at, size: 0 } : undefined;
      }
      if (size > 0) return { at, size };
      this.#refused[at] = 1;
    }
    return this.#length > 0 ? { at: this.#length, size: 0 } : undefined;
  }

  /** Size of the frame that begins here; 0 when none does; undefined while that is open. */
  #sizeAt(
    at: number,
    awaited: readonly AwaitedFrame[],
    echo: Uint8Array | undefined,
  ): number | undefined {
    const end = this.#length;
    const sizes = awaited.map((shape) => awaitedSize(shape, this.#bytes, at, end));
    if (echo !== undefined) sizes.unshift(this.#beginsLike(at, echo) ? echo.length : 0);
    sizes.push(rtuResponseSize(this.#bytes, at, end));
    const whole = sizes.find((size) => this.#isFrame(at, size));
    if (whole !== undefined) return whole;
    return sizes.some(
      (size) => size === undefined || (size <= MAX_RTU_FRAME_SIZE && at + size > end),
    )
      ? undefined
      : 0;
  }

  #isFrame(at: number, size: number | undefined): boolean {
    if (size === undefined || size === 0 || size > MAX_RTU_FRAME_SIZE) return false;
    return at + size <= this.#length && crc16(this.#bytes, at, at + size) === 0;
  }

  #beginsLike(at: number, frame: Uint8Array): boolean {
    const count = Math.min(frame.length, this.#length - at);
    for (let index = 0; index < count; index += 1) {
      if (this.#bytes[at + index] !== frame[index]) return false;
    }
    return true;
  }

  #frame(size: number): RtuPiece {
    const bytes = this.#take(size);
    const pdu = bytes.subarray(1, size - CRC_SIZE);
    return { kind: 'frame', unitId: bytes[0] ?? 0, pdu, bytes };
  }

  #take(count: number): Uint8Array {
    const bytes = this.#bytes.slice(0, count);
    this.#bytes.copyWithin(0, count, this.#length);
    this.#refused.copyWithin(0, count, this.#length);
    this.#length -= count;
    return bytes;
  }
}

/** 0 when the bytes at `at` are not the beginning of this response. */
function awaitedSize(
  { unitId, functionCode, frameSize }: AwaitedFrame,
  bytes: Uint8Array,
  at: number,
  end: number,
): number | undefined {
  if (bytes[at] !== unitId) return 0;
  if (at + 1 >= end) return undefined;
  if (bytes[at + 1] === functionCode) return frameSize;
  return bytes[at + 1] === (functionCode | EXCEPTION_FLAG) ? EXCEPTION_FRAME_SIZE : 0;
}
