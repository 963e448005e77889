import { signal } from '@preact/signals';
import type {
  PointJson,
  SampleJson,
  WritablePointJson,
  WriteResultJson,
  WritesJson,
} from '../../../src/api/contract.ts';
import { every } from '../time.ts';
import { getJson, sendJson } from './api.ts';
import { askAgain } from './ask-again.ts';
import { isOld, link } from './link.ts';
import { offers } from './site.ts';

const ASK_EVERY_MS = 5_000;

/** What may be written, as last told; undefined until it was. */
export const writes = signal<WritesJson | undefined>(undefined);

/** Keeps it current while somebody looks; returns how to stop. */
export function runWrites(): () => void {
  if (!offers.peek().includes('writes')) return () => undefined;
  void askWrites();
  return every(ASK_EVERY_MS, () => {
    if (link.peek() === 'live') void askWrites();
  });
}

export async function askWrites(): Promise<void> {
  const answer = await getJson<WritesJson>('writes');
  if (answer.ok) writes.value = answer.body;
}

export function writableOf(id: string): WritablePointJson | undefined {
  return writes.value?.points.find(({ point }) => point === id);
}

/**
 * Sends one wish to write. It is sent once: what became of it is in the answer, and where none came the gateway's audit
 * knows more than we do.
 */
export async function write(
  { device, name }: Pick<PointJson, 'device' | 'name'>,
  value: string | boolean,
  reason: string,
): Promise<WriteResultJson | string> {
  const path = `values/${encodeURIComponent(device)}/${encodeURIComponent(name)}`;
  const body = { value, ...(reason !== '' && { reason }) };
  const answer = await sendJson<WriteResultJson>('PUT', path, body, {
    'idempotency-key': crypto.randomUUID(),
  });
  askAgain('writes');
  void askWrites();
  if (answer.ok) return answer.body;
  const { problem } = answer;
  return 'outcome' in problem ? (problem as unknown as WriteResultJson) : problem.detail;
}

/** How far a write came. */
export interface Ticks {
  readonly sent: boolean;
  readonly acknowledged: boolean;
  readonly readBack: boolean;
}

const ACKNOWLEDGED: ReadonlySet<string> = new Set([
  ...['read-back', 'acknowledged', 'differs', 'not-verified'],
]);

export function ticksOf({ outcome, code }: Pick<WriteResultJson, 'outcome' | 'code'>): Ticks {
  return {
    sent: outcome !== 'refused' && outcome !== 'unchanged' && code !== 'not-sent',
    acknowledged: ACKNOWLEDGED.has(code),
    readBack: code === 'read-back' || code === 'seen-after-timeout',
  };
}

/** A present value older than this is none to change from. */
const OLD_MS = 10_000;

export type Hindrance = 'offline' | 'closed' | 'bad' | 'old';

/** Why nothing can be written now, before anybody types something; the gateway judges the rest. */
export function hindranceOf(
  state: WritesJson['state'] | undefined,
  { writeOnly }: Pick<WritablePointJson, 'writeOnly'>,
  { quality }: Pick<SampleJson, 'quality'>,
  ageMs: number,
): Hindrance | undefined {
  if (isOld.value) return 'offline';
  if (state !== 'open') return 'closed';
  if (writeOnly === true) return undefined;
  if (quality !== 'good') return 'bad';
  return ageMs > OLD_MS ? 'old' : undefined;
}

/** What a typed number breaks of the rules, as the gateway will say as well. */
export function rangeProblem(
  text: string,
  { min = -Infinity, max = Infinity, maxChange = Infinity }: WritablePointJson,
  present: number | undefined,
): 'number' | 'range' | 'change' | undefined {
  const value = Number(text.replace(',', '.'));
  if (text.trim() === '' || Number.isNaN(value)) return 'number';
  if (value < min || value > max) return 'range';
  return present !== undefined && Math.abs(value - present) > maxChange ? 'change' : undefined;
}
