import type { Cursor, Range } from './cursor.ts';

const VERSION = 1;

/** What is kept of a sink between two runs, beside its quarantine. */
export interface SavedCursor {
  readonly type: string;
  readonly live: number;
  readonly ranges: readonly Range[];
  readonly isPaused: boolean;
}

export function formatCursor(type: string, cursor: Cursor, isPaused: boolean): string {
  const { live, ranges } = cursor;
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
