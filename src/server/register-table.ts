import { checkedRegister } from '../codec/pdu/fields.ts';
import { WireTable, type Extent, type TableSpec } from './wire-table.ts';

/**
 * Holding or input registers, kept as they go on the wire: two bytes each, high byte first. A read
 * is a copy. Values of several registers are laid out by the caller, in the order the device has.
 */
export class RegisterTable extends WireTable {
  constructor(name: 'holding' | 'input', spec: TableSpec | undefined) {
    super(name, spec, (count) => count * 2);
  }

  get(address: number): number {
    const extent = this.extentOf(address, 1);
    return extent.bytes.readUInt16BE((address - extent.start) * 2);
  }

  /** 0 to 65535; refuses what would wrap round. */
  set(address: number, value: number): void {
    const extent = this.extentOf(address, 1);
    extent.bytes.writeUInt16BE(checkedRegister(value), (address - extent.start) * 2);
  }

  /** A copy of consecutive registers. */
  registers(start: number, count: number): Uint16Array {
    return Uint16Array.from({ length: count }, (_, index) => this.get(start + index));
  }

  /** Sets consecutive registers, all of them or, when one does not exist or does not fit, none. */
  setRegisters(start: number, values: ArrayLike<number>): void {
    this.extentOf(start, values.length);
    for (const value of Array.from(values)) checkedRegister(value);
    for (const [index, value] of Array.from(values).entries()) this.set(start + index, value);
  }

  /** The bytes themselves, in wire order: what is written here is served. */
  wireBytes(start: number, count: number): Buffer {
    const extent = this.extentOf(start, count);
    const first = (start - extent.start) * 2;
    return extent.bytes.subarray(first, first + count * 2);
  }

  /** Copies registers to `out`; the extent is one that `find` gave for this range. */
  copyTo(extent: Extent, start: number, count: number, out: Uint8Array, to: number): void {
    const first = (start - extent.start) * 2;
    extent.bytes.copy(out, to, first, first + count * 2);
  }

  /** Takes registers from `input`; the extent is one that `find` gave for this range. */
  copyFrom(extent: Extent, start: number, count: number, input: Uint8Array, from: number): void {
    extent.bytes.set(input.subarray(from, from + count * 2), (start - extent.start) * 2);
  }
}
