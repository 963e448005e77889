import { signal } from '@preact/signals';
import type { FrameJson, TrafficJson } from '../../../src/api/contract.ts';
import { every } from '../time.ts';
import { getJson } from './api.ts';
import { t } from '../text/language.ts';
import { link } from './link.ts';

const ASK_EVERY_MS = 500;
/** As many as the gateway keeps. */
const MAX_FRAMES = 10_000;
const FIRST_FRAMES = 500;

/** The frames that were seen since somebody looked, the oldest first. */
export const frames = signal<readonly FrameJson[]>([]);
export const isPaused = signal(false);

/** Asks for what is new while somebody looks; returns how to stop. */
export function runTraffic(): () => void {
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking || isPaused.peek()) return;
    isAsking = true;
    const last = frames.peek().at(-1)?.seq;
    const query = last === undefined ? `limit=${FIRST_FRAMES}` : `after=${last}`;
    const answer = await getJson<TrafficJson>(`traffic?${query}`);
    isAsking = false;
    if (answer.ok) take(answer.body);
  };
  void ask();
  return every(ASK_EVERY_MS, () => {
    if (link.peek() === 'live') void ask();
  });
}

function take({ frames: more, next }: TrafficJson): void {
  const before = frames.peek();
  // A gateway that began anew counts from 1 again.
  const isNew = (before.at(-1)?.seq ?? 0) >= next;
  if (more.length === 0 && !isNew) return;
  frames.value = isNew ? more : [...before, ...more].slice(-MAX_FRAMES);
}

export interface TrafficFilter {
  readonly line: string;
  readonly unit: string;
  readonly faultsOnly: boolean;
  /** A function code; empty for all. */
  readonly code?: string;
}

/** The filter that the address has. */
export function filterOf(query: URLSearchParams): TrafficFilter {
  return {
    line: query.get('line') ?? '',
    unit: query.get('unit') ?? '',
    faultsOnly: query.has('faults'),
    code: query.get('fn') ?? '',
  };
}

/** A frame and how long after the one before it on its line it came, in milliseconds. */
export interface ShownFrame {
  readonly frame: FrameJson;
  readonly deltaMs: number | undefined;
}

/** Those that fit, the newest first. */
export function shownFrames(
  all: readonly FrameJson[],
  filter: TrafficFilter,
): readonly ShownFrame[] {
  const lastAt = new Map<string, number>();
  const shown: ShownFrame[] = [];
  for (const frame of all) {
    const before = lastAt.get(frame.line);
    lastAt.set(frame.line, frame.atMs);
    if (!fits(frame, filter)) continue;
    shown.push({ frame, deltaMs: before === undefined ? undefined : frame.atMs - before });
  }
  return shown.reverse();
}

/** Anything but a request and the answer to it that says yes. */
export function isFault({ outcome, summary }: FrameJson): boolean {
  if (outcome === 'answer') return summary.startsWith('exception');
  return outcome !== undefined;
}

function fits(frame: FrameJson, { line, unit, faultsOnly, code = '' }: TrafficFilter): boolean {
  const isOne = (wanted: string, has: string | number | undefined): boolean =>
    wanted === '' || String(has ?? '') === wanted;
  if (!isOne(line, frame.line) || !isOne(unit.trim(), frame.unit)) return false;
  return isOne(code, functionOf(frame)) && (!faultsOnly || isFault(frame));
}

/** What an exception refuses is the function itself. */
function functionOf({ function: code }: FrameJson): number | undefined {
  return code === undefined ? undefined : code & 0x7f;
}

/** Function codes that were seen, in their order. */
export function functionsOf(all: readonly FrameJson[]): readonly number[] {
  const codes = new Set(all.flatMap((frame) => functionOf(frame) ?? []));
  return [...codes].sort((a, b) => a - b);
}

/** A frame in words, for people: what it says, or what became of it. */
export function whatOf({ outcome, summary }: FrameJson): string {
  if (outcome === undefined || outcome === 'answer') return summary;
  const word = t(`traffic.${outcome}`);
  return summary === '' ? word : `${word}: ${summary}`;
}

/** The frame before or after another one, of those that are shown newest first. */
export function stepIn(shown: readonly ShownFrame[], seq: number, by: 1 | -1): number | undefined {
  const index = shown.findIndex(({ frame }) => frame.seq === seq);
  return index < 0 ? shown[0]?.frame.seq : shown[index - by]?.frame.seq;
}

/** One JSON object per line, the oldest first. */
export function framesText(shown: readonly ShownFrame[]): string {
  return shown
    .map(({ frame }) => `${JSON.stringify(frame)}\n`)
    .reverse()
    .join('');
}

/** A question and what came of it. */
export interface Exchange {
  readonly sent: FrameJson;
  /** Absent when there was no answer. */
  readonly received?: FrameJson;
}

/** The exchange that a frame belongs to; undefined for one that belongs to none. */
export function exchangeOf(all: readonly FrameJson[], seq: number): Exchange | undefined {
  const index = all.findIndex((frame) => frame.seq === seq);
  const frame = all[index];
  if (frame === undefined) return undefined;
  const isOfLine = ({ line }: FrameJson): boolean => line === frame.line;
  if (frame.direction === 'sent') {
    const next = all.slice(index + 1).find(isOfLine);
    const isAnswer = next?.direction === 'received' && next.outcome === 'answer';
    return { sent: frame, ...(isAnswer && { received: next }) };
  }
  const before = all.slice(0, index).findLast(isOfLine);
  if (before?.direction !== 'sent') return undefined;
  return { sent: before, ...(frame.outcome === 'answer' && { received: frame }) };
}

/** An exchange as a row of a table of tests: what is asked, in words and bytes, and what must come. */
export function testRow({ sent, received }: Exchange): string {
  const answer = received === undefined ? 'undefined' : `'${received.hex}'`;
  return `['${sent.summary}', '${sent.hex}', ${answer}],`;
}
