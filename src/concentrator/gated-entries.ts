import { EXCEPTION } from '../codec/pdu/exception.ts';
import { NoValue } from '../codec/value/no-value.ts';
import { decodePoint } from '../profile/decode.ts';
import type { Value } from '../profile/point.ts';
import type { PendingWrite } from '../server/unit-tables.ts';
import { contains, overlaps, rangeOf, type MapEntry, type MapRange } from './map-entry.ts';

/** What a client wants a point of a device to be. */
export interface Wish {
  /** `device.point`. */
  readonly id: string;
  readonly value: Value;
}

/** The values of a unit that clients may change where they come from. */
export class GatedEntries {
  readonly #entries: readonly MapEntry[];

  constructor(entries: readonly MapEntry[]) {
    this.#entries = entries;
  }

  touched(range: MapRange): readonly MapEntry[] {
    return this.#entries.filter((entry) => overlaps(rangeOf(entry), range));
  }

  /**
   * What a write wishes, in the order of addresses, or the exception that it deserves: 2 for one that holds
   * only a part of a value, or anything else besides; 3 for registers that are no value.
   */
  wishes(write: PendingWrite): readonly Wish[] | number {
    const touched = this.touched(write);
    const covered = touched.reduce((sum, { register }) => sum + register.count, 0);
    const isWhole = touched.every((entry) => contains(write, rangeOf(entry)));
    if (!isWhole || covered !== write.count) return EXCEPTION.illegalDataAddress;
    const wishes: Wish[] = [];
    const sorted = [...touched].sort((a, b) => a.register.address - b.register.address);
    for (const entry of sorted) {
      const value = valueOf(entry, write);
      if (value === undefined) return EXCEPTION.illegalDataValue;
      wishes.push({ id: entry.id, value });
    }
    return wishes;
  }
}

function valueOf({ register }: MapEntry, { start, values }: PendingWrite): Value | undefined {
  const { address, count, table } = register;
  const own = values.slice(address - start, address - start + count);
  if (table === 'coil') return own[0] === 1;
  const view = new DataView(new ArrayBuffer(count * 2));
  own.forEach((word, index) => {
    view.setUint16(index * 2, word);
  });
  const value = decodePoint(register, view);
  return value instanceof NoValue ? undefined : value;
}
