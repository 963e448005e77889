import { bitBytes } from '../codec/pdu/bits.ts';
import { WireTable, type Extent, type TableSpec } from './wire-table.ts';

/** Coils or discrete inputs, eight to a byte, the first of an extent in the lowest bit. */
export class BitTable extends WireTable {
  constructor(name: 'coil' | 'discrete', spec: TableSpec | undefined) {
    super(name, spec, bitBytes);
  }

  get(address: number): boolean {
    const extent = this.extentOf(address, 1);
    return readBit(extent.bytes, address - extent.start) === 1;
  }

  set(address: number, value: boolean): void {
    const extent = this.extentOf(address, 1);
    writeBit(extent.bytes, address - extent.start, value ? 1 : 0);
  }

  /** A copy of consecutive bits, one element of 0 or 1 for each. */
  bits(start: number, count: number): Uint8Array {
    return Uint8Array.from({ length: count }, (_, index) => (this.get(start + index) ? 1 : 0));
  }

  /** Sets consecutive bits, all of them or, when one does not exist, none. */
  setBits(start: number, values: ArrayLike<number | boolean>): void {
    this.extentOf(start, values.length);
    for (const [index, value] of Array.from(values).entries()) {
      this.set(start + index, Boolean(value));
    }
  }

  /** Packs bits into `out`, the last byte filled up with zeros; the extent is one `find` gave. */
  copyTo(extent: Extent, start: number, count: number, out: Uint8Array, to: number): void {
    const first = start - extent.start;
    const shift = first & 7;
    const size = bitBytes(count);
    // Reading behind the image gives nothing, and the mask below takes off what is not asked for.
    for (let index = 0, from = first >> 3; index < size; index += 1, from += 1) {
      const pair = (extent.bytes[from] ?? 0) | ((extent.bytes[from + 1] ?? 0) << 8);
      out[to + index] = pair >> shift;
    }
    const last = to + size - 1;
    const spare = size * 8 - count;
    out[last] = (out[last] ?? 0) & (0xff >> spare);
  }

  /** Takes packed bits from `input`; the extent is one that `find` gave for this range. */
  copyFrom(extent: Extent, start: number, count: number, input: Uint8Array, from: number): void {
    const first = start - extent.start;
    for (let index = 0; index < count; index += 1) {
      writeBit(extent.bytes, first + index, readBit(input, from * 8 + index));
    }
  }
}

function readBit(bytes: Uint8Array, index: number): number {
  return ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1;
}

function writeBit(bytes: Uint8Array, index: number, bit: number): void {
  const at = index >> 3;
  const mask = 1 << (index & 7);
  const byte = bytes[at] ?? 0;
  bytes[at] = bit === 1 ? byte | mask : byte & ~mask;
}
