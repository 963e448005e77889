import {
  codeOfLength,
  emptyFrame,
  hexOf,
  lengthOfCode,
  isFrameId,
  MAX_CLASSIC_BYTES,
  type CanFrame,
} from '../frame.ts';
import { ByteLines } from './byte-lines.ts';
import { hexDigit, hexNumber, readHexData } from './hex.ts';
import type { CanProtocol, ProtocolListener } from './protocol.ts';

/** Bit rates of the codes S0 to S8. */
export const SLCAN_BITRATES = [
  10_000, 20_000, 50_000, 100_000, 125_000, 250_000, 500_000, 800_000, 1_000_000,
] as const;

const BELL = 0x07;
/** `D`, 8 digits, a code, 64 bytes and a time of 4 digits: 142. */
const MAX_LINE_BYTES = 160;

interface Kind {
  readonly isExtended: boolean;
  readonly isRemote: boolean;
  readonly isFd: boolean;
  readonly hasFastData: boolean;
}

const kind = (extended: boolean, rest: Partial<Kind> = {}): Kind => ({
  ...{ isExtended: extended, isRemote: false, isFd: false, hasFastData: false },
  ...rest,
});

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['t', kind(false)],
  ['T', kind(true)],
  ['r', kind(false, { isRemote: true })],
  ['R', kind(true, { isRemote: true })],
  ['d', kind(false, { isFd: true })],
  ['D', kind(true, { isFd: true })],
  ['b', kind(false, { isFd: true, hasFastData: true })],
  ['B', kind(true, { isFd: true, hasFastData: true })],
]);
const KIND_OF_BYTE: (Kind | undefined)[] = new Array<Kind | undefined>(256).fill(undefined);
for (const [letter, one] of KINDS) KIND_OF_BYTE[letter.charCodeAt(0)] = one;

/** Answers to what we ask: sent, version, serial number, state of the controller. */
const ANSWERS = new Set(Array.from('zZVvNF').map((letter) => letter.charCodeAt(0)));

/**
 * The lines of adapters that the kernel's slcan driver speaks to: `t1232AABB` for a frame, each ended by a
 * carriage return, and a bell for an error.
 */
export class SlcanProtocol implements CanProtocol {
  readonly #bitrate: number;
  readonly #listener: ProtocolListener;
  readonly #lines: ByteLines;
  readonly #frame = emptyFrame();

  /** `bitrate` is one of `SLCAN_BITRATES`. */
  constructor(bitrate: number, listener: ProtocolListener) {
    this.#bitrate = bitrate;
    this.#listener = listener;
    this.#lines = new ByteLines('\r\n\u0007', MAX_LINE_BYTES, {
      line: (bytes, length, end) => this.#line(bytes, length, end),
      tooLong: () => listener.damaged(),
    });
  }

  begin(): void {
    this.#lines.reset();
    const code = SLCAN_BITRATES.findIndex((rate) => rate === this.#bitrate);
    // What is half in the adapter's own buffer ends with the first return; it may be open from before.
    for (const command of ['\r\r', 'C\r', `S${code}\r`, 'O\r']) this.#listener.send(ascii(command));
    this.#listener.ready();
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  encode(frame: CanFrame): Uint8Array | undefined {
    const { id, isExtended, isRemote, isError, isFd, length, data } = frame;
    if (isError) return undefined;
    const letter = isRemote ? 'r' : isFd ? (frame.hasFastData ? 'b' : 'd') : 't';
    const digits = id
      .toString(16)
      .toUpperCase()
      .padStart(isExtended ? 8 : 3, '0');
    const code = codeOfLength(length).toString(16).toUpperCase();
    const hex = isRemote ? '' : hexOf(data, length);
    return ascii(`${isExtended ? letter.toUpperCase() : letter}${digits}${code}${hex}\r`);
  }

  farewell(): Uint8Array {
    return ascii('C\r');
  }

  #line(bytes: Uint8Array, length: number, end: number): void {
    // A bell refuses a command; one that closes what was not open is no fault.
    if (end === BELL || length === 0) return;
    const first = bytes[0] ?? 0;
    const what = KIND_OF_BYTE[first];
    if (what === undefined) {
      if (!ANSWERS.has(first)) this.#listener.damaged();
    } else if (this.#read(what, bytes, length)) {
      this.#listener.frame(this.#frame);
    } else {
      this.#listener.damaged();
    }
  }

  #read(what: Kind, bytes: Uint8Array, end: number): boolean {
    const frame = Object.assign(this.#frame, what);
    const idEnd = what.isExtended ? 9 : 4;
    if (idEnd >= end) return false;
    frame.id = hexNumber(bytes, 1, idEnd);
    const code = hexDigit(bytes[idEnd]);
    if (!isFrameId(frame) || code < 0 || (code > MAX_CLASSIC_BYTES && !what.isFd)) return false;
    const length = lengthOfCode(code, what.isFd);
    const start = idEnd + 1;
    const stop = what.isRemote ? start : start + 2 * length;
    // Adapters may add the time of the frame: four digits, or eight.
    if (end !== stop && end !== stop + 4 && end !== stop + 8) return false;
    if (!readHexData(frame, bytes, { start, end: stop, max: length })) return false;
    frame.length = length;
    return true;
  }
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
