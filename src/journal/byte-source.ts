import { Buffer } from 'node:buffer';

/** Reads what a ByteSink has written. Throws a RangeError beyond the end: then the bytes were no record. */
export class ByteSource {
  at = 0;
  end = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #buffer: Buffer = Buffer.alloc(0);

  /** Reads `bytes` from `at` to `end` next. */
  open(bytes: Uint8Array, at: number, end: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.at = at;
    this.end = end;
  }

  u8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  varint(): number {
    let value = 0;
    let weight = 1;
    for (let count = 0; count < 8; count += 1) {
      const byte = this.u8();
      value += (byte & 127) * weight;
      if (byte < 128) return value;
      weight *= 128;
    }
    throw new RangeError('a number has more than 8 bytes');
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const size = this.varint();
    const bytes = Math.floor(size / 2);
    const at = this.#take(bytes);
    return this.#buffer.toString(size % 2 === 0 ? 'utf8' : 'utf16le', at, at + bytes);
  }

  /** Everything up to the end, as UTF-8. */
  rest(): string {
    return this.#buffer.toString('utf8', this.#take(this.end - this.at), this.end);
  }

  #take(size: number): number {
    const { at } = this;
    if (at + size > this.end) throw new RangeError('the record ends too early');
    this.at = at + size;
    return at;
  }
}
