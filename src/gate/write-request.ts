import type { Value } from '../telemetry/point.ts';

/** What somebody may do. A viewer writes nothing. */
export type Role = 'viewer' | 'operator' | 'admin';

/** By which way a request came in. */
export type Door = 'cli' | 'api' | 'text' | 'modbus' | 'mqtt' | 'exchange' | 'lease' | 'workbench';

export interface Requester {
  readonly name: string;
  readonly role: Role;
  /** An IP address, or `local` for somebody at this machine. */
  readonly from: string;
  readonly door: Door;
}

/** The wish to change one point. */
export interface WriteRequest {
  /** `device.point`. */
  readonly point: string;
  /** In engineering units; a member of an enum by number or by name. */
  readonly value: Value;
  readonly who: Requester;
  /** Why, for the audit; at most 500 characters of it are kept. */
  readonly reason?: string;
  /** How long it may wait for its frame, in milliseconds; default and longest are in GateLimits. */
  readonly ttlMs?: number;
  /** The same key of the same person brings the same result and no second frame. 1 to 200 characters. */
  readonly idempotencyKey?: string;
  /** Only for points with a lease: how long the value holds without renewal, in milliseconds. */
  readonly leaseMs?: number;
}

/**
 * `confirmed`: the device has it. `unchanged`: it had it already, nothing was sent. `refused`: a rule
 * forbids it, nothing was sent. `failed`: it was tried, and the device has not taken it. `unknown`: a
 * frame was sent and nobody knows what became of it; it is not sent again.
 */
export type WriteOutcome = 'confirmed' | 'unchanged' | 'refused' | 'unknown' | 'failed';

/** Which rule refused; stable. */
export type RefusalCode =
  | 'closed'
  | 'state-damaged'
  | 'invalid-request'
  | 'key-reused'
  | 'unknown-point'
  | 'writes-off'
  | 'device-off'
  | 'not-writable'
  | 'named'
  | 'locked'
  | 'role'
  | 'address'
  | 'maintenance'
  | 'type'
  | 'enum'
  | 'not-encodable'
  | 'no-limits'
  | 'range'
  | 'step'
  | 'batch-stopped'
  | 'queue-full'
  | 'expired'
  | 'device-down'
  | 'quality'
  | 'stale'
  | 'interlock'
  | 'interlock-unknown'
  | 'present-unknown'
  | 'max-change'
  | 'rate'
  | 'wear-life'
  | 'wear-day'
  | 'no-lease'
  | 'lease-renewed'
  | 'audit-failed'
  | 'disk-failed';

/** Why the outcome is what it is; stable. */
export type WriteCode =
  | RefusalCode
  /** Read back equal. */
  | 'read-back'
  /** The point cannot be read; the device acknowledged the frame. */
  | 'acknowledged'
  /** The frame was not answered, yet the device has the value. */
  | 'seen-after-timeout'
  | 'equal'
  | 'renewed'
  /** Acknowledged, and read back as something else. */
  | 'differs'
  /** An exception that says that nothing was done. */
  | 'device-refused'
  | 'not-sent'
  /** Sent, not acknowledged, and the device shows another value, or none. */
  | 'no-answer'
  /** Acknowledged, and could not be read back. */
  | 'not-verified'
  /** The program ended between intent and result. */
  | 'interrupted';

export interface WriteResult {
  readonly outcome: WriteOutcome;
  readonly code: WriteCode;
  /** What happened and what to do, for people. */
  readonly message: string;
  /** What the device had just before. */
  readonly old?: Value;
  /** What was, or would have been, written: the value as the registers hold it. */
  readonly value?: Value;
  readonly readback?: Value;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly id: string;
}

/** A rule that says no. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

export function refusal(code: RefusalCode, message: string): Refusal {
  return { code, message };
}

export function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'message' in value && !('outcome' in value);
}
