import { parseDuration } from '../base/duration.ts';
import type { WriteRequestJson } from './contract.ts';
import type { Problem } from './problem.ts';

/** The body of a write, checked by its keys; a mistyped key must not be left out silently. */
export function readWrite(body: unknown): WriteRequestJson | Problem {
  const fields = fieldsOf(body, ['value', 'reason', 'leaseMs', 'ttlMs']);
  if (fields === undefined) return WRONG_WRITE;
  const { value, reason, leaseMs, ttlMs } = fields;
  const isValue = ['number', 'string', 'boolean'].includes(typeof value);
  const areNumbers = [leaseMs, ttlMs].every((ms) => ms === undefined || typeof ms === 'number');
  if (!isValue || !isTextOrNothing(reason) || !areNumbers) return WRONG_WRITE;
  return fields as unknown as WriteRequestJson;
}

const WRONG_WRITE: Problem = {
  status: 400,
  code: 'wrong-body',
  detail: 'the body is no write',
  fix: 'send { "value": 750 }, and besides it only reason, leaseMs and ttlMs',
};

export interface MaintenanceRequest {
  readonly scope: string;
  readonly why: string;
  /** Microseconds since 1970. */
  readonly until?: number;
}

/** The body of a lock: until a time, for a time, or until it is taken away. */
export function readMaintenance(body: unknown, wallMicros: number): MaintenanceRequest | Problem {
  const fields = fieldsOf(body, ['scope', 'why', 'until', 'for']);
  const { scope = '*', why, until, for: span } = fields ?? {};
  const isNamed = typeof scope === 'string' && typeof why === 'string' && why.trim() !== '';
  if (!isNamed || !isTextOrNothing(until) || !isTextOrNothing(span)) return WRONG_LOCK;
  const end = endOf(until, span, wallMicros);
  if (Number.isNaN(end)) return WRONG_LOCK;
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
  code: 'wrong-body',
  detail: 'the body is no lock',
  fix: 'send { "scope": "furnace1", "why": "changing the sensor", "for": "2h" }; scope * is all, until takes ISO 8601',
};

function isTextOrNothing(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

/** The fields of an object that has no others. */
function fieldsOf(
  body: unknown,
  known: readonly string[],
): Readonly<Record<string, unknown>> | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  return Object.keys(body).every((key) => known.includes(key))
    ? (body as Readonly<Record<string, unknown>>)
    : undefined;
}
