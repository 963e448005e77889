import { ModbusExceptionError, RequestTimeoutError, UsageError } from '../base/errors.ts';
import type { ModbusClient } from '../client/client.ts';
import { READ_CODECS } from '../engine/planned-read.ts';
import { TABLE_PREFIXES, isBitTable } from '../profile/format.ts';
import { MAX_BITS, MAX_REGISTERS } from '../profile/read-plan.ts';
import type { Table } from '../profile/point.ts';

/** Addresses of one table, both ends included. */
export interface Span {
  readonly table: Table;
  readonly first: number;
  readonly last: number;
}

/** Where most devices keep what they have. */
const DEFAULT_RANGES = 'hr:0-999,ir:0-999';

const TABLES = Object.entries(TABLE_PREFIXES) as readonly (readonly [Table, string])[];

/** `hr:0-999,co:0-63`; without a table it is registers of both kinds. Throws UsageError. */
export function parseRanges(text: string = DEFAULT_RANGES): readonly Span[] {
  return text.split(',').flatMap((part) => {
    const [, prefix, from, to = from] =
      /^(?:(hr|ir|co|di):)?(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || first > last || last > 0xffff) {
      throw new UsageError(`--range: "${part}" is no range, expected such as hr:0-999,co:0-63`);
    }
    const tables = TABLES.filter(([table, name]) =>
      prefix === undefined ? !isBitTable(table) : name === prefix,
    );
    return tables.map(([table]) => ({ table, first, last }));
  });
}

export interface RegisterScanOptions {
  readonly unit: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Addresses that are settled, of all. */
  readonly onProgress?: (done: number) => void;
}

/** A device that says nothing so often in a row is taken to be gone. */
const MAX_TIMEOUTS = 3;

/**
 * Finds which registers a device has: a block that it refuses is halved until each part is either there
 * or a single address that is not. Fills `into` with the spans that are there, joined; rejects with the last
 * timeout when the device has gone.
 */
export async function scanRegisters(
  client: ModbusClient,
  spans: readonly Span[],
  options: RegisterScanOptions,
  into: Span[],
): Promise<void> {
  let done = 0;
  let timeouts = 0;
  for (const { table, first, last } of spans) {
    const waiting = blocks(table, first, last);
    for (let block = waiting.shift(); block !== undefined; block = waiting.shift()) {
      const answer = await askBlock(client, block, options);
      timeouts = answer instanceof RequestTimeoutError ? timeouts + 1 : 0;
      if (answer instanceof RequestTimeoutError && timeouts >= MAX_TIMEOUTS) throw answer;
      const count = block.last - block.first + 1;
      // Who does not know the function has nothing in this table.
      if (answer instanceof ModbusExceptionError && answer.exception === 1) break;
      if (answer !== undefined && count > 1) {
        waiting.unshift(...halves(block));
        continue;
      }
      if (answer === undefined) join(into, block);
      done += count;
      options.onProgress?.(done);
    }
  }
}

/** The addresses as the device gives them at most, each block one request. */
function blocks(table: Table, first: number, last: number): Span[] {
  const size = isBitTable(table) ? MAX_BITS : MAX_REGISTERS;
  return Array.from({ length: Math.ceil((last - first + 1) / size) }, (_, index) => {
    const start = first + index * size;
    return { table, first: start, last: Math.min(last, start + size - 1) };
  });
}

function halves({ table, first, last }: Span): readonly Span[] {
  const middle = Math.floor((first + last) / 2);
  return [
    { table, first, last: middle },
    { table, first: middle + 1, last },
  ];
}

/** Undefined when the whole block is there, else why not. */
async function askBlock(
  client: ModbusClient,
  { table, first, last }: Span,
  { unit, timeoutMs, signal }: RegisterScanOptions,
): Promise<ModbusExceptionError | RequestTimeoutError | undefined> {
  try {
    await client.request(
      READ_CODECS[table],
      unit,
      { start: first, count: last - first + 1 },
      { timeoutMs, retries: 1, ...(signal !== undefined && { signal }) },
    );
    return undefined;
  } catch (error) {
    if (error instanceof ModbusExceptionError || error instanceof RequestTimeoutError) return error;
    throw error;
  }
}

function join(into: Span[], block: Span): void {
  const before = into.at(-1);
  if (before?.table === block.table && before.last + 1 === block.first) {
    into[into.length - 1] = { ...before, last: block.last };
  } else {
    into.push(block);
  }
}

/** Addresses of all spans together. */
export function countOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** `hr:0-99   100 registers`. */
export function spanLines(spans: readonly Span[]): readonly string[] {
  return spans.map(({ table, first, last }) => {
    const count = last - first + 1;
    const noun = isBitTable(table) ? 'bit' : 'register';
    const where = `${TABLE_PREFIXES[table]}:${first}${count === 1 ? '' : `-${last}`}`;
    return `  ${where.padEnd(16)}  ${count} ${noun}${count === 1 ? '' : 's'}`;
  });
}
