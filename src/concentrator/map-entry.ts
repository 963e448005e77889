import { formatAddress } from '../profile/format.ts';
import type { RegisterPoint, Table } from '../profile/point.ts';
import type { Point } from '../telemetry/point.ts';

/** A point of the site and the registers in which we serve it. */
export interface MapEntry {
  /** `device.point`. */
  readonly id: string;
  /** Table, address, type, order and scale on our side, which need not be those of the device. */
  readonly register: RegisterPoint;
  /** A client's write is a wish that the device be written. Whole registers and coils alone. */
  readonly isWritable?: boolean;
}

/** A point whose registers a client writes. */
export interface WrittenEntry extends MapEntry {
  readonly point: Point;
}

/** Consecutive addresses of one table. */
export interface MapRange {
  readonly table: Table;
  readonly start: number;
  readonly count: number;
}

/**
 * What the registers of a value answer when it is not known, or no longer. `exception`: 0x0B, gateway
 * target device failed to respond. `hold`: the last value for as long as it takes; what was never
 * known is an exception all the same. A sentinel: this raw number, 0..65535, in each of its registers.
 */
export type StalePolicy = 'exception' | 'hold' | { readonly sentinel: number };

export function rangeOf({ register: { table, address, count } }: MapEntry): MapRange {
  return { table, start: address, count };
}

export function overlaps(one: MapRange, other: MapRange): boolean {
  return (
    one.table === other.table &&
    one.start < other.start + other.count &&
    other.start < one.start + one.count
  );
}

export function contains(outer: MapRange, inner: MapRange): boolean {
  return (
    outer.table === inner.table &&
    outer.start <= inner.start &&
    inner.start + inner.count <= outer.start + outer.count
  );
}

/** `hr:6+2`. */
export function formatRange({ table, start, count }: MapRange): string {
  return `${formatAddress({ table, address: start })}+${count}`;
}

/** May two values stand in the same register? Bits and bytes of one may. */
export function sharesPlace(one: MapEntry, other: MapEntry): boolean {
  const [a, b] = [partOf(one.register), partOf(other.register)];
  return a !== undefined && b !== undefined && (a & b) === 0;
}

/** The bits of its register that a value takes; undefined when it takes all. */
function partOf({ type, bit }: RegisterPoint): number | undefined {
  if (bit !== undefined) return 1 << bit;
  if (type === 'u8h' || type === 'i8h') return 0xff00;
  return type === 'u8l' || type === 'i8l' ? 0x00ff : undefined;
}
