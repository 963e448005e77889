import type { ValueCodec } from './value-codec.ts';
import type { ByteOrder } from './value-type.ts';
import { readU16, writeU16 } from './word-order.ts';

/** A whole register as a truth: anything but 0 is true, and true is written as 1. */
export function registerFlagCodec(order: ByteOrder): ValueCodec<boolean> {
  const [read, write] = [readU16(order), writeU16(order)];
  return {
    decode: (view, offset) => read(view, offset) !== 0,
    encode: (view, offset, value) => write(view, offset, value ? 1 : 0),
  };
}

/** One bit of a register, 0 being the least significant. Encoding leaves the other bits alone. */
export function registerBitCodec(order: ByteOrder, bit: number): ValueCodec<boolean> {
  const [read, write] = [readU16(order), writeU16(order)];
  const mask = 1 << bit;
  return {
    decode: (view, offset) => (read(view, offset) & mask) !== 0,
    encode(view, offset, value) {
      const others = read(view, offset) & ~mask;
      write(view, offset, value ? others | mask : others);
    },
  };
}
