export interface LineListener {
  /** One whole line without its end, in the first `length` bytes; valid during the call only. */
  line(bytes: Uint8Array, length: number, end: number): void;
  /** A line that was too long to be one was thrown away. */
  tooLong(): void;
}

/** Cuts a stream of bytes at certain bytes. It holds one line at most. */
export class ByteLines {
  readonly #ends: Uint8Array;
  readonly #listener: LineListener;
  readonly #buffer: Uint8Array;
  #length = 0;
  #isTooLong = false;

  constructor(ends: string, maxBytes: number, listener: LineListener) {
    this.#ends = new Uint8Array(256);
    for (const end of ends) this.#ends[end.charCodeAt(0)] = 1;
    this.#buffer = new Uint8Array(maxBytes);
    this.#listener = listener;
  }

  push(chunk: Uint8Array): void {
    const [ends, buffer] = [this.#ends, this.#buffer];
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (ends[byte] === 1) {
        this.#end(byte);
      } else if (this.#length < buffer.length) {
        buffer[this.#length] = byte;
        this.#length += 1;
      } else {
        this.#isTooLong = true;
      }
    }
  }

  /** What follows is another stream. */
  reset(): void {
    this.#length = 0;
    this.#isTooLong = false;
  }

  #end(byte: number): void {
    const [length, isTooLong] = [this.#length, this.#isTooLong];
    this.reset();
    if (isTooLong) this.#listener.tooLong();
    else this.#listener.line(this.#buffer, length, byte);
  }
}
