import { computed, signal } from '@preact/signals';
import type { ScanJson } from '../../../../src/api/contract.ts';
import { every } from '../../time.ts';
import { getJson, problemWords, sendJson } from '../api.ts';
import { link } from '../link.ts';
import { bench, wish } from './bench.ts';

/** Scans, by line, newer than those the gateway told of at first. */
const heard = signal<ReadonlyMap<string, ScanJson>>(new Map());
export const scanTrouble = signal('');

const ASK_EVERY_MS = 1_000;

/** The last scan of the line at hand. */
export const scan = computed<ScanJson | undefined>(() => {
  const line = wish.value?.line ?? '';
  return heard.value.get(line) ?? bench.value?.scans.find((one) => one.line === line);
});

export const isScanning = computed(
  () => scan.value?.state === 'finding' || scan.value?.state === 'watching',
);

/** How much of it is done, 0..1. Finding is the larger part. */
export function shareOf({ judged, count, round, rounds }: ScanJson): number {
  return (0.8 * judged) / count + (0.2 * round) / rounds;
}

export async function startScan(count: number): Promise<void> {
  const asked = wish.peek();
  if (asked === undefined) return;
  const { line, unit, table, start } = asked;
  const body = { line, unit, table, start, count: Math.min(count, 0x1_0000 - start) };
  const said = await sendJson<ScanJson>('POST', 'workbench/scans', body);
  scanTrouble.value = said.ok ? '' : problemWords(said.problem);
  if (said.ok) hear(said.body);
}

export async function stopScan(): Promise<void> {
  const known = scan.peek();
  if (known === undefined) return;
  const said = await sendJson<ScanJson>('DELETE', `workbench/scans/${known.id}`);
  if (said.ok) hear(said.body);
}

/** Asks how far it is while it runs; returns how to stop. */
export function runScan(): () => void {
  return every(ASK_EVERY_MS, () => {
    const known = scan.peek();
    if (known === undefined || !isScanning.peek() || link.peek() !== 'live') return;
    void getJson<ScanJson>(`workbench/scans/${known.id}`).then((said) => {
      if (said.ok) hear(said.body);
      else scanTrouble.value = problemWords(said.problem);
    });
  });
}

function hear(next: ScanJson): void {
  heard.value = new Map([...heard.peek(), [next.line, next]]);
}
