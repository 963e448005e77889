import { resolve } from 'node:path';
import type { Dbc } from '../can/dbc.ts';
import { parseDbc, type DbcIssue } from '../can/parse-dbc.ts';
import { MAX_FILE_BYTES, UnreadableFileError, type FileAccess } from './file-access.ts';
import type { ConfigIssue } from './issue.ts';
import type { Report } from './report.ts';
import type { SiteInput } from './site-schema.ts';
import { SourceText } from './source-text.ts';

export interface LoadedDbcs {
  /** By the path as a device writes it; absent where it could not be used. */
  readonly byPath: ReadonlyMap<string, Dbc>;
  readonly issues: readonly ConfigIssue[];
  readonly files: readonly string[];
  readonly failed: boolean;
}

/** Each DBC file that a device names, read once. */
export async function loadDbcs(
  { devices = {} }: SiteInput,
  { folder, files }: { readonly folder: string; readonly files: FileAccess },
  report: Report,
): Promise<LoadedDbcs> {
  const byPath = new Map<string, Dbc>();
  const issues: ConfigIssue[] = [];
  const problems = new Map<string, string>();
  const read = new Set<string>();
  for (const [name, { dbc: path }] of Object.entries(devices)) {
    if (path === undefined) continue;
    if (!read.has(path)) {
      read.add(path);
      const file = resolve(folder, path);
      const found = await readDbc(file, files);
      if ('problem' in found) problems.set(path, found.problem);
      else {
        issues.push(...found.issues);
        if (found.dbc !== undefined) byPath.set(path, found.dbc);
      }
    }
    const problem = problems.get(path);
    if (problem !== undefined) report.error(['devices', name, 'dbc'], `${path}: ${problem}`);
  }
  return {
    ...{ byPath, issues, failed: byPath.size < read.size },
    files: [...read].map((path) => resolve(folder, path)),
  };
}

/** The DBC file at a path, for whoever has no site: what is wrong in it stands in the issues. */
export async function readDbc(
  file: string,
  files: FileAccess,
): Promise<
  { readonly dbc?: Dbc; readonly issues: readonly ConfigIssue[] } | { readonly problem: string }
> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(file);
  } catch (error) {
    if (error instanceof UnreadableFileError) return { problem: error.message };
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { problem: code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${code}` };
  }
  if (bytes.length > MAX_FILE_BYTES) return { problem: 'the file is larger than 1 MB' };
  const source = new SourceText(file, decode(bytes));
  const { dbc, issues } = parseDbc(source.text);
  if (issues.length === 0) return { dbc, issues: [] };
  return { issues: issues.map((issue) => placed(source, issue)) };
}

/** Most DBC files were written on Windows: what is no UTF-8 is of the code page there. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function placed(source: SourceText, { line, column, message, hint }: DbcIssue): ConfigIssue {
  let start = 0;
  for (let count = 1; count < line; count += 1) start = source.text.indexOf('\n', start) + 1;
  const at = start + column - 1;
  const end = /[\s:|@()[\],;]|$/.exec(source.text.slice(at + 1))?.index ?? 0;
  return source.issueAt([at, at + 1 + end], {
    ...{ severity: 'error', message },
    ...(hint !== undefined && { hint }),
  });
}
