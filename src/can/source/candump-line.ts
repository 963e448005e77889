import {
  emptyFrame,
  lengthOfCode,
  isFrameId,
  MAX_CLASSIC_BYTES,
  MAX_FD_BYTES,
  type CanFrame,
} from '../frame.ts';
import { hexDigit, hexNumber, readHexData } from './hex.ts';

const [SPACE, HASH, OPEN, CLOSE, DOT, TAB] = [0x20, 0x23, 0x28, 0x29, 0x2e, 0x09];
const [LETTER_R, SMALL_R, CARRIAGE_RETURN] = [0x52, 0x72, 0x0d];
/** Bit 29 of an id of 8 digits: the controller tells of an error. */
const ERROR_FLAG = 0x2000_0000;
const FAST_DATA_FLAG = 1;

/**
 * Reads lines as `candump -L` writes them, `(1623766061.103112) can0 1834CCE8#0104040700484144`, and as
 * `cansend` takes them, without the first two words. `frame` and `at` hold what the last line said.
 */
export class CandumpLine {
  readonly frame: CanFrame = emptyFrame();
  /** Microseconds since 1970, or NaN where the line does not say. */
  at = NaN;

  /** `nothing`: an empty line or a comment. */
  read(bytes: Uint8Array, size: number): 'frame' | 'nothing' | 'damaged' {
    let start = 0;
    while (start < size && isSpace(bytes[start])) start += 1;
    if (start === size || bytes[start] === HASH) return 'nothing';
    this.at = NaN;
    if (bytes[start] === OPEN) {
      const close = bytes.indexOf(CLOSE, start);
      if (close < 0 || close >= size) return 'damaged';
      this.at = micros(bytes, start + 1, close);
      if (Number.isNaN(this.at)) return 'damaged';
      start = close + 1;
    }
    return this.#read(bytes, start, size) ? 'frame' : 'damaged';
  }

  /** The frame is the word with the `#`; behind it a log may say in which direction it went. */
  #read(bytes: Uint8Array, start: number, size: number): boolean {
    const hash = bytes.indexOf(HASH, start);
    if (hash < 0 || hash >= size) return false;
    let idStart = hash;
    while (idStart > start && !isSpace(bytes[idStart - 1])) idStart -= 1;
    let stop = hash;
    while (stop < size && !isSpace(bytes[stop])) stop += 1;
    return this.#id(bytes, idStart, hash) && this.#rest(bytes, hash + 1, stop);
  }

  #id(bytes: Uint8Array, start: number, end: number): boolean {
    const id = hexNumber(bytes, start, end);
    const { frame } = this;
    frame.isExtended = end - start > 3;
    frame.isError = frame.isExtended && id >= ERROR_FLAG && id < 2 * ERROR_FLAG;
    frame.id = frame.isError ? id - ERROR_FLAG : id;
    return id >= 0 && isFrameId(frame);
  }

  #rest(bytes: Uint8Array, start: number, end: number): boolean {
    const { frame } = this;
    const first = bytes[start];
    frame.isRemote = start < end && (first === LETTER_R || first === SMALL_R);
    frame.isFd = start < end && first === HASH;
    frame.hasFastData = false;
    if (frame.isRemote) {
      const code = start + 1 < end ? hexDigit(bytes[start + 1]) : 0;
      frame.length = lengthOfCode(Math.max(0, code), false);
      return code >= 0;
    }
    if (!frame.isFd) {
      // `_9` behind 8 bytes is the code that was sent for them.
      const mark = bytes.indexOf(0x5f, start);
      const stop = mark >= 0 && mark < end ? mark : end;
      return readHexData(frame, bytes, { start, end: stop, max: MAX_CLASSIC_BYTES });
    }
    const flags = start + 1 < end ? hexDigit(bytes[start + 1]) : -1;
    frame.hasFastData = flags >= 0 && (flags & FAST_DATA_FLAG) !== 0;
    return flags >= 0 && readHexData(frame, bytes, { start: start + 2, end, max: MAX_FD_BYTES });
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
}

/** `1623766061.103112` as microseconds; NaN for anything else. */
function micros(bytes: Uint8Array, start: number, end: number): number {
  let [whole, fraction, unit] = [0, 0, 1_000_000];
  let isFraction = false;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    const digit = byte - 0x30;
    if (byte === DOT && !isFraction) {
      isFraction = true;
    } else if (digit < 0 || digit > 9) {
      return NaN;
    } else if (isFraction) {
      unit /= 10;
      fraction += digit * unit;
    } else {
      whole = whole * 10 + digit;
    }
  }
  const sum = whole * 1_000_000 + Math.floor(fraction);
  return Number.isSafeInteger(sum) ? sum : NaN;
}

/** One line of text, for whoever has no bytes: undefined when it is no frame. */
export function parseCandumpLine(text: string): CanFrame | undefined {
  const line = new CandumpLine();
  const bytes = new TextEncoder().encode(text);
  return line.read(bytes, bytes.length) === 'frame' ? line.frame : undefined;
}
