import { BAD_BCD, BAD_DIGITS, type NoValue } from './no-value.ts';
import type { ByteOrder } from './value-type.ts';
import { readU16, wordOffsets, writeU16, type ReadBits, type WriteBits } from './word-order.ts';

/** Binary-coded decimal: one digit per nibble, the most significant first. */
export function bcdReader(
  read: ReadBits,
  digits: 4 | 8,
): (view: DataView, offset: number) => number | NoValue {
  return (view, offset) => {
    const bits = read(view, offset);
    let value = 0;
    for (let shift = digits * 4 - 4; shift >= 0; shift -= 4) {
      const digit = (bits >>> shift) & 0xf;
      if (digit > 9) return BAD_BCD;
      value = value * 10 + digit;
    }
    return value;
  };
}

export function bcdWriter(write: WriteBits): WriteBits {
  return (view, offset, value) => {
    let bits = 0;
    let rest = value;
    for (let shift = 0; rest > 0; shift += 4) {
      bits |= (rest % 10) << shift;
      rest = Math.floor(rest / 10);
    }
    write(view, offset, bits >>> 0);
  };
}

const TEN_THOUSAND = 10_000;

/** Two registers of four decimal digits each, as some energy meters count. */
export function mod10kReader(
  order: ByteOrder,
): (view: DataView, offset: number) => number | NoValue {
  const read = readU16(order);
  const at = wordOffsets(order);
  return (view, offset) => {
    const high = read(view, offset + at.high);
    const low = read(view, offset + at.low);
    if (high >= TEN_THOUSAND || low >= TEN_THOUSAND) return BAD_DIGITS;
    return high * TEN_THOUSAND + low;
  };
}

export function mod10kWriter(order: ByteOrder): WriteBits {
  const write = writeU16(order);
  const at = wordOffsets(order);
  return (view, offset, value) => {
    write(view, offset + at.high, Math.floor(value / TEN_THOUSAND));
    write(view, offset + at.low, value % TEN_THOUSAND);
  };
}
