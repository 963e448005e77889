import { signal } from '@preact/signals';
import type { DeviceDetailJson } from '../../../src/api/contract.ts';
import { every } from '../time.ts';
import { getJson, problemWords, sendJson } from './api.ts';
import { link } from './link.ts';

const ASK_EVERY_MS = 3_000;

/** What the gateway says of one device besides what the event stream brings. */
export const detail = signal<DeviceDetailJson | undefined>(undefined);

/** Asks while somebody looks; returns how to stop. */
export function runDetail(name: string): () => void {
  detail.value = undefined;
  const cancel = new AbortController();
  const ask = async (): Promise<void> => {
    const answer = await getJson<DeviceDetailJson>(path(name), cancel.signal);
    if (answer.ok && !cancel.signal.aborted) detail.value = answer.body;
  };
  void ask();
  const stop = every(ASK_EVERY_MS, () => {
    if (link.peek() === 'live') void ask();
  });
  return () => {
    stop();
    cancel.abort();
  };
}

/** Asks a device now, not at all, or again; gives why that was not done, in words. */
export async function operate(
  name: string,
  verb: 'try' | 'pause' | 'resume',
  body: object = {},
): Promise<string> {
  const answer = await sendJson<DeviceDetailJson>('POST', `${path(name)}/${verb}`, body);
  if (!answer.ok) return problemWords(answer.problem);
  if (detail.peek()?.name === name) detail.value = answer.body;
  return '';
}

function path(name: string): string {
  return `devices/${encodeURIComponent(name)}`;
}
