import type { WriteRules } from '../profile/write-rules.ts';
import type { Value } from '../telemetry/point.ts';
import type { WriteFrame } from './device-port.ts';
import { limitProblem } from './value-limits.ts';
import { wantedValue } from './wanted-value.ts';
import { frameFor } from './write-frame.ts';
import {
  isRefusal,
  refusal,
  type Refusal,
  type Requester,
  type WriteRequest,
} from './write-request.ts';
import type { GatedPoint, GateLimits, GateSetup } from './gate-setup.ts';

/** A request that nothing known at once speaks against. */
export interface Admission {
  readonly gated: GatedPoint;
  readonly rules: WriteRules;
  /** As the registers will hold it. */
  readonly value: Value;
  readonly frame: WriteFrame;
}

/** Who writes the safe value of a lease that is over. Known by identity: no request can claim to be it. */
export const LEASE_KEEPER: Requester = {
  name: 'lease',
  role: 'operator',
  from: 'local',
  door: 'lease',
};

const MAX_KEY = 200;
const MAX_TEXT = 500;

/** What is wrong with the request itself. */
export function shapeProblem(request: WriteRequest, limits: GateLimits): Refusal | undefined {
  const { ttlMs, idempotencyKey: key, value, leaseMs } = request;
  if (ttlMs !== undefined && !isBetween(ttlMs, limits.maxTtlMs)) {
    return refusal('invalid-request', `ttlMs is ${ttlMs}, expected 1 to ${limits.maxTtlMs}`);
  }
  if (key !== undefined && (key.length === 0 || key.length > MAX_KEY)) {
    return refusal('invalid-request', `an idempotency key has 1 to ${MAX_KEY} characters`);
  }
  if (typeof value === 'string' && value.length > MAX_TEXT) {
    return refusal('invalid-request', `a text has at most ${MAX_TEXT} characters`);
  }
  if (leaseMs !== undefined && !isBetween(leaseMs, Infinity)) {
    return refusal('invalid-request', `leaseMs is ${leaseMs}, expected a number of milliseconds`);
  }
  return undefined;
}

const MAX_BATCH = 32;

/** What is wrong with several requests together. */
export function batchProblem(
  requests: readonly WriteRequest[],
  { points }: GateSetup,
): Refusal | undefined {
  if (requests.length === 0 || requests.length > MAX_BATCH) {
    return refusal('invalid-request', `a batch has 1 to ${MAX_BATCH} writes`);
  }
  if (requests.some(({ idempotencyKey }) => idempotencyKey !== undefined)) {
    return refusal('invalid-request', 'a write of a batch has no idempotency key');
  }
  const devices = new Set(requests.map(({ point }) => points.get(point)?.device));
  if (devices.size === 1) return undefined;
  return refusal('invalid-request', 'the writes of a batch go to one device');
}

function isBetween(ms: number, max: number): boolean {
  return Number.isFinite(ms) && ms >= 1 && ms <= max;
}

/** The point and its rules, where this person may write it. */
export function permission(
  setup: GateSetup,
  allowsAddress: (address: string) => boolean,
  { point: id, who, leaseMs }: Pick<WriteRequest, 'point' | 'who' | 'leaseMs'>,
): Pick<Admission, 'gated' | 'rules'> | Refusal {
  const gated = setup.points.get(id);
  if (gated === undefined) return refusal('unknown-point', `there is no point ${id.slice(0, 200)}`);
  if (setup.writes !== 'on') {
    return refusal('writes-off', 'this gateway writes nothing; set writes in its site file');
  }
  if (!setup.devices.has(gated.device)) {
    return refusal('device-off', `nothing is written to ${gated.device}; set writes at the device`);
  }
  const { rules, point } = gated;
  if (rules === undefined || point.access === 'ro') {
    const why =
      rules === undefined ? 'is not among what its device lets be written' : 'is read only';
    return refusal('not-writable', `${id} ${why}`);
  }
  return (
    personProblem(id, rules, who, allowsAddress) ??
    leaseProblem(id, rules, leaseMs) ?? { gated, rules }
  );
}

function personProblem(
  id: string,
  rules: WriteRules,
  who: Requester,
  allowsAddress: (address: string) => boolean,
): Refusal | undefined {
  if (who === LEASE_KEEPER) return undefined;
  const needed = rules.role ?? 'operator';
  if (who.role !== 'admin' && who.role !== needed) {
    return refusal('role', `${id} needs the role ${needed}, ${who.name} is ${who.role}`);
  }
  if (allowsAddress(who.from)) return undefined;
  return refusal('address', `writes do not come from ${who.from}; add it to the allowed ones`);
}

function leaseProblem(
  id: string,
  { lease }: WriteRules,
  leaseMs: number | undefined,
): Refusal | undefined {
  if (leaseMs === undefined) return undefined;
  if (lease === undefined) return refusal('no-lease', `${id} has no lease; leave leaseMs out`);
  if (leaseMs <= lease.maxMs) return undefined;
  return refusal('invalid-request', `a lease of ${id} holds ${lease.maxMs} ms at most`);
}

/** The value and its frame, where type, range and step allow it. */
export function admitValue(
  { gated: { point }, rules }: Pick<Admission, 'gated' | 'rules'>,
  asked: Value,
): Pick<Admission, 'value' | 'frame'> | Refusal {
  const wanted = wantedValue(point, asked);
  if (isRefusal(wanted)) return wanted;
  const { value } = wanted;
  const problem = limitProblem(point, rules, value);
  if (problem !== undefined) return problem;
  const frame = frameFor(point, value, rules.function ?? point.write?.function ?? 'auto');
  return isRefusal(frame) ? frame : { value, frame };
}
