import type { ByteOrder } from './value-type.ts';

/** Reads an unsigned integer whose first wire byte is at `offset`. */
export type ReadBits = (view: DataView, offset: number) => number;
/** Writes an unsigned integer whose first wire byte is at `offset`. */
export type WriteBits = (view: DataView, offset: number, bits: number) => void;

export function lowByteFirst(order: ByteOrder): boolean {
  return order === 'BADC' || order === 'DCBA';
}

export function lowWordFirst(order: ByteOrder): boolean {
  return order === 'CDAB' || order === 'DCBA';
}

export function readU16(order: ByteOrder): ReadBits {
  const little = lowByteFirst(order);
  return (view, offset) => view.getUint16(offset, little);
}

export function writeU16(order: ByteOrder): WriteBits {
  const little = lowByteFirst(order);
  return (view, offset, bits) => view.setUint16(offset, bits, little);
}

export function readU32(order: ByteOrder): ReadBits {
  const little = lowByteFirst(order);
  const { high, low } = wordOffsets(order);
  // Where bytes and words agree, the processor does it in one access.
  if (little === lowWordFirst(order)) return (view, offset) => view.getUint32(offset, little);
  return (view, offset) =>
    view.getUint16(offset + high, little) * 0x1_0000 + view.getUint16(offset + low, little);
}

export function writeU32(order: ByteOrder): WriteBits {
  const little = lowByteFirst(order);
  const { high, low } = wordOffsets(order);
  return (view, offset, bits) => {
    view.setUint16(offset + high, bits >>> 16, little);
    view.setUint16(offset + low, bits & 0xffff, little);
  };
}

/** Where the two words of 32 bits stand. */
export function wordOffsets(order: ByteOrder): { high: number; low: number } {
  return lowWordFirst(order) ? { high: 2, low: 0 } : { high: 0, low: 2 };
}

/** Where the two 32-bit halves of 64 bits stand; each half has the same order again. */
export function halfOffsets(order: ByteOrder): { high: number; low: number } {
  return lowWordFirst(order) ? { high: 4, low: 0 } : { high: 0, low: 4 };
}
