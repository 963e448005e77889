import type { AlarmControl } from '../alarm/alarm-control.ts';
import { alarmJson } from './alarm-json.ts';
import type { AlarmJson } from './contract.ts';

interface Told {
  readonly alarm: AlarmJson;
  /** What all clients have heard of it; undefined after a snapshot, which only some of them got. */
  readonly text: string | undefined;
}

/** Which alarms the clients of an event stream know of, so that they hear of each change and each end. */
export class ToldAlarms {
  readonly #alarms: Pick<AlarmControl, 'list'>;
  readonly #told = new Map<string, Told>();

  constructor(alarms: Pick<AlarmControl, 'list'>) {
    this.#alarms = alarms;
  }

  /** For a snapshot: all that are not normal. */
  open(): readonly AlarmJson[] {
    const all = this.#alarms.list();
    const open = all.filter(({ state }) => state !== 'normal').map((status) => alarmJson(status));
    for (const alarm of open) {
      // Somebody knows of it now, so its end must be told; others may not know of it yet.
      if (!this.#told.has(alarm.id)) this.#told.set(alarm.id, { alarm, text: undefined });
    }
    return open;
  }

  /** For a delta: those that became another, those that are normal again, and those that are no more. */
  changes(): readonly AlarmJson[] {
    const all = this.#alarms.list();
    const ids = new Set(all.map(({ rule }) => rule.id));
    const gone = [...this.#told.values()].filter(({ alarm }) => !ids.has(alarm.id));
    for (const { alarm } of gone) this.#told.delete(alarm.id);
    const changed = all.flatMap((status): readonly AlarmJson[] => {
      const { id } = status.rule;
      const told = this.#told.get(id);
      const isOver = status.state === 'normal';
      if (isOver && told === undefined) return [];
      const alarm = alarmJson(status);
      const text = JSON.stringify(alarm);
      if (isOver) this.#told.delete(id);
      else this.#told.set(id, { alarm, text });
      return told?.text === text ? [] : [alarm];
    });
    return [...changed, ...gone.map(({ alarm }) => over(alarm))];
  }

  /** Nobody listens any more. */
  clear(): void {
    this.#told.clear();
  }
}

/** An alarm whose rule a reload took away. */
function over(alarm: AlarmJson): AlarmJson {
  return { ...alarm, state: 'normal', active: false };
}
