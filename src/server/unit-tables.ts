import type { AddressRange } from '../codec/pdu/address-range.ts';
import { BitTable } from './bit-table.ts';
import { RegisterTable } from './register-table.ts';
import type { TableSpec } from './wire-table.ts';

/** A table that is left out has no addresses. */
export interface UnitTablesSpec {
  readonly coil?: TableSpec;
  readonly discrete?: TableSpec;
  readonly input?: TableSpec;
  readonly holding?: TableSpec;
  /**
   * Input registers are the holding registers once more, and discrete inputs the coils; `input` and
   * `discrete` are left out. For clients that know only one of the tables.
   */
  readonly mirror?: boolean;
}

/** A client's write that is sound and within what clients may write, before any of it is applied. */
export interface PendingWrite {
  readonly table: 'coil' | 'holding';
  readonly start: number;
  readonly count: number;
  /** What the table would hold: registers, or 0 and 1 for coils. Masks are worked out already. */
  readonly values: Uint16Array | Uint8Array;
  readonly functionCode: number;
  readonly unitId: number;
  /** Who asks, as the listener names it: `192.168.1.7:40123`. */
  readonly peer: string;
}

/** A client's read that is sound and of addresses that have values. */
export interface PendingRead {
  readonly table: 'coil' | 'discrete' | 'input' | 'holding';
  readonly start: number;
  readonly count: number;
  readonly functionCode: number;
  readonly unitId: number;
  /** Who asks, as the listener names it: `192.168.1.7:40123`. */
  readonly peer: string;
}

/** Exception code that refuses a write, or undefined to let it happen. */
export type WriteVerdict = number | undefined;

/** A request that was answered with an exception. */
export interface Refusal {
  readonly exception: number;
  readonly functionCode: number;
  /** `read hr:100+4`. */
  readonly request: string;
  readonly unitId: number;
  readonly peer: string;
}

export interface UnitHooks {
  /** May refuse a read with an exception code. A hook on reads costs each of them an object. */
  beforeRead?(read: PendingRead): number | undefined;
  /** Once per read that was answered with values. */
  onRead?(read: PendingRead): void;
  /** May refuse a write before anything is applied. A promise keeps the client waiting. */
  beforeWrite?(write: PendingWrite): WriteVerdict | Promise<WriteVerdict>;
  /** Once per client write, when all of it is applied; values are read from the tables. */
  onWrite?(table: 'coil' | 'holding', start: number, count: number): void;
  /** For a log that says which address was asked for in vain. Refused as fast as it is asked. */
  onRefused?(refusal: Refusal): void;
}

/** The four tables of one unit: what a server answers from. */
export class UnitTables {
  readonly coil: BitTable;
  readonly discrete: BitTable;
  readonly input: RegisterTable;
  readonly holding: RegisterTable;
  readonly hooks: UnitHooks;

  constructor(spec: UnitTablesSpec, hooks: UnitHooks = {}) {
    this.coil = new BitTable('coil', spec.coil);
    this.holding = new RegisterTable('holding', spec.holding);
    const isMirror = spec.mirror ?? false;
    this.discrete = isMirror ? this.coil : new BitTable('discrete', spec.discrete);
    this.input = isMirror ? this.holding : new RegisterTable('input', spec.input);
    this.hooks = hooks;
  }
}

/** A plain image: this many addresses from 0 in each table. */
export interface PlainImage {
  readonly coils?: number;
  readonly discrete?: number;
  readonly holding?: number;
  readonly input?: number;
  /** May clients write coils and holding registers? Default false. */
  readonly writable?: boolean;
}

export function plainImage(image: PlainImage, hooks?: UnitHooks): UnitTables {
  const writable = image.writable ?? false;
  const spec = {
    coil: { extents: fromZero(image.coils), writable },
    discrete: { extents: fromZero(image.discrete) },
    input: { extents: fromZero(image.input) },
    holding: { extents: fromZero(image.holding), writable },
  };
  return new UnitTables(spec, hooks);
}

function fromZero(count = 0): AddressRange[] {
  return count === 0 ? [] : [{ start: 0, count }];
}

/** Tables that answer for every unit id, or those of each unit. A map may change while it serves. */
export type Units = UnitTables | ReadonlyMap<number, UnitTables>;

export function tablesOf(units: Units, unitId: number): UnitTables | undefined {
  return units instanceof UnitTables ? units : units.get(unitId);
}
