import { AlarmBoard } from '../../src/alarm/alarm-board.ts';
import type { AlarmControl, LoggedEvent } from '../../src/alarm/alarm-control.ts';
import { alarmSiteEvent } from '../../src/alarm/alarm-event.ts';
import type { AlarmRule } from '../../src/alarm/alarm-rule.ts';
import type { AlarmEvent } from '../../src/alarm/alarm-status.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { FakeSite } from './fake-site.ts';

/** An alarm of a point such as `f.a`, named `f.a.hi`, that is raised at once above the limit. */
export function hiRule(point: string, limit: number, over: Partial<AlarmRule> = {}): AlarmRule {
  const [device = '', name = ''] = point.split('.');
  return {
    ...{ id: `${point}.hi`, device, point: name, priority: 'high', text: `${point}.hi` },
    ...{ delayMs: 0, offDelayMs: 0 },
    test: { kind: 'hi', point, limit, hysteresis: 0 },
    ...over,
  };
}

/** Alarms without a gateway around them. */
export class PlainAlarms implements AlarmControl {
  readonly #clock: Clock;
  readonly #log: LoggedEvent[] = [];
  readonly #board: AlarmBoard;
  readonly #listeners = new Set<() => void>();

  constructor(site: FakeSite, clock: Clock, rules: readonly AlarmRule[]) {
    this.#clock = clock;
    this.#board = new AlarmBoard({ sample: (id) => site.sample(id), deviceState: () => 'good' });
    this.apply(rules);
    site.subscribe((changed) => {
      const points = changed.map(({ point }) => point.id);
      this.#take(this.#board.hear(points, this.#at()));
    });
  }

  apply(rules: readonly AlarmRule[]): void {
    this.#take(this.#board.apply(rules, this.#at()));
  }

  list = () => this.#board.list();
  events = () => this.#log.toReversed();

  onChange(listener: () => void) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  acknowledge(id: string, by: string, comment?: string) {
    this.#take(this.#board.find(id)?.acknowledge(by, comment, this.#at()) ?? []);
    return this.#board.find(id)?.status;
  }

  shelve(id: string, { forMs, by, reason }: Parameters<AlarmControl['shelve']>[1]) {
    this.#take(this.#board.find(id)?.shelve(forMs, by, reason, this.#at()) ?? []);
    return this.#board.find(id)?.status;
  }

  unshelve(id: string, by: string) {
    this.#take(this.#board.find(id)?.unshelve(by, this.#at()) ?? []);
    return this.#board.find(id)?.status;
  }

  #at(): { now: number; at: number } {
    return { now: this.#clock.now(), at: this.#clock.wallMicros() };
  }

  #take(events: readonly AlarmEvent[]): void {
    for (const event of events) {
      this.#log.push({ sequence: this.#log.length + 1, event: alarmSiteEvent(event) });
    }
    if (events.length > 0) for (const listener of this.#listeners) listener();
  }
}
