import { MalformedPduError } from './errors.ts';

/** Reads big-endian fields one after the other. Reading past the end throws, and never clamps. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  u16s(count: number): Uint16Array {
    let offset = this.#advance(count * 2);
    const values = new Uint16Array(count);
    for (let index = 0; index < count; index += 1, offset += 2) {
      values[index] = this.#view.getUint16(offset);
    }
    return values;
  }

  /** A view of the next bytes, not a copy. */
  bytes(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Refuses bytes that no field has claimed. */
  end(): void {
    if (this.remaining > 0) throw new MalformedPduError(`${this.remaining} bytes too many`);
  }

  #advance(count: number): number {
    const start = this.#offset;
    if (start + count > this.#bytes.length) {
      throw new MalformedPduError(
        `${this.#bytes.length} bytes, expected at least ${start + count}`,
      );
    }
    this.#offset = start + count;
    return start;
  }
}
