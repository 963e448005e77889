import { computed, signal } from '@preact/signals';
import type { AlarmJson } from '../../../src/api/contract.ts';
import { askAgain } from './ask-again.ts';
import type { Priority } from './attention.ts';

/** All alarms that are not normal, by id; undefined where the gateway watches for none. */
export const alarms = signal<ReadonlyMap<string, AlarmJson> | undefined>(undefined);

const PRIORITIES: Readonly<Record<AlarmJson['priority'], Priority>> = {
  ...{ urgent: 1, high: 2, low: 3, info: 4 },
};

export function priorityOf({ priority }: Pick<AlarmJson, 'priority'>): Priority {
  return PRIORITIES[priority];
}

/** Those that somebody should look at: not acknowledged, and not put aside. */
export const unacknowledged = computed(() =>
  [...(alarms.value?.values() ?? [])].filter(({ state }) => state.endsWith('-unacknowledged')),
);

export function takeAlarms(all: readonly AlarmJson[] | undefined): void {
  alarms.value = all && new Map(all.map((alarm) => [alarm.id, alarm]));
}

/** Whole alarms that became others; one that is normal again is over. */
export function applyAlarms(changed: readonly AlarmJson[]): void {
  const next = new Map(alarms.peek());
  for (const alarm of changed) {
    if (alarm.state === 'normal') next.delete(alarm.id);
    else next.set(alarm.id, alarm);
  }
  alarms.value = next;
  askAgain('alarms');
}

/** The most urgent first, then the newest. */
export function sortedAlarms(all: Iterable<AlarmJson>): readonly AlarmJson[] {
  return [...all].sort(
    (a, b) =>
      Number(a.state === 'shelved') - Number(b.state === 'shelved') ||
      priorityOf(a) - priorityOf(b) ||
      Date.parse(b.raised ?? '') - Date.parse(a.raised ?? '') ||
      0,
  );
}
