import { Buffer } from 'node:buffer';

/** Bytes that grow at the end, little-endian. */
export class ByteSink {
  bytes: Uint8Array;
  length = 0;
  #view: DataView;
  #buffer: Buffer;

  constructor(size: number) {
    const memory = new ArrayBuffer(size);
    this.bytes = new Uint8Array(memory);
    this.#view = new DataView(memory);
    this.#buffer = Buffer.from(memory);
  }

  get size(): number {
    return this.bytes.length;
  }

  /** Makes room for `more` bytes. The calls below it do not look. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new ArrayBuffer(Math.max(this.length + more, this.bytes.length * 2));
    const bytes = new Uint8Array(grown);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.#view = new DataView(grown);
    this.#buffer = Buffer.from(grown);
  }

  u8(value: number): void {
    this.bytes[this.length] = value;
    this.length += 1;
  }

  u32(value: number): void {
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  f32(value: number): void {
    this.#view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  f64(value: number): void {
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  u64(value: bigint): void {
    this.#view.setBigUint64(this.length, value, true);
    this.length += 8;
  }

  /** A whole number, 0..2^53, in 1 to 8 bytes. */
  varint(value: number): void {
    const { bytes } = this;
    let { length } = this;
    let rest = value;
    // The shifts of JavaScript end at 32 bits.
    while (rest > 0x7fff_ffff) {
      bytes[length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      bytes[length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[length++] = rest;
    this.length = length;
  }

  /** A whole number, -2^52 < value < 2^52: small ones of either sign are short. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** A text behind its length in bytes; makes its own room. One with lone surrogates stays as it is. */
  text(value: string): void {
    const isPlain = !LONE_SURROGATE.test(value);
    const size = isPlain ? Buffer.byteLength(value) : value.length * 2;
    this.reserve(size + 8);
    this.varint(size * 2 + (isPlain ? 0 : 1));
    this.#buffer.write(value, this.length, isPlain ? 'utf8' : 'utf16le');
    this.length += size;
  }

  /** A text of so many bytes in UTF-8, without its length. */
  raw(value: string, size: number): void {
    this.#buffer.write(value, this.length, 'utf8');
    this.length += size;
  }

  /** Moves everything from `from` on by `gap` bytes, towards the end or back; makes its own room. */
  shift(from: number, gap: number): void {
    if (gap === 0) return;
    this.reserve(gap);
    this.bytes.copyWithin(from + gap, from, this.length);
    this.length += gap;
  }
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
