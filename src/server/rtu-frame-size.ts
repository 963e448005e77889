/**
 * How long an RTU frame is, told from its first bytes, as a server needs it: `undefined` while too few
 * are there to tell, `unknown` for functions whose frames only silence ends.
 */
export type FrameSize = number | 'unknown' | undefined;

/** MODBUS over Serial Line V1.02, section 2.5.1.1. */
export const MAX_RTU_FRAME_SIZE = 256;

/** Bytes of a frame with its unit id and checksum, and where in it the byte count of the rest is. */
interface Shape {
  readonly size: number;
  readonly countAt?: number;
}

const ADDRESS_AND_WORD: Shape = { size: 8 };

const REQUESTS: Readonly<Record<number, Shape>> = {
  ...{ 0x01: ADDRESS_AND_WORD, 0x02: ADDRESS_AND_WORD, 0x03: ADDRESS_AND_WORD },
  ...{ 0x04: ADDRESS_AND_WORD, 0x05: ADDRESS_AND_WORD, 0x06: ADDRESS_AND_WORD },
  0x0f: { size: 9, countAt: 6 },
  0x10: { size: 9, countAt: 6 },
  0x16: { size: 10 },
  0x17: { size: 13, countAt: 10 },
};

const COUNTED: Shape = { size: 5, countAt: 2 };

const RESPONSES: Readonly<Record<number, Shape>> = {
  ...{ 0x01: COUNTED, 0x02: COUNTED, 0x03: COUNTED, 0x04: COUNTED, 0x17: COUNTED },
  ...{ 0x05: ADDRESS_AND_WORD, 0x06: ADDRESS_AND_WORD },
  ...{ 0x0f: ADDRESS_AND_WORD, 0x10: ADDRESS_AND_WORD },
  0x16: { size: 10 },
};

const EXCEPTION: Shape = { size: 5 };

/** `at` is where the unit id is, `end` how far bytes have come. */
export function rtuRequestSize(bytes: Uint8Array, at: number, end: number): FrameSize {
  return sizeOf(REQUESTS[bytes[at + 1] ?? 0], bytes, at, end);
}

/** The answer of another unit on the same line: a server hears those, too. */
export function rtuResponseSize(bytes: Uint8Array, at: number, end: number): FrameSize {
  const functionCode = bytes[at + 1] ?? 0;
  return sizeOf(functionCode >= 0x80 ? EXCEPTION : RESPONSES[functionCode], bytes, at, end);
}

function sizeOf(shape: Shape | undefined, bytes: Uint8Array, at: number, end: number): FrameSize {
  if (shape === undefined) return 'unknown';
  if (shape.countAt === undefined) return shape.size;
  const countAt = at + shape.countAt;
  return countAt < end ? shape.size + (bytes[countAt] ?? 0) : undefined;
}
