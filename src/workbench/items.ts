import { isBitTable } from '../profile/format.ts';
import type { Table } from '../profile/point.ts';

/** The words of registers, or bits as 0 and 1, out of the data of their answer. */
export function itemsOf(table: Table, count: number, data: Uint8Array): readonly number[] {
  return Array.from({ length: count }, (_, at) =>
    isBitTable(table)
      ? ((data[at >> 3] ?? 0) >> (at & 7)) & 1
      : ((data[at * 2] ?? 0) << 8) | (data[at * 2 + 1] ?? 0),
  );
}
