import type { ReportRule } from '../base/report-rule.ts';
import type { TextForm } from '../codec/value/text-codec.ts';
import type { ByteOrder, Value, ValueType } from '../codec/value/value-type.ts';
import type { PointAlarm } from './point-alarm.ts';
import type { WriteFunction, WriteRules } from './write-rules.ts';

export type { ByteOrder, TextForm, Value, ValueType };

/** One of the four tables of the Modbus data model (Application Protocol V1.1b3, section 4.3). */
export type Table = 'coil' | 'discrete' | 'input' | 'holding';

export type Access = 'ro' | 'rw' | 'wo';

/** Engineering value = raw x multiply / divide + offset. A divisor keeps 4974 / 10 exactly 497.4. */
export interface Scale {
  readonly multiply: number;
  readonly divide: number;
  readonly offset: number;
}

export const UNSCALED: Scale = { multiply: 1, divide: 1, offset: 0 };

/** What a write to this point must respect on every device of its kind. */
export interface WriteLimits extends WriteRules {
  readonly function: WriteFunction;
}

/**
 * One quantity a device reports: where it is, how it is written there, and what it means. Complete:
 * nothing after the parser has a default to remember.
 */
export interface RegisterPoint {
  readonly name: string;
  readonly table: Table;
  /** Zero-based, as sent on the wire. */
  readonly address: number;
  /** Bit of a register, 0 being the least significant; only with type `bool` in a register table. */
  readonly bit?: number;
  readonly type: ValueType;
  readonly order: ByteOrder;
  /** Registers, or coils, that the value spans. */
  readonly count: number;
  /** Bytes of a `str` or `bytes`. */
  readonly size?: number;
  readonly scale: Scale;
  readonly access: Access;
  /** As people print it: `V`, `kWh`, `°C`; absent for pure numbers. */
  readonly unit?: string;
  readonly label?: string;
  readonly doc?: string;
  /** Digits behind the decimal point when printed; derived from the scale where it is not given. */
  readonly decimals?: number;
  readonly quantity?: string;
  readonly kind: PointKind;
  readonly group?: string;
  readonly category?: string;
  /** Names of the values of a state. */
  readonly enum?: ReadonlyMap<number, string>;
  /** Names of the bits of a `bits16` or `bits32`. */
  readonly bits?: ReadonlyMap<number, string>;
  /** Engineering values outside are bad, not clamped. */
  readonly valid?: readonly [min: number, max: number];
  /** Raw values that mean "no value". */
  readonly invalid?: readonly (number | bigint)[];
  readonly write?: WriteLimits;
  /** Which readings are worth keeping. */
  readonly report?: ReportRule;
  /** Which values are an alarm. */
  readonly alarm?: PointAlarm;
  /** How a `str` is written where it is not Latin-1 with spaces behind it. */
  readonly text?: TextForm;
  /** Set in a point that is one of many. */
  readonly repeated?: RepeatedPoint;
  /** Where its value is on a CAN bus, for a device that speaks there: `Message.Signal`. */
  readonly can?: string;
  /** What of the computer it is, for a device that is heard: `cpu-temperature`. */
  readonly host?: string;
}

/** Which of the points that one `repeat` made this is. */
export interface RepeatedPoint {
  /** The name as written: `block_{n}_voltage`. */
  readonly pattern: string;
  /** The first one is 1, whatever its name counts from. */
  readonly ordinal: number;
  /** The point whose value says how many of them the device has. */
  readonly countFrom?: string;
}

export type PointKind = 'gauge' | 'counter' | 'state' | 'text' | 'time';
