import type { BenchTable } from './contract.ts';
import type { Problem } from './problem.ts';

/** A question as it was sent; which line it is about is found out later. */
export interface BenchBody {
  readonly device?: string;
  readonly line?: string;
  readonly unit?: number;
  readonly table: BenchTable;
  readonly start: number;
  readonly count: number;
}

export interface BenchWriteBody {
  readonly device: string;
  readonly table: 'holding' | 'coil';
  readonly start: number;
  readonly words: readonly number[];
  readonly function?: 'auto' | 'multiple';
  readonly reason?: string;
}

const TABLES: ReadonlySet<unknown> = new Set(['coil', 'discrete', 'input', 'holding']);

/** Registers to read or to scan. Whether there are so many is looked at by the workbench. */
export function readQuestion(body: unknown): BenchBody | Problem {
  const fields = fieldsOf(body, ['device', 'line', 'unit', 'table', 'start', 'count']);
  const { device, line, unit, table, start, count } = fields ?? {};
  const hasTarget =
    device === undefined
      ? typeof line === 'string' && isWhole(unit)
      : typeof device === 'string' && line === undefined && (unit === undefined || isWhole(unit));
  if (!hasTarget || !TABLES.has(table) || !isWhole(start) || !isWhole(count)) {
    return WRONG_QUESTION;
  }
  return fields as unknown as BenchBody;
}

const WRONG_QUESTION: Problem = {
  ...{ status: 400, code: 'wrong-body', detail: 'the body is no question' },
  fix: 'send { "device": "meter1", "table": "holding", "start": 0, "count": 10 }, or line and unit in place of device',
};

export function readRegisterWrite(body: unknown): BenchWriteBody | Problem {
  const fields = fieldsOf(body, ['device', 'start', 'words', 'bits', 'function', 'reason']);
  const { device, start, words, bits, function: code, reason } = fields ?? {};
  const items = words ?? bits;
  const most = bits === undefined ? { items: 123, value: 0xffff } : { items: 1, value: 1 };
  const isRight = [
    typeof device === 'string' && isBetween(start, 0, 0xffff),
    words === undefined || bits === undefined,
    areNumbers(items, most.items, most.value),
    [undefined, 'auto', 'multiple'].includes(code as string | undefined),
    ['undefined', 'string'].includes(typeof reason),
  ].every(Boolean);
  if (!isRight) return WRONG_WRITE;
  return {
    ...{ device, start, table: bits === undefined ? 'holding' : 'coil', words: items },
    ...(code !== undefined && { function: code }),
    ...(reason !== undefined && { reason }),
  } as BenchWriteBody;
}

const WRONG_WRITE: Problem = {
  ...{ status: 400, code: 'wrong-body', detail: 'the body is no write of registers' },
  fix: 'send { "device": "meter1", "start": 100, "words": [750], "reason": "…" }, or one coil as "bits": [1]',
};

export function readReason(body: unknown): string | Problem {
  const { reason } = fieldsOf(body, ['reason']) ?? {};
  if (typeof reason === 'string' && reason.trim() !== '') return reason;
  return {
    ...{ status: 400, code: 'wrong-body', detail: 'the body has no reason' },
    fix: 'send { "reason": "finding the set-point" }; it stands in the audit',
  };
}

function areNumbers(value: unknown, most: number, max: number): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= most &&
    value.every((one) => isBetween(one, 0, max))
  );
}

function isBetween(value: unknown, min: number, max: number): boolean {
  return isWhole(value) && value >= min && value <= max;
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
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
