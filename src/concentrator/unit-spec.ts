import type { RegisterPoint, Table } from '../profile/point.ts';
import {
  formatRange,
  overlaps,
  rangeOf,
  sharesPlace,
  type MapEntry,
  type MapRange,
  type StalePolicy,
  type WrittenEntry,
} from './map-entry.ts';

/** Values of the site that are served together. */
export interface ServedBlock {
  readonly entries: readonly MapEntry[];
  /** Default `exception`, and `hold` where zeros are wanted. */
  readonly whenStale?: StalePolicy;
}

/** Registers, or coils, of one table that clients write, and what they mean. */
export interface WrittenBlockSpec {
  /** Of the device that the values make up. */
  readonly name: string;
  readonly entries: readonly WrittenEntry[];
  /** What may be written. Default: from the first entry to the last. */
  readonly range?: MapRange;
  /** A value that was not written for so long is stale. Default: never. */
  readonly staleMs?: number;
  readonly whenStale?: StalePolicy;
  /**
   * What a value outside its `valid` range is: `bad` as everywhere, good with a warning, or a reason to
   * refuse the whole write with exception 3. Default `bad`.
   */
  readonly outOfRange?: 'bad' | 'warn' | 'refuse';
  /** A write that holds only a part of a value: taken, or refused with exception 2. Default `accept`. */
  readonly partial?: 'accept' | 'refuse';
}

/** Two registers that tell how a device is: its quality (0 good, 1 stale, 2 bad), and its age. */
export interface StatusSpec {
  readonly device: string;
  readonly table: 'holding' | 'input';
  /** Of the quality. The next one is the age in seconds, 65534 at most, 65535 when it never answered. */
  readonly address: number;
}

/** What one unit of our server serves. */
export interface UnitSpec {
  readonly blocks?: readonly ServedBlock[];
  readonly written?: readonly WrittenBlockSpec[];
  readonly status?: readonly StatusSpec[];
  /** Addresses that exist and mean nothing any more: 65535, or 0 in a table of bits. */
  readonly holes?: readonly MapRange[];
  /**
   * Holding registers are served as input registers too, and coils as discrete inputs. Default: when
   * nothing else stands in those tables.
   */
  readonly mirror?: boolean;
  /**
   * `zeros` is how many simple servers behave: what was never known is 0, the last value stands for
   * ever, and every coil, discrete input and input register exists, and holding registers 0 to 98.
   */
  readonly compat?: 'zeros';
}

/** One who asks for it gets zeros; the addresses are those of an image of 100 registers in pymodbus. */
export const ZEROS: readonly MapRange[] = [
  { table: 'coil', start: 0, count: 0x1_0000 },
  { table: 'discrete', start: 0, count: 0x1_0000 },
  { table: 'input', start: 0, count: 0x1_0000 },
  { table: 'holding', start: 0, count: 99 },
];

/** Values that clients may change where they come from. */
export function gatedEntries({ blocks = [] }: UnitSpec): readonly MapEntry[] {
  return blocks.flatMap(({ entries }) => entries.filter(({ isWritable }) => isWritable === true));
}

/** The range of a written block; undefined when it has no entries and names none. */
export function writtenRange({ entries, range }: WrittenBlockSpec): MapRange | undefined {
  const [first] = entries;
  if (range !== undefined || first === undefined) return range;
  const start = Math.min(...entries.map(({ register }) => register.address));
  const end = Math.max(...entries.map(({ register: { address, count } }) => address + count));
  return { table: first.register.table, start, count: end - start };
}

export function statusRange({ table, address }: StatusSpec): MapRange {
  return { table, start: address, count: 2 };
}

export function isMirrored({ mirror, compat, blocks = [], status = [] }: UnitSpec): boolean {
  if (mirror !== undefined) return mirror;
  const tables = [...blocks.flatMap(({ entries }) => entries.map(rangeOf)), ...status];
  return compat === undefined && !tables.some(({ table }) => isInputTable(table));
}

function isInputTable(table: Table): boolean {
  return table === 'input' || table === 'discrete';
}

/** A stretch of the map, and what it is for, in words. */
interface Claim {
  readonly what: string;
  readonly range: MapRange;
  readonly entry?: MapEntry;
}

/** What is wrong with a map, each in one sentence; a map with any of them is not served. */
export function mapProblems(spec: UnitSpec): string[] {
  const { blocks = [], written = [], status = [], holes = [] } = spec;
  const entries = [...blocks, ...written].flatMap((block) => block.entries);
  const claims: Claim[] = [
    ...entries.map((entry) => ({ what: entry.id, range: rangeOf(entry), entry })),
    ...status.map((one) => ({ what: `status of ${one.device}`, range: statusRange(one) })),
    ...holes.map((range) => ({ what: 'a hole', range })),
  ];
  return [
    ...claims.flatMap(({ what, range }) => rangeProblems(what, range)),
    ...written.flatMap(blockProblems),
    ...doubles(entries),
    ...collisions(claims),
    ...strangers(written, claims),
    ...(isMirrored(spec) && claims.some(({ range }) => isInputTable(range.table))
      ? ['a mirrored map has nothing of its own in the input and discrete tables']
      : []),
  ];
}

function rangeProblems(what: string, { table, start, count }: MapRange): string[] {
  const isRange = Number.isInteger(start) && start >= 0 && count >= 1 && start + count <= 0x1_0000;
  return isRange ? [] : [`${what}: ${count} from ${start} of ${table} is no range within 0..65535`];
}

function blockProblems(block: WrittenBlockSpec): string[] {
  const { name, entries } = block;
  const range = writtenRange(block);
  if (range === undefined) return [`${name}: a block that clients write needs points or a range`];
  if (isInputTable(range.table)) {
    return [`${name}: clients write holding registers and coils, not ${range.table}`];
  }
  const outside = entries.filter(({ register }) => !isInside(register, range));
  return [
    ...rangeProblems(name, range),
    ...outside.map(({ id }) => `${id} lies outside ${formatRange(range)}, which is written`),
  ];
}

function isInside({ table, address, count }: RegisterPoint, range: MapRange): boolean {
  return (
    table === range.table && address >= range.start && address + count <= range.start + range.count
  );
}

function doubles(entries: readonly MapEntry[]): string[] {
  const seen = new Set<string>();
  return entries.flatMap(({ id }) => {
    const isDouble = seen.has(id);
    seen.add(id);
    return isDouble ? [`${id} is in the map twice`] : [];
  });
}

/** Neighbours in the order of their addresses that lie over each other. */
function collisions(claims: readonly Claim[]): string[] {
  const sorted = [...claims].sort(
    (a, b) => a.range.table.localeCompare(b.range.table) || a.range.start - b.range.start,
  );
  const problems: string[] = [];
  let reaching: Claim | undefined;
  for (const claim of sorted) {
    if (reaching !== undefined && overlaps(reaching.range, claim.range)) {
      const mayShare =
        reaching.entry !== undefined &&
        claim.entry !== undefined &&
        sharesPlace(reaching.entry, claim.entry);
      if (!mayShare) {
        problems.push(
          `${claim.what} at ${formatRange(claim.range)} lies over ${reaching.what} at ${formatRange(reaching.range)}`,
        );
      }
    }
    const reach = reaching === undefined ? -1 : endOf(reaching.range);
    const isFurther = reaching?.range.table !== claim.range.table || endOf(claim.range) >= reach;
    if (isFurther) reaching = claim;
  }
  return problems;
}

function endOf({ start, count }: MapRange): number {
  return start + count;
}

/** What stands in a block that clients write, and does not belong to it. */
function strangers(written: readonly WrittenBlockSpec[], claims: readonly Claim[]): string[] {
  const problems: string[] = [];
  written.forEach((block, index) => {
    const range = writtenRange(block);
    if (range === undefined) return;
    const own = new Set<MapEntry>(block.entries);
    for (const { what, range: other, entry } of claims) {
      if (entry !== undefined && own.has(entry)) continue;
      if (overlaps(range, other)) {
        problems.push(
          `${what} lies in ${formatRange(range)}, which clients of ${block.name} write`,
        );
      }
    }
    for (const { name, ...other } of written.slice(index + 1)) {
      const otherRange = writtenRange({ name, ...other });
      if (otherRange !== undefined && overlaps(range, otherRange)) {
        problems.push(`${block.name} and ${name} are both written at ${formatRange(otherRange)}`);
      }
    }
  });
  return problems;
}
