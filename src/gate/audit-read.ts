import {
  CHAIN_START,
  openLine,
  type AuditHeader,
  type AuditRecord,
  type ChainHead,
} from './audit-line.ts';
import type { GateFiles } from './gate-files.ts';
import type { WriteOutcome } from './write-request.ts';

const FILE = /^audit-(\d{12})\.jsonl$/;

/** The file that begins with this sequence. */
export function auditFileName(sequence: number): string {
  return `audit-${String(sequence).padStart(12, '0')}.jsonl`;
}

/** The files of the audit, the oldest first. */
export async function auditFiles(files: GateFiles): Promise<readonly string[]> {
  return (await files.list()).filter((name) => FILE.test(name)).sort();
}

export interface AuditCheck {
  /** `torn`: the last line is not whole, as a power cut leaves it; everything before is sound. */
  readonly state: 'sound' | 'torn' | 'broken';
  readonly files: number;
  /** Lines whose seal is right, headers not counted. */
  readonly records: number;
  /** Where the first fault is. */
  readonly fault?: { readonly file: string; readonly line: number; readonly message: string };
  /** The end of the sound part. Noted elsewhere, it shows later that no line was cut off. */
  readonly head: ChainHead;
}

/**
 * Follows the chain through every file that is kept. What it cannot see is that whole lines were cut
 * off at the end, or whole files at the beginning: compare `head` with one noted earlier for that.
 */
export async function verifyAudit(files: GateFiles): Promise<AuditCheck> {
  const names = await auditFiles(files);
  let head: ChainHead | undefined;
  let records = 0;
  for (const [index, name] of names.entries()) {
    const part = followChain(await textOf(files, name), head);
    records += part.records;
    head = part.head;
    if (part.fault === undefined) continue;
    const isLast = index === names.length - 1;
    return {
      state: part.fault.isTorn && isLast ? 'torn' : 'broken',
      ...{ files: names.length, records, head },
      fault: { file: name, line: part.fault.line, message: part.fault.message },
    };
  }
  return { state: 'sound', files: names.length, records, head: head ?? CHAIN_START };
}

interface ChainPart {
  readonly head: ChainHead;
  readonly records: number;
  /** Bytes up to the end of the last sound line. */
  readonly bytes: number;
  readonly fault?: { readonly line: number; readonly message: string; readonly isTorn: boolean };
}

/** The chain through one file. Without a head the first line is believed: older files are gone. */
export function followChain(text: string, before: ChainHead | undefined): ChainPart {
  let head = before;
  let [records, bytes, line] = [0, 0, 0];
  const part = (message?: string, isTorn = false): ChainPart => ({
    ...{ head: head ?? CHAIN_START, records, bytes },
    ...(message !== undefined && { fault: { line, message, isTorn } }),
  });
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    line += 1;
    if (end < 0) return part('the line is not whole', true);
    const opened = openLine(text.slice(start, end));
    if (opened === undefined) return part('this is no sealed line');
    const { record, hash } = opened;
    if ((record.kind === 'file') !== (line === 1))
      return part('a file has one header, its first line');
    head ??= headBefore(record);
    if (record.kind === 'file' && record.previous !== head.hash) {
      return part('the file does not continue the one before');
    }
    if (record.sequence !== head.sequence) return part(`expected sequence ${head.sequence}`);
    if (!opened.isSealedBy(head.hash)) return part('the line, or one before it, was changed');
    head = { sequence: head.sequence + 1, hash };
    if (record.kind !== 'file') records += 1;
    bytes += Buffer.byteLength(text.slice(start, end + 1));
    start = end + 1;
  }
  return part();
}

function headBefore(record: AuditRecord | AuditHeader): ChainHead {
  const hash = record.kind === 'file' ? record.previous : '';
  return { sequence: record.sequence, hash };
}

export interface AuditFilter {
  readonly kind?: AuditRecord['kind'];
  readonly point?: string;
  readonly device?: string;
  /** Name of the person. */
  readonly name?: string;
  readonly outcome?: WriteOutcome;
  /** Microseconds since 1970; `from` is included, `until` is not. */
  readonly from?: number;
  readonly until?: number;
  /** Most records; default 100. */
  readonly limit?: number;
}

/** The newest records that fit, newest first. Lines that cannot be read are left out. */
export async function listAudit(
  files: GateFiles,
  filter: AuditFilter = {},
): Promise<readonly AuditRecord[]> {
  const limit = filter.limit ?? 100;
  const found: AuditRecord[] = [];
  for (const name of [...(await auditFiles(files))].reverse()) {
    const records = recordsOf(await textOf(files, name));
    for (const record of records.reverse()) {
      if (found.length >= limit) return found;
      if (fits(record, filter)) found.push(record);
    }
  }
  return found;
}

export function recordsOf(text: string): AuditRecord[] {
  return text.split('\n').flatMap((line) => {
    const record = openLine(line)?.record;
    return record === undefined || record.kind === 'file' ? [] : [record];
  });
}

function fits(record: AuditRecord, filter: AuditFilter): boolean {
  const { at, kind, who } = record;
  const point = kind === 'note' ? undefined : record.point;
  const wanted: readonly (readonly [wanted: string | undefined, is: string | undefined])[] = [
    [filter.kind, kind],
    [filter.point, point],
    [filter.device, point?.split('.')[0]],
    [filter.name, who?.name],
    [filter.outcome, kind === 'result' ? record.outcome : undefined],
  ];
  return (
    wanted.every(([is, found]) => is === undefined || is === found) &&
    at >= (filter.from ?? -Infinity) &&
    at < (filter.until ?? Infinity)
  );
}

export async function textOf(files: GateFiles, name: string): Promise<string> {
  return new TextDecoder().decode((await files.read(name)) ?? new Uint8Array());
}
