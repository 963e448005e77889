import { signal } from '@preact/signals';
import type { FrameJson, TrafficJson } from '../../../src/api/contract.ts';
import { every } from '../time.ts';
import { getJson } from './api.ts';
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
}

/** A frame and how long after the one before it on its line it came, in milliseconds. */
export interface ShownFrame {
  readonly frame: FrameJson;
  readonly deltaMs: number | undefined;
}

/** Those that fit, the newest first. */
export function shownFrames(
  all: readonly FrameJson[],
  { line, unit, faultsOnly }: TrafficFilter,
): readonly ShownFrame[] {
  const lastAt = new Map<string, number>();
  const shown: ShownFrame[] = [];
  for (const frame of all) {
    const before = lastAt.get(frame.line);
    lastAt.set(frame.line, frame.atMs);
    if (line !== '' && frame.line !== line) continue;
    if (unit !== '' && String(frame.unit ?? '') !== unit.trim()) continue;
    if (faultsOnly && !isFault(frame)) continue;
    shown.push({ frame, deltaMs: before === undefined ? undefined : frame.atMs - before });
  }
  return shown.reverse();
}

/** Anything but a request and the answer to it that says yes. */
export function isFault({ outcome, summary }: FrameJson): boolean {
  if (outcome === 'answer') return summary.startsWith('exception');
  return outcome !== undefined;
}
