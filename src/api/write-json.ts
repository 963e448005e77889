import { localIso } from '../base/time-format.ts';
import type { AuditRecord } from '../gate/audit-line.ts';
import type { LockEntry } from '../gate/gate-state.ts';
import type { WritePreview } from '../gate/preview.ts';
import type { WritablePoint, WritingStatus } from '../gate/write-control.ts';
import type { WriteResult } from '../gate/write-request.ts';
import { jsonValue } from '../telemetry/sample-json.ts';
import type {
  AuditJson,
  LockJson,
  WritablePointJson,
  WritePreviewJson,
  WriteResultJson,
  WritesJson,
} from './contract.ts';

export function writeResultJson(
  { old, value, readback, at, ...result }: WriteResult,
  point: string,
  who: string,
  unit?: string,
): WriteResultJson {
  return {
    point,
    ...result,
    ...(old !== undefined && { old: jsonValue(old) }),
    ...(value !== undefined && { value: jsonValue(value) }),
    ...(readback !== undefined && { readback: jsonValue(readback) }),
    ...(unit !== undefined && { unit }),
    time: localIso(at),
    who,
  };
}

export function writesJson({
  state,
  problem,
  from,
  points,
  locks,
  audit,
}: WritingStatus): WritesJson {
  return {
    state,
    ...(problem !== undefined && { problem }),
    from,
    points: points.map(writablePointJson),
    locks: locksJson(locks),
    ...(audit !== undefined && { audit }),
  };
}

export function locksJson(locks: ReadonlyMap<string, LockEntry>): readonly LockJson[] {
  return [...locks].map(([scope, { who, why, until }]) => ({
    ...{ scope, who, why },
    ...(until !== undefined && { until: localIso(until) }),
  }));
}

function writablePointJson(writable: WritablePoint): WritablePointJson {
  const { id, device, point, rules, wear, lease } = writable;
  return {
    ...{ point: id, device, address: addressOf(point) },
    ...(point.unit !== undefined && { unit: point.unit }),
    ...(point.access === 'wo' && { writeOnly: true }),
    ...limitsJson(rules),
    ...(point.enum !== undefined && { states: Object.fromEntries(point.enum) }),
    role: rules.role ?? 'operator',
    confirm: rules.confirm ?? 'ask',
    ...(wear !== undefined && { wear }),
    ...leaseJson(rules, lease),
  };
}

function limitsJson({ interlocks, ...rules }: WritablePoint['rules']): Partial<WritablePointJson> {
  const { min, max, step, maxChange, minIntervalMs } = rules;
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(step !== undefined && { step }),
    ...(maxChange !== undefined && { maxChange }),
    ...(minIntervalMs !== undefined && { minIntervalMs }),
    ...(interlocks !== undefined && {
      interlocks: interlocks.map(({ condition, message }) => ({
        condition: condition.text,
        ...(message !== undefined && { message }),
      })),
    }),
  };
}

function leaseJson(
  { lease: rule }: WritablePoint['rules'],
  held: WritablePoint['lease'],
): Pick<WritablePointJson, 'lease'> {
  if (rule === undefined) return {};
  const { safeValue, maxMs } = rule;
  return {
    lease: {
      ...{ safeValue: jsonValue(safeValue), maxMs },
      ...(held !== undefined && { holder: held.holder, due: localIso(held.dueAt) }),
    },
  };
}

const TABLES = { coil: 'co', discrete: 'di', input: 'ir', holding: 'hr' } as const;

function addressOf({ table, address, bit }: WritablePoint['point']): string {
  return `${TABLES[table]}:${address}${bit === undefined ? '' : `.${bit}`}`;
}

export function previewJson({ value, frame, bytes }: WritePreview): WritePreviewJson {
  return {
    value: jsonValue(value),
    function: frame.function,
    address: frame.address,
    ...(frame.function === 6 && { words: [frame.word] }),
    ...(frame.function === 16 && { words: frame.words }),
    hex: Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' '),
  };
}

export function auditJson({ at, ...record }: AuditRecord): AuditJson {
  return { ...record, time: localIso(at) };
}
