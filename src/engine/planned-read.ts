import { describeError } from '../base/errors.ts';
import type { AddressRange } from '../codec/pdu/address-range.ts';
import { bitBytes } from '../codec/pdu/bits.ts';
import type { PduCodec } from '../codec/pdu/pdu-codec.ts';
import { readBitBytes } from '../codec/pdu/read-bits.ts';
import { readRegisterBytes } from '../codec/pdu/read-registers.ts';
import { formatAddress, isBitTable } from '../profile/format.ts';
import type { RegisterPoint, Table } from '../profile/point.ts';
import type { PlannedRead } from '../profile/read-plan.ts';
import type { PlannedRequest } from '../telemetry/polling.ts';

/** Exceptions by which a device says that a block is not wholly there. */
export const SPLITTING_EXCEPTIONS: ReadonlySet<number> = new Set([2, 3]);

/** How each table is read when the bytes are wanted as they are. */
export const READ_CODECS: Readonly<Record<Table, PduCodec<AddressRange, Uint8Array>>> = {
  coil: readBitBytes(1),
  discrete: readBitBytes(2),
  holding: readRegisterBytes(3),
  input: readRegisterBytes(4),
};

/** Bytes of data in the answer to a read. */
export function dataSize({ table, count }: PlannedRead): number {
  return isBitTable(table) ? bitBytes(count) : count * 2;
}

/** The words, or bits, of one point out of the data of its read. */
export function rawOf(
  point: RegisterPoint | undefined,
  { start, table }: PlannedRead,
  data: Uint8Array,
): readonly number[] | undefined {
  if (point === undefined) return undefined;
  const first = point.address - start;
  const isBits = isBitTable(table);
  const words = new Array<number>(point.count);
  for (let index = 0; index < words.length; index += 1) {
    const at = first + index;
    words[index] = isBits
      ? ((data[at >> 3] ?? 0) >> (at & 7)) & 1
      : ((data[at * 2] ?? 0) << 8) | (data[at * 2 + 1] ?? 0);
  }
  return words;
}

/**
 * A device refused a block: the two smaller reads to ask instead, or undefined for a single point.
 * Where the block reads through a gap the gap goes first, since that is where holes are.
 */
export function splitRead(read: PlannedRead): readonly [PlannedRead, PlannedRead] | undefined {
  const points = [...read.points].sort((a, b) => a.address - b.address);
  if (points.length < 2) return undefined;
  const cut = widestGap(points) ?? Math.ceil(points.length / 2);
  const [head, tail] = [points.slice(0, cut), points.slice(cut)];
  const first = spanOf(read.table, head);
  const second = spanOf(read.table, tail);
  return sameSpan(first, read) || sameSpan(second, read) ? undefined : [first, second];
}

function sameSpan(a: PlannedRead, b: PlannedRead): boolean {
  return a.start === b.start && a.count === b.count;
}

/** Index of the point behind the widest gap; undefined when the points are neighbours. */
function widestGap(points: readonly RegisterPoint[]): number | undefined {
  let best: number | undefined;
  let bestGap = 0;
  let end = 0;
  points.forEach((point, index) => {
    const gap = index === 0 ? 0 : point.address - end;
    if (gap > bestGap) [best, bestGap] = [index, gap];
    end = Math.max(end, point.address + point.count);
  });
  return best;
}

function spanOf(table: Table, points: readonly RegisterPoint[]): PlannedRead {
  const start = Math.min(...points.map(({ address }) => address));
  const end = Math.max(...points.map(({ address, count }) => address + count));
  return { table, start, count: end - start, points };
}

/** The word under `cause` in a sample, from the error that a read ended with. */
export function causeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  switch (code) {
    case 'request-timeout':
      return 'timeout';
    case 'connect':
    case 'connection-lost':
      return 'no-connection';
    case 'malformed-pdu':
    case 'response-mismatch':
    case 'framing':
      return 'damaged';
    case 'modbus-exception':
      return `exception-${(error as { exception: number }).exception}`;
    default:
      return typeof code === 'string' ? code : describeError(error);
  }
}

/** A read for people: what it asks for, and how much of that nobody wants. */
export function plannedRequest(
  { table, start, count, points }: PlannedRead,
  everyMs: number,
): Omit<PlannedRequest, 'state'> {
  const wanted = new Set(
    points.flatMap(({ address, count: size }) =>
      Array.from({ length: size }, (_, index) => address + index),
    ),
  );
  return {
    start: formatAddress({ table, address: start }),
    ...{ count, everyMs, points: points.map(({ name }) => name) },
    gaps: count - wanted.size,
  };
}
