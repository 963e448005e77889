import { signal } from '@preact/signals';
import type { SinkJson } from '../../../src/api/contract.ts';
import { every } from '../time.ts';
import { getJson } from './api.ts';
import { link } from './link.ts';
import { offers } from './site.ts';

const ASK_EVERY_MS = 2_000;

/** The sinks as last told; undefined until they were. */
export const sinks = signal<readonly SinkJson[] | undefined>(undefined);

/** Keeps them current while somebody looks; returns how to stop. */
export function runSinks(): () => void {
  if (!offers.peek().includes('sinks')) return () => undefined;
  void askSinks();
  return every(ASK_EVERY_MS, () => {
    if (link.peek() === 'live') void askSinks();
  });
}

export async function askSinks(): Promise<void> {
  const answer = await getJson<readonly SinkJson[]>('sinks');
  if (answer.ok) sinks.value = answer.body;
}
