/** Bytes of a response frame with its unit id and checksum, and where the byte count of the rest is. */
interface Shape {
  readonly size: number;
  readonly countAt?: number;
}

/** Unit id, function code with its flag, exception code, checksum. */
export const EXCEPTION_FRAME_SIZE = 5;

const FOUR_BYTES: Shape = { size: 8 };
const COUNTED: Shape = { size: 5, countAt: 2 };

/** V1.1b3, section 6. Functions that are not here end in silence alone. */
const RESPONSES: readonly (Shape | undefined)[] = Object.assign(
  new Array<Shape | undefined>(0x80),
  {
    ...{ 0x01: COUNTED, 0x02: COUNTED, 0x03: COUNTED, 0x04: COUNTED },
    ...{ 0x05: FOUR_BYTES, 0x06: FOUR_BYTES, 0x07: { size: 5 }, 0x08: FOUR_BYTES },
    ...{ 0x0b: FOUR_BYTES, 0x0c: COUNTED, 0x0f: FOUR_BYTES, 0x10: FOUR_BYTES },
    ...{ 0x11: COUNTED, 0x14: COUNTED, 0x15: COUNTED, 0x16: { size: 10 }, 0x17: COUNTED },
  },
);

/**
 * How long the response frame is that may begin at `at`, of which the bytes up to `end` are there:
 * `undefined` while too few are there to tell, 0 for a function whose frames nothing tells the length of.
 */
export function rtuResponseSize(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at + 1 >= end) return undefined;
  const functionCode = bytes[at + 1] ?? 0;
  if (functionCode >= 0x80) return EXCEPTION_FRAME_SIZE;
  if (functionCode === 0x2b) return identificationSize(bytes, at, end);
  const shape = RESPONSES[functionCode];
  if (shape === undefined) return 0;
  if (shape.countAt === undefined) return shape.size;
  const countAt = at + shape.countAt;
  return countAt < end ? shape.size + (bytes[countAt] ?? 0) : undefined;
}

/** Unit id, function, interface type, category, conformity, what follows (2), number of objects. */
const IDENTIFICATION_HEAD = 8;
const INTERFACE_TYPE = 0x0e;
const CHECKSUM_SIZE = 2;

/** Of Read Device Identification (V1.1b3, section 6.21): a list of objects, each with its own length. */
function identificationSize(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at + 2 < end && bytes[at + 2] !== INTERFACE_TYPE) return 0;
  if (at + IDENTIFICATION_HEAD > end) return undefined;
  let next = at + IDENTIFICATION_HEAD;
  for (let left = bytes[at + IDENTIFICATION_HEAD - 1] ?? 0; left > 0; left -= 1) {
    if (next + 1 >= end) return undefined;
    next += 2 + (bytes[next + 1] ?? 0);
  }
  return next - at + CHECKSUM_SIZE;
}
