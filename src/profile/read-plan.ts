import { InvalidRequestError } from '../base/errors.ts';
import { formatAddress, isBitTable } from './format.ts';
import type { RegisterPoint, Table } from './point.ts';

/** One request, and the points whose values its answer holds. */
export interface PlannedRead {
  readonly table: Table;
  /** Zero-based, as sent on the wire. */
  readonly start: number;
  /** Registers, or coils. */
  readonly count: number;
  /** In the order of their addresses. */
  readonly points: readonly RegisterPoint[];
}

export interface PlanSettings {
  /** `auto` reads through gaps up to `gap`; `greedy` reads through any gap within one block. */
  readonly strategy: 'auto' | 'greedy';
  /** Largest block of registers, 1..125. */
  readonly registers: number;
  /** Largest block of coils or discrete inputs, 1..2000. */
  readonly bits: number;
  /** Unwanted registers, or coils, that are read through rather than asked around; `auto` only. */
  readonly gap: number | Gaps;
}

/** Widest gaps to read through, where registers and coils differ. */
export interface Gaps {
  readonly registers: number;
  readonly bits: number;
}

/** A plan as somebody wrote it: `auto` leaves the gap to what a request costs on the line. */
export interface PlanChoice extends Omit<PlanSettings, 'gap'> {
  readonly gap: number | 'auto';
}

/** MODBUS Application Protocol V1.1b3, sections 6.3 and 6.4. */
export const MAX_REGISTERS = 125;
/** MODBUS Application Protocol V1.1b3, sections 6.1 and 6.2. */
export const MAX_BITS = 2000;

/** Block of the greedy strategy where nothing else is said. */
export const GREEDY_REGISTERS = 100;

const TABLES: readonly Table[] = ['coil', 'discrete', 'input', 'holding'];

/**
 * The fewest requests that read all points: neighbours are merged, gaps are read through, no value
 * is split, no block is larger than allowed. Points that can only be written are left out.
 *
 * Taking the points by address and filling each block as far as it goes gives the fewest blocks: a
 * block has to begin at the lowest address still missing, and no other block reaches further.
 * Throws InvalidRequestError for a block size no device may be asked, and for a value wider than it.
 */
export function planReads(
  points: readonly RegisterPoint[],
  settings: PlanSettings,
): readonly PlannedRead[] {
  checkBlock('registers', settings.registers, MAX_REGISTERS);
  checkBlock('bits', settings.bits, MAX_BITS);
  return TABLES.flatMap((table) => {
    const ofTable = points.filter((point) => point.table === table && point.access !== 'wo');
    return planTable(table, ofTable, settings);
  });
}

function planTable(
  table: Table,
  points: readonly RegisterPoint[],
  { strategy, registers, bits, gap }: PlanSettings,
): readonly PlannedRead[] {
  const max = isBitTable(table) ? bits : registers;
  const widestGap = strategy === 'greedy' ? Infinity : gapOf(table, gap);
  const blocks: Block[] = [];
  let block: Block | undefined;
  // The sort is stable: points of one address stay in the order they were written.
  for (const point of [...points].sort((a, b) => a.address - b.address)) {
    if (point.count > max) throw tooWide(point, max);
    const end = point.address + point.count;
    if (
      block !== undefined &&
      point.address - block.end <= widestGap &&
      Math.max(end, block.end) - block.start <= max
    ) {
      block.end = Math.max(end, block.end);
      block.points.push(point);
    } else {
      block = { start: point.address, end, points: [point] };
      blocks.push(block);
    }
  }
  return blocks.map(({ start, end, points: inBlock }) => ({
    table,
    start,
    count: end - start,
    points: inBlock,
  }));
}

function gapOf(table: Table, gap: PlanSettings['gap']): number {
  if (typeof gap === 'number') return gap;
  return isBitTable(table) ? gap.bits : gap.registers;
}

interface Block {
  readonly start: number;
  end: number;
  readonly points: RegisterPoint[];
}

function checkBlock(what: 'registers' | 'bits', size: number, max: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= max) return;
  throw new InvalidRequestError(
    `a block of ${size} ${what} cannot be asked for, expected 1..${max}`,
  );
}

function tooWide(point: RegisterPoint, max: number): InvalidRequestError {
  return new InvalidRequestError(
    `${point.name} at ${formatAddress(point)} is ${point.count} registers wide, and a block has ${max}`,
  );
}
