import {
  valueOfJson,
  type AuditEntry,
  type AuditRecord,
  type AuditedAttempt,
} from './audit-line.ts';
import type { WriteRequest, WriteResult } from './write-request.ts';

type ResultRecord = Extract<AuditRecord, { kind: 'result' }>;
type IntentRecord = Extract<AuditRecord, { kind: 'intent' }>;

/** What the audit says of the time before this start. Nothing of it is sent again. */
export interface Recovery {
  /** Intents whose result was never written. */
  readonly interrupted: readonly AuditEntry[];
  /** When the last frame went to each point, microseconds since 1970. */
  readonly lastFrames: ReadonlyMap<string, number>;
  /** Results of requests with a key, the oldest first. */
  readonly keyed: readonly {
    readonly key: string;
    readonly asked: string;
    readonly result: WriteResult;
  }[];
}

export function recover(records: readonly AuditRecord[]): Recovery {
  const open = new Map<string, IntentRecord>();
  const lastFrames = new Map<string, number>();
  const ended: ResultRecord[] = [];
  for (const record of records) {
    if (record.kind === 'intent') {
      open.set(record.id, record);
      lastFrames.set(record.point, record.at);
    } else if (record.kind === 'result') {
      open.delete(record.id);
      ended.push(record);
    }
  }
  const interrupted = [...open.values()].map(interruptedResult);
  const all = [...ended, ...interrupted];
  return {
    interrupted: interrupted.map(({ sequence: _, at: __, ...entry }) => entry),
    lastFrames,
    keyed: all.flatMap((record) => {
      if (record.key === undefined || record.outcome === 'refused') return [];
      return [{ key: keyOf(record), asked: askedOf(record), result: resultOf(record) }];
    }),
  };
}

function interruptedResult({ kind: _, frame: __, ...attempt }: IntentRecord): ResultRecord {
  return {
    ...attempt,
    kind: 'result',
    outcome: 'unknown',
    code: 'interrupted',
    message: 'the program ended before it knew; look at the value, it is not sent again',
  };
}

function resultOf(record: ResultRecord): WriteResult {
  const { outcome, code, message, old, value, readback, at, id } = record;
  return {
    ...{ outcome, code, message, at, id },
    ...(old !== undefined && { old: valueOfJson(old) }),
    ...(value !== undefined && { value: valueOfJson(value) }),
    ...(readback !== undefined && { readback: valueOfJson(readback) }),
  };
}

/** Keys of different people and doors are different. */
export function keyOf({ who: { door, name }, key }: Pick<AuditedAttempt, 'who' | 'key'>): string {
  return JSON.stringify([door, name, key]);
}

/** What a key stands for: the same key with another wish is a mistake. */
export function askedOf({ point, asked }: Pick<AuditedAttempt, 'point' | 'asked'>): string {
  return JSON.stringify([point, asked]);
}

/** The part of a request that its audit keeps. */
export function attemptOf(
  id: string,
  { point, who, reason, idempotencyKey: key }: WriteRequest,
  asked: AuditedAttempt['asked'],
): AuditedAttempt {
  const { name, role, from, door } = who;
  return {
    id,
    point: point.slice(0, 200),
    who: { name: name.slice(0, 200), role, from: from.slice(0, 100), door },
    ...(reason !== undefined && { reason: reason.slice(0, 500) }),
    ...(key !== undefined && { key: key.slice(0, 200) }),
    asked,
  };
}
