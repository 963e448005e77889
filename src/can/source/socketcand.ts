import {
  emptyFrame,
  formatId,
  hexOf,
  MAX_CLASSIC_BYTES,
  MAX_EXTENDED_ID,
  MAX_FD_BYTES,
  MAX_STANDARD_ID,
  type CanFrame,
} from '../frame.ts';
import { ByteLines } from './byte-lines.ts';
import { hexDigit, hexNumber, readHexData } from './hex.ts';
import type { CanProtocol, ProtocolListener } from './protocol.ts';

export const SOCKETCAND_PORT = 29_536;

/** 64 bytes with spaces between them, an id and a time. */
const MAX_MESSAGE_BYTES = 320;
const [SPACE, LESS] = [0x20, 0x3c];

/**
 * The text protocol of socketcand, raw mode: the server says `< hi >`, we `< open can0 >` and
 * `< rawmode >`, each is answered by `< ok >`; then `< frame 123 23.424242 11 22 >` for each frame.
 */
export class SocketcandProtocol implements CanProtocol {
  readonly #bus: string;
  readonly #listener: ProtocolListener;
  readonly #messages: ByteLines;
  readonly #frame = emptyFrame();
  #state: 'greeting' | 'opening' | 'switching' | 'ready' = 'greeting';

  constructor(bus: string, listener: ProtocolListener) {
    this.#bus = bus;
    this.#listener = listener;
    // Nothing but spaces stands between the end of a message and the next one.
    this.#messages = new ByteLines('>', MAX_MESSAGE_BYTES, {
      line: (bytes, length) => this.#message(bytes, length),
      tooLong: () => listener.damaged(),
    });
  }

  begin(): void {
    this.#messages.reset();
    this.#state = 'greeting';
  }

  push(chunk: Uint8Array): void {
    this.#messages.push(chunk);
  }

  /** Frames with flexible data rate have no command of their own in raw mode, nor have remote frames. */
  encode(frame: CanFrame): Uint8Array | undefined {
    const { isRemote, isError, isFd, length, data } = frame;
    if (isRemote || isError || isFd || this.#state !== 'ready') return undefined;
    const bytes = hexOf(data, length).replaceAll(/(..)/g, ' $1');
    return ascii(`< send ${formatId(frame)} ${length}${bytes} >`);
  }

  farewell(): undefined {
    return undefined;
  }

  #message(bytes: Uint8Array, length: number): void {
    // Whatever stands before the last opening sign was cut off, or is garbage.
    const less = bytes.lastIndexOf(LESS, length - 1);
    if (less < 0) {
      this.#listener.damaged();
      return;
    }
    for (let index = 0; index < less; index += 1) {
      if ((bytes[index] ?? 0) > SPACE) {
        this.#listener.damaged();
        break;
      }
    }
    const words = new Words(bytes, less + 1, length);
    words.next();
    if (words.is('frame')) this.#take(words, false);
    else if (words.is('fdframe')) this.#take(words, true);
    else if (words.is('error')) this.#error(words);
    else this.#answer(words);
  }

  #answer(words: Words): void {
    if (words.is('hi')) {
      if (this.#state !== 'greeting') return;
      this.#state = 'opening';
      this.#listener.send(ascii(`< open ${this.#bus} >`));
    } else if (words.is('ok')) {
      if (this.#state === 'opening') {
        this.#state = 'switching';
        this.#listener.send(ascii('< rawmode >'));
      } else if (this.#state === 'switching') {
        this.#state = 'ready';
        this.#listener.ready();
      }
    } else {
      this.#listener.damaged();
    }
  }

  /** An error frame has an id here; everything else says what the server does not like. */
  #error(words: Words): void {
    const rest = words.rest();
    const frame = this.#frame;
    words.next();
    frame.id = hexNumber(words.bytes, words.start, words.end);
    if (this.#state !== 'ready' || frame.id < 0) {
      this.#listener.refused(rest);
      return;
    }
    frame.id &= MAX_EXTENDED_ID;
    Object.assign(frame, {
      isError: true,
      isExtended: true,
      isRemote: false,
      isFd: false,
      length: 0,
    });
    this.#listener.frame(frame);
  }

  #take(words: Words, isFd: boolean): void {
    const frame = this.#frame;
    Object.assign(frame, { isError: false, isRemote: false, isFd, hasFastData: false });
    words.next();
    const id = hexNumber(words.bytes, words.start, words.end);
    frame.isExtended = words.end - words.start > 3;
    // Some servers leave the kernel's flag of long ids in.
    frame.id = frame.isExtended && id >= 0 ? id % (MAX_EXTENDED_ID + 1) : id;
    let isGood = id >= 0 && (frame.isExtended || id <= MAX_STANDARD_ID);
    words.next();
    if (isFd) {
      const flags = hexNumber(words.bytes, words.start, words.end);
      frame.hasFastData = (flags & 1) === 1;
      isGood &&= flags >= 0;
      words.next();
    }
    isGood &&= words.hasDot();
    if (isGood && this.#data(words, isFd ? MAX_FD_BYTES : MAX_CLASSIC_BYTES)) {
      if (this.#state === 'ready') this.#listener.frame(frame);
    } else {
      this.#listener.damaged();
    }
  }

  /** Two digits to a byte, with spaces or without. */
  #data(words: Words, max: number): boolean {
    const { bytes, stop } = words;
    let count = 0;
    for (let index = words.end; index < stop; index += 1) {
      if (hexDigit(bytes[index]) >= 0) {
        bytes[count] = bytes[index] ?? 0;
        count += 1;
      } else if (bytes[index] !== SPACE) {
        return false;
      }
    }
    return readHexData(this.#frame, bytes, { start: 0, end: count, max });
  }
}

/** The words of a message, one after the other. */
class Words {
  readonly bytes: Uint8Array;
  readonly stop: number;
  start: number;
  end: number;

  constructor(bytes: Uint8Array, start: number, stop: number) {
    this.bytes = bytes;
    this.stop = stop;
    this.start = start;
    this.end = start;
  }

  next(): void {
    this.start = this.end;
    while (this.start < this.stop && (this.bytes[this.start] ?? 0) <= SPACE) this.start += 1;
    this.end = this.start;
    while (this.end < this.stop && (this.bytes[this.end] ?? 0) > SPACE) this.end += 1;
  }

  is(word: string): boolean {
    if (this.end - this.start !== word.length) return false;
    for (let index = 0; index < word.length; index += 1) {
      if (this.bytes[this.start + index] !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  /** A time has a dot; the second word of other modes has none. */
  hasDot(): boolean {
    for (let index = this.start; index < this.end; index += 1) {
      if (this.bytes[index] === 0x2e) return true;
    }
    return false;
  }

  rest(): string {
    const text = new TextDecoder('latin1').decode(this.bytes.subarray(this.end, this.stop));
    return text
      .trim()
      .replaceAll(/[^\x20-\x7e]/g, '?')
      .slice(0, 80);
  }
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
