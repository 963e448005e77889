import { parseDuration } from '../base/duration.ts';
import type { LockRequestJson } from './contract.ts';
import type { Problem } from './problem.ts';

export interface MaintenanceRequest {
  readonly scope: string;
  readonly why: string;
  /** Microseconds since 1970. */
  readonly until?: number;
}

/** A lock until a time, for a time, or until it is taken away. */
export function readMaintenance(
  { scope = '*', why, until, for: span }: LockRequestJson,
  wallMicros: number,
): MaintenanceRequest | Problem {
  const end = endOf(until, span, wallMicros);
  if (why.trim() === '' || Number.isNaN(end)) return WRONG_LOCK;
  return { scope, why, ...(end !== undefined && { until: end }) };
}

/** NaN where it is no time, or two; undefined where there is none. */
function endOf(
  until: string | undefined,
  span: string | undefined,
  wallMicros: number,
): number | undefined {
  if (until !== undefined) return span === undefined ? Date.parse(until) * 1000 : NaN;
  if (span === undefined) return undefined;
  return Math.round(wallMicros + (parseDuration(span) ?? NaN) * 1000);
}

const WRONG_LOCK: Problem = {
  status: 400,
  code: 'wrong-lock',
  detail: 'the lock has no reason, or no end that is a time',
  fix: 'send { "scope": "furnace1", "why": "changing the sensor", "for": "2h" }; scope * is all, until takes ISO 8601',
};
