import { createHash } from 'node:crypto';
import type { Value } from '../telemetry/point.ts';
import type { WriteFrame } from './device-port.ts';
import type { Requester, WriteCode, WriteOutcome } from './write-request.ts';

/**
 * `intent`: a frame is about to leave. `result`: what became of it, or, with an id that has no intent,
 * of an attempt that sent nothing. `note`: a lock, the start of the gate, a damaged end.
 */
export type AuditEntry =
  | ({ readonly kind: 'intent'; readonly frame: WriteFrame } & AuditedAttempt)
  | ({
      readonly kind: 'result';
      readonly outcome: WriteOutcome;
      readonly code: WriteCode;
      readonly message: string;
      readonly readback?: JsonValue;
    } & AuditedAttempt)
  | {
      readonly kind: 'note';
      readonly topic: string;
      readonly message: string;
      readonly who?: Requester;
    };

export interface AuditedAttempt {
  readonly id: string;
  readonly point: string;
  readonly who: Requester;
  readonly reason?: string;
  readonly key?: string;
  /** As asked for. */
  readonly asked: JsonValue;
  /** As the registers hold it. */
  readonly value?: JsonValue;
  readonly old?: JsonValue;
}

/** A value in a line: whole numbers beyond 2^53 as `{"whole":"…"}`, NaN and infinities as text. */
export type JsonValue = number | string | boolean | { readonly whole: string };

export type AuditRecord = AuditEntry & {
  readonly sequence: number;
  /** Microseconds since 1970. */
  readonly at: number;
};

/** The first line of every file: what the chain was before it. */
export interface AuditHeader {
  readonly kind: 'file';
  readonly sequence: number;
  readonly at: number;
  readonly previous: string;
}

/** Where a chain stands: the sequence of the next line and the hash of the last. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** The hash before the first line. */
export const CHAIN_START: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

/** Longest text that is kept of what people give. */
const MAX_TEXT = 500;

export function jsonValue(value: Value): JsonValue {
  if (typeof value === 'bigint') return { whole: value.toString() };
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : value;
}

export function valueOfJson(value: JsonValue): Value {
  return typeof value === 'object' ? BigInt(value.whole) : value;
}

/** One line with its seal: the SHA-256 of the seal before it and of this line without its own. */
export function sealLine(
  record: AuditRecord | AuditHeader,
  previous: string,
): { readonly line: string; readonly hash: string } {
  const body = JSON.stringify(record);
  const hash = hashOf(previous, body);
  return { line: `${body.slice(0, -1)},"hash":"${hash}"}\n`, hash };
}

const SEAL = /,"hash":"([0-9a-f]{64})"\}$/;

/** A line without its line break; undefined when it is no line of an audit. */
export function openLine(line: string):
  | {
      readonly record: AuditRecord | AuditHeader;
      readonly hash: string;
      readonly isSealedBy: (previous: string) => boolean;
    }
  | undefined {
  const [, hash] = SEAL.exec(line) ?? [];
  if (hash === undefined) return undefined;
  const body = `${line.replace(SEAL, '')}}`;
  try {
    const record = JSON.parse(body) as AuditRecord | AuditHeader;
    return { record, hash, isSealedBy: (previous) => hashOf(previous, body) === hash };
  } catch {
    return undefined;
  }
}

function hashOf(previous: string, body: string): string {
  return createHash('sha256').update(previous).update(body).digest('hex');
}
