import { join } from 'node:path';
import type { Range } from './cursor.ts';

const VERSION = 1;
const SUFFIX = '.cursor';

/** Where the files of a sink are; a name is of any characters. */
export function cursorPath(folder: string, name: string): string {
  return join(folder, `${encodeURIComponent(name)}${SUFFIX}`);
}

export function keptPath(folder: string, name: string): string {
  return join(folder, `${encodeURIComponent(name)}.kept`);
}

/** The name of the sink whose cursor this file is; undefined when it is another file. */
export function sinkOfFile(file: string): string | undefined {
  if (!file.endsWith(SUFFIX)) return undefined;
  try {
    return decodeURIComponent(file.slice(0, -SUFFIX.length));
  } catch {
    return undefined;
  }
}

/** What is kept of a sink between two runs, beside its quarantine. */
export interface SavedCursor {
  readonly type: string;
  readonly live: number;
  readonly ranges: readonly Range[];
  readonly isPaused: boolean;
}

export function formatCursor({ type, live, ranges, isPaused }: SavedCursor): string {
  const missed = ranges.map(({ from, to }) => [from, to]);
  return `${JSON.stringify({ version: VERSION, type, live, ranges: missed, paused: isPaused })}\n`;
}

/** Undefined when the text is no cursor of this version. */
export function parseCursor(text: string): SavedCursor | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { version, type, live, ranges, paused } = parsed as Record<string, unknown>;
  if (version !== VERSION || typeof type !== 'string' || !isSequence(live)) return undefined;
  if (!Array.isArray(ranges) || !ranges.every(isRange) || typeof paused !== 'boolean') {
    return undefined;
  }
  return { type, live, ranges: ranges.map(([from, to]) => ({ from, to })), isPaused: paused };
}

function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRange(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && isSequence(value[0]) && isSequence(value[1]);
}
