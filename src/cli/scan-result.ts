import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { CliContext } from './context.ts';
import type { Candidate } from './fingerprint.ts';
import { renderTable } from './table.ts';
import { shortUrl } from './place.ts';

/** What a scan has found. Stays on disk for `init --from-scan last`. */
export interface ScanResult {
  readonly version: 1;
  /** ISO 8601. */
  readonly at: string;
  /** As it was typed. */
  readonly target: string;
  /** Questions that were asked, and would have been asked in the end. */
  readonly probed: number;
  readonly total: number;
  readonly seconds: number;
  /** Stopped before the end; what is here is right all the same. */
  readonly interrupted: boolean;
  readonly found: readonly FoundDevice[];
  readonly noise: readonly NoisyUnit[];
}

export interface FoundDevice {
  readonly endpoint: string;
  readonly unit: number;
  /** How long it took to answer. */
  readonly ms: number;
  /** It answered with this exception, and is alive. */
  readonly exception?: number;
  /** It answers alike whatever the unit id. */
  readonly anyUnit?: boolean;
  /** It answered only after the time that the others got. */
  readonly slow?: boolean;
  /** What it calls itself. */
  readonly name?: string;
  readonly candidates: readonly Candidate[];
}

export interface NoisyUnit {
  readonly endpoint: string;
  readonly unit: number;
  readonly damaged: number;
}

/** The lines under each other, by endpoint and unit. `endpoints`: several were asked, so each is named. */
export function scanLines({ found, noise }: ScanResult, endpoints: boolean): readonly string[] {
  const rows = [
    ...found.map((device) => ({ ...device, cells: foundCells(device) })),
    ...noise.map((unit) => ({ ...unit, cells: noiseCells(unit) })),
  ].sort(
    (a, b) => a.endpoint.localeCompare(b.endpoint, 'en', { numeric: true }) || a.unit - b.unit,
  );
  const columns = [{ title: '' }, { title: '', align: 'right' as const }, ...Array.from({ length: 5 }, () => ({ title: '' }))]; // prettier-ignore
  return renderTable(
    columns,
    rows.map(({ endpoint, unit, cells }) => [
      endpoints ? shortUrl(endpoint) : '',
      String(unit),
      ...cells,
    ]),
  )
    .slice(1)
    .map((line) => (endpoints ? `  ${line}` : line));
}

function foundCells(device: FoundDevice): string[] {
  const { ms, name, candidates } = device;
  const [best] = candidates;
  return [
    'answers',
    `${ms.toFixed(ms < 10 ? 1 : 0).padStart(4)} ms`,
    name ?? best?.label ?? 'unknown device',
    best === undefined ? '' : `${best.profile} (${best.confidence})`,
    remarksOn(device).join(', '),
  ];
}

function remarksOn({ candidates, exception, anyUnit, slow }: FoundDevice): readonly string[] {
  const [best, ...others] = candidates;
  return [
    best?.reading,
    others.length > 0 && `or ${others.map(({ profile }) => profile).join(', ')}`,
    best === undefined && exception !== undefined && `exception ${exception}: no hr:0`,
    anyUnit === true && 'answers as any unit',
    slow === true && 'slow: give it a longer timeout',
  ].filter((remark) => typeof remark === 'string');
}

function noiseCells({ damaged }: NoisyUnit): string[] {
  const answers = damaged === 1 ? '1 damaged answer' : `${damaged} damaged answers`;
  return ['noise', '', `${answers}: two devices on one id, or missing termination`];
}

/** Where the last result lies, by the rules of freedesktop.org for the state of programs. */
export function lastScanFile({ env }: Pick<CliContext, 'env'>): string {
  const state = env['XDG_STATE_HOME'];
  const root = state === undefined || state === '' ? join(homedir(), '.local', 'state') : state;
  return join(root, 'dinrail', 'last-scan.json');
}

/** Keeps a result, whole or not at all. */
export async function saveScan(
  context: Pick<CliContext, 'env'>,
  result: ScanResult,
): Promise<void> {
  const file = lastScanFile(context);
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.new`;
  await writeFile(draft, `${JSON.stringify(result, undefined, 2)}\n`);
  await rename(draft, file);
}

/** Reads a result: that of the last scan, or one that was kept with --json. Throws UsageError. */
export async function loadScan(context: CliContext, which: string): Promise<ScanResult> {
  const file = which === 'last' ? lastScanFile(context) : which;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new UsageError(`there is no ${file}: "dinrail scan" writes it`);
  }
  const result = parsed(text);
  if (result === undefined) throw new UsageError(`${file} is no result of "dinrail scan"`);
  return result;
}

function parsed(text: string): ScanResult | undefined {
  try {
    const value = JSON.parse(text) as Partial<ScanResult> | null;
    const isResult =
      value?.version === 1 && Array.isArray(value.found) && value.found.every(isFound);
    return isResult ? (value as ScanResult) : undefined;
  } catch {
    return undefined;
  }
}

function isFound(value: unknown): boolean {
  const { endpoint, unit, candidates } = (value ?? {}) as Partial<FoundDevice>;
  return typeof endpoint === 'string' && typeof unit === 'number' && Array.isArray(candidates);
}
