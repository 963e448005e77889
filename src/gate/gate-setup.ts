import type { RegisterPoint } from '../profile/point.ts';
import type { WriteRules } from '../profile/write-rules.ts';

/** A point that the gate knows; without rules it cannot be written. */
export interface GatedPoint {
  /** `device.point`. */
  readonly id: string;
  readonly device: string;
  readonly point: RegisterPoint;
  readonly rules?: WriteRules;
}

/** The points of a site by id: a map, or what finds them when somebody asks, and then always the same. */
export interface GatedPoints {
  get(id: string): GatedPoint | undefined;
  values(): Iterable<GatedPoint>;
}

/** What may be written; replaced as a whole when the configuration changes. */
export interface GateSetup {
  /** The switch of the gateway. */
  readonly writes: 'off' | 'on';
  /** Where requests may come from: addresses, networks such as `10.0.0.0/8`, `loopback`, `any`. */
  readonly from: readonly string[];
  /** The devices whose switch is on. */
  readonly devices: ReadonlySet<string>;
  readonly points: GatedPoints;
  /** Line and unit of each device: those with the same have the same registers. Default: each its own. */
  readonly places?: ReadonlyMap<string, string>;
}

/** Nothing may be written. */
export const NO_WRITES: GateSetup = {
  writes: 'off',
  from: ['loopback'],
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
