import { InvalidRequestError } from '../base/errors.ts';
import type { AddressRange } from '../codec/pdu/address-range.ts';
import type { Table } from '../profile/point.ts';
import { UnitTables, type UnitHooks } from '../server/unit-tables.ts';
import type { Sample } from '../telemetry/sample.ts';
import { rangeOf, type MapRange, type StalePolicy } from './map-entry.ts';
import {
  gatedEntries,
  isMirrored,
  mapProblems,
  statusRange,
  writtenRange,
  ZEROS,
} from './unit-spec.ts';
import type { UnitSpec } from './unit-spec.ts';
import { ValueSlot } from './value-slot.ts';

/** What a register answers that means nothing any more. */
const HOLE = 0xffff;

/** The tables of one unit, filled from samples of the site. Throws InvalidRequestError for a wrong map. */
export class UnitImage {
  readonly tables: UnitTables;
  /** Values that did not fit into their registers so far. */
  unfit = 0;
  readonly #slots = new Map<string, ValueSlot>();

  constructor(spec: UnitSpec, hooks: UnitHooks) {
    const problems = mapProblems(spec);
    if (problems.length > 0) throw new InvalidRequestError(problems.join('; '));
    this.tables = new UnitTables(tablesSpec(spec), hooks);
    this.#fillHoles(spec);
    const zeros = spec.compat === 'zeros';
    for (const { entries, whenStale } of spec.blocks ?? []) {
      const policy = policyOf(whenStale, zeros);
      for (const { id, register } of entries) {
        this.#slots.set(id, new ValueSlot(this.tables, register, policy, zeros));
      }
    }
    this.#joinSharers();
  }

  /** Serves what one answer brought: all of it, before anybody can read again. */
  apply(samples: readonly Sample[]): void {
    for (const { point, value, quality } of samples) {
      const slot = this.#slots.get(point.id);
      if (slot === undefined) continue;
      if (quality !== 'good' || value === undefined) slot.hide();
      else if (!slot.show(value)) this.unfit += 1;
    }
  }

  #fillHoles({ holes = [], compat }: UnitSpec): void {
    if (compat === 'zeros') return;
    for (const { table, start, count } of holes) {
      if (table === 'coil' || table === 'discrete') continue;
      this.tables[table].setRegisters(start, Array<number>(count).fill(HOLE));
    }
  }

  #joinSharers(): void {
    const byPlace = new Map<string, ValueSlot[]>();
    for (const slot of this.#slots.values()) {
      const { table, address } = slot.register;
      const key = `${table} ${address}`;
      const others = byPlace.get(key) ?? [];
      for (const other of others) {
        slot.shareWith(other);
        other.shareWith(slot);
      }
      byPlace.set(key, [...others, slot]);
    }
  }
}

export function policyOf(whenStale: StalePolicy | undefined, zeros: boolean): StalePolicy {
  return whenStale ?? (zeros ? 'hold' : 'exception');
}

function tablesSpec(spec: UnitSpec): ConstructorParameters<typeof UnitTables>[0] {
  const written = [
    ...(spec.written ?? []).map(writtenRange).filter((range) => range !== undefined),
    ...gatedEntries(spec).map(rangeOf),
  ];
  const all: MapRange[] = [
    ...(spec.blocks ?? []).flatMap(({ entries }) => entries.map(rangeOf)),
    ...(spec.status ?? []).map(statusRange),
    ...(spec.holes ?? []),
    ...(spec.compat === 'zeros' ? ZEROS : []),
    ...written,
  ];
  const of = (table: Table, ranges: readonly MapRange[]): AddressRange[] =>
    ranges.filter((range) => range.table === table);
  return {
    coil: { extents: of('coil', all), writable: of('coil', written) },
    holding: { extents: of('holding', all), writable: of('holding', written) },
    discrete: { extents: of('discrete', all) },
    input: { extents: of('input', all) },
    mirror: isMirrored(spec),
  };
}
