import type { Expression } from '../expression/expression.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Value } from '../telemetry/point.ts';

/**
 * What a write to one point must respect. The limits of the profile (`RegisterPoint.write`) hold as
 * well: the narrower one wins. A number without an enum needs `min` and `max` from one of the two.
 */
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
  /** Pause between the acknowledgement and reading back, in milliseconds, for devices that need one. */
  readonly settleMs?: number;
}

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

/** A point that the gate knows; without rules it cannot be written. */
export interface GatedPoint {
  /** `device.point`. */
  readonly id: string;
  readonly device: string;
  readonly point: RegisterPoint;
  readonly rules?: WriteRules;
}

/** What may be written; replaced as a whole when the configuration changes. */
export interface GateSetup {
  /** The switch of the gateway. */
  readonly writes: 'off' | 'on';
  /** Where requests may come from: `local`, addresses, networks such as `10.0.0.0/8`. */
  readonly from: readonly string[];
  /** The devices whose switch is on. */
  readonly devices: ReadonlySet<string>;
  readonly points: ReadonlyMap<string, GatedPoint>;
}

/** Nothing may be written. */
export const NO_WRITES: GateSetup = {
  writes: 'off',
  from: ['local'],
  devices: new Set(),
  points: new Map(),
};

export interface GateLimits {
  /** Requests that may wait for one device, besides the one that is being served. */
  readonly queue: number;
  /** Life of a request that names none, in milliseconds. */
  readonly ttlMs: number;
  readonly maxTtlMs: number;
  /** Results that are remembered for idempotency keys, and for how long. */
  readonly keys: number;
  readonly keyMs: number;
}

export const GATE_LIMITS: GateLimits = {
  queue: 16,
  ttlMs: 5_000,
  maxTtlMs: 60_000,
  keys: 1_000,
  keyMs: 600_000,
};
