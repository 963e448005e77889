/** Bytes of the database that are not what we once wrote. */
export class DamagedDataError extends Error {
  override readonly name = 'DamagedDataError';
}

/** Writes whole numbers in as few bytes as they need (LEB128) into a buffer that grows. */
export class Packer {
  #bytes: Uint8Array;
  #length = 0;

  constructor(initialSize = 1024) {
    this.#bytes = new Uint8Array(initialSize);
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): this {
    this.#reserve(8);
    let rest = value;
    // Beyond 31 bits the operators on bits would cut it.
    while (rest >= 0x8000_0000) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** A whole number from -2^52 to 2^52: near 0 is short on both sides. */
  signed(value: number): this {
    return this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(values: Uint8Array): this {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** Its length, then its bytes. */
  blob(values: Uint8Array): this {
    return this.varint(values.length).bytes(values);
  }

  text(value: string): this {
    return this.blob(new TextEncoder().encode(value));
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, valid until the next call. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What was written, as a copy of its own. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what Packer wrote. What does not fit throws DamagedDataError. */
export class Unpacker {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    const byte = this.#bytes[this.#offset++];
    if (byte === undefined) throw new DamagedDataError('the data ends too early');
    return byte;
  }

  varint(): number {
    let byte = this.u8();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 128;
    do {
      byte = this.u8();
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte >= 0x80);
    return value;
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view of the next bytes, not a copy. */
  bytes(count: number): Uint8Array {
    if (count > this.remaining) throw new DamagedDataError('the data ends too early');
    const start = this.#offset;
    this.#offset += count;
    return this.#bytes.subarray(start, start + count);
  }

  blob(): Uint8Array {
    return this.bytes(this.varint());
  }

  text(): string {
    return new TextDecoder().decode(this.blob());
  }
}
