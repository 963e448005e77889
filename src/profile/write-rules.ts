import type { Value } from '../codec/value/value-type.ts';
import type { Expression } from '../expression/expression.ts';

/** What a write to one point must respect. A number without an enum needs `min` and `max`. */
export interface WriteRules {
  /** Who may write. Default `operator`. */
  readonly role?: 'operator' | 'admin';
  /** Lowest and highest value, in engineering units. */
  readonly min?: number;
  readonly max?: number;
  /** Values are multiples of it. */
  readonly step?: number;
  /** How far a value may lie from the one that the device has. */
  readonly maxChange?: number;
  /** The point that `maxChange` is measured from, where this one cannot be read: `device.point`. */
  readonly changeFrom?: string;
  /** Least time between two frames to this point, in milliseconds. */
  readonly minIntervalMs?: number;
  /** How old the present value may be; default 10 s, or two poll intervals where they are longer. */
  readonly maxAgeMs?: number;
  /** All must be true, and known, for a write to go out. */
  readonly interlocks?: readonly Interlock[];
  readonly wear?: WearRule;
  /** A value that holds only while somebody renews it. */
  readonly lease?: LeaseRule;
  /** `mask` is function 22, for a point that is a part of its register. Default: that of the profile. */
  readonly function?: WriteFunction;
  /** How a person at a page or a terminal confirms it. Default `ask`. */
  readonly confirm?: Confirmation;
  /** Pause between the acknowledgement and reading back, in milliseconds, for devices that need one. */
  readonly settleMs?: number;
}

export const CONFIRMATIONS = ['none', 'ask', 'retype'] as const;

export type Confirmation = (typeof CONFIRMATIONS)[number];

/** `single` is FC 5 or 6, `multiple` FC 15 or 16, `mask` FC 22; `auto` takes the one that fits. */
export type WriteFunction = 'auto' | 'single' | 'multiple' | 'mask';

/** A condition over points: `status == 1`, `furnace2.door_closed`. A bare name is of the same device. */
export interface Interlock {
  readonly condition: Expression;
  /** What to do when it is not met. */
  readonly message?: string;
}

/** How often a register may be written. Points that share the register share the count. */
export interface WearRule {
  /** In the life of the device. */
  readonly cycles: number;
  /** In a day of UTC. */
  readonly perDay?: number;
}

export interface LeaseRule {
  /** Written when nobody has renewed in time, through the same rules. */
  readonly safeValue: Value;
  /** Longest time between two renewals, and the one of a request that names none; milliseconds. */
  readonly maxMs: number;
}
