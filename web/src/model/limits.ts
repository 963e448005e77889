import { effect, signal } from '@preact/signals';
import type { AlarmJson } from '../../../src/api/contract.ts';
import { getJson } from './api.ts';
import { offers, points } from './site.ts';

type Limited = Pick<AlarmJson, 'device' | 'point' | 'kind' | 'limit'>;

/** Where alarms begin, by the points they are of; empty until it was told. */
const limits = signal<ReadonlyMap<string, readonly number[]>>(new Map());

/** Where the alarms of a point begin, in its unit. */
export function limitsOf(id: string): readonly number[] {
  return limits.value.get(id) ?? [];
}

/** Asks for them whenever the gateway has told anew what there is. */
export function runLimits(): void {
  effect(() => {
    if (points.value.length === 0 || !offers.value.includes('alarms')) return;
    void getJson<readonly AlarmJson[]>('alarms').then((answer) => {
      if (answer.ok) limits.value = limitsByPoint(answer.body);
    });
  });
}

const KINDS: ReadonlySet<AlarmJson['kind']> = new Set(['hihi', 'hi', 'lo', 'lolo']);

/** Of alarms that compare a point with a number; the limit of an outlier is a distance. */
export function limitsByPoint(alarms: readonly Limited[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const { device = '', point = '', kind, limit } of alarms) {
    if (limit === undefined || !KINDS.has(kind)) continue;
    const id = `${device}.${point}`;
    found.set(id, [...(found.get(id) ?? []), limit]);
  }
  return found;
}
