import type { Head, Part } from './head.ts';
import { Packer, Unpacker } from './packing.ts';

/** Parts of many points as rows of about `maxBytes`: series, block, and the packed samples of each. */
export function packRecent(
  parts: readonly Part[],
  idOf: (head: Head) => number,
  maxBytes: number,
): Uint8Array[] {
  const rows: Uint8Array[] = [];
  let out = new Packer();
  for (const { head, block, bytes } of parts) {
    out.varint(idOf(head)).signed(block).blob(bytes);
    if (out.length < maxBytes) continue;
    rows.push(out.take());
    out = new Packer();
  }
  if (out.length > 0) rows.push(out.take());
  return rows;
}

export interface RecentPart {
  readonly series: number;
  readonly block: number;
  readonly bytes: Uint8Array;
}

export function unpackRecent(row: Uint8Array): RecentPart[] {
  const input = new Unpacker(row);
  const parts: RecentPart[] = [];
  while (input.remaining > 0) {
    const series = input.varint();
    const block = input.signed();
    // A copy: a view would keep the whole row in memory as long as one point needs its part.
    parts.push({ series, block, bytes: input.blob().slice() });
  }
  return parts;
}
