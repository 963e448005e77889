/** Most data bytes of a classic frame, and of one with flexible data rate (ISO 11898-1). */
export const MAX_CLASSIC_BYTES = 8;
export const MAX_FD_BYTES = 64;

export const MAX_STANDARD_ID = 0x7ff;
export const MAX_EXTENDED_ID = 0x1fff_ffff;

/** What the other ways of writing a frame have in common: bit 31 says that the id has 29 bits. */
const EXTENDED_FLAG = 0x8000_0000;

/**
 * One frame as it was on the bus. Those who hand frames out use one object for all of them: who wants to
 * keep one makes a copy.
 */
export interface CanFrame {
  /** 0..0x7FF, or 0..0x1FFFFFFF with `isExtended`. Of an error frame: the classes of the error. */
  id: number;
  isExtended: boolean;
  /** Asks for data, and has none. */
  isRemote: boolean;
  /** No frame but a controller that tells of an error. */
  isError: boolean;
  /** With flexible data rate: up to 64 bytes. */
  isFd: boolean;
  /** The data were sent at the faster rate. */
  hasFastData: boolean;
  /** The data are the first `length` bytes. */
  readonly data: Uint8Array;
  /** Number of data bytes; of a remote frame, how many it asks for. */
  length: number;
}

export function emptyFrame(): CanFrame {
  return {
    ...{ id: 0, isExtended: false, isRemote: false, isError: false, isFd: false },
    ...{ hasFastData: false, data: new Uint8Array(MAX_FD_BYTES), length: 0 },
  };
}

export function copyFrame(frame: CanFrame): CanFrame {
  return { ...frame, data: frame.data.slice() };
}

/** One number for id and width, the same that a DBC file has for a message. */
export function frameKey({ id, isExtended }: Pick<CanFrame, 'id' | 'isExtended'>): number {
  return isExtended ? id + EXTENDED_FLAG : id;
}

/** The id and the width in such a number; undefined for one that is no frame's. */
export function frameOfKey(
  key: number,
): { readonly id: number; readonly isExtended: boolean } | undefined {
  if (key >= EXTENDED_FLAG) {
    const id = key - EXTENDED_FLAG;
    return id <= MAX_EXTENDED_ID ? { id, isExtended: true } : undefined;
  }
  return key <= MAX_STANDARD_ID ? { id: key, isExtended: false } : undefined;
}

export function isFrameId({ id, isExtended }: Pick<CanFrame, 'id' | 'isExtended'>): boolean {
  return id >= 0 && id <= (isExtended ? MAX_EXTENDED_ID : MAX_STANDARD_ID);
}

/** As people write it: `1834CCE8`, `7FF`. The number of digits says how wide the id is. */
export function formatId({ id, isExtended }: Pick<CanFrame, 'id' | 'isExtended'>): string {
  return id
    .toString(16)
    .toUpperCase()
    .padStart(isExtended ? 8 : 3, '0');
}

/** Bytes that the data length codes 9 to 15 of FD frames stand for. */
const FD_LENGTHS = [12, 16, 20, 24, 32, 48, 64];

/** Bytes of a data length code 0..15. A classic frame has 8 at most, whatever its code says. */
export function lengthOfCode(code: number, isFd: boolean): number {
  if (code <= MAX_CLASSIC_BYTES) return code;
  return isFd ? (FD_LENGTHS[code - MAX_CLASSIC_BYTES - 1] ?? MAX_FD_BYTES) : MAX_CLASSIC_BYTES;
}

/** The shortest data length code that has room for so many bytes. */
export function codeOfLength(length: number): number {
  if (length <= MAX_CLASSIC_BYTES) return length;
  return MAX_CLASSIC_BYTES + 1 + FD_LENGTHS.findIndex((bytes) => bytes >= length);
}

/** `1834CCE8#0104040700484144`, as candump and cansend write it. */
export function formatFrame(frame: CanFrame): string {
  const { data, length, isRemote, isFd, hasFastData } = frame;
  const id = formatId(frame);
  if (isRemote) return `${id}#R${length === 0 ? '' : length}`;
  const hex = hexOf(data, length);
  return isFd ? `${id}##${hasFastData ? 1 : 0}${hex}` : `${id}#${hex}`;
}

/** Capital letters, two to a byte. */
export function hexOf(data: Uint8Array, length = data.length): string {
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text += (data[index] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  }
  return text;
}
