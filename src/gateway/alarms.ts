import type { Alarm, Moment } from '../alarm/alarm.ts';
import { AlarmBoard } from '../alarm/alarm-board.ts';
import type { AlarmControl, LoggedEvent, ShelveRequest } from '../alarm/alarm-control.ts';
import { alarmSiteEvent } from '../alarm/alarm-event.ts';
import type { AlarmRule } from '../alarm/alarm-rule.ts';
import type { AlarmEvent, AlarmStatus } from '../alarm/alarm-status.ts';
import type { Cancel } from '../base/clock.ts';
import type { SiteEvent } from '../telemetry/event.ts';
import type { DeviceStatus, Site, Unsubscribe } from '../telemetry/site.ts';
import { AlarmStore, type AlarmStoreParts } from './alarm-store.ts';

/** How often devices are looked at for those that fell silent. */
const LOOK_MS = 1_000;
/** Events that wait for a journal that takes none; beyond them the oldest go. */
const MAX_PENDING = 1_000;

export interface AlarmsParts extends AlarmStoreParts {
  readonly site: Site;
  /** Appends to the journal; false when it takes nothing now. */
  readonly append: (event: SiteEvent) => boolean;
}

/** The alarms of a running site: judged as values come, told to the journal, and kept. */
export class Alarms implements AlarmControl {
  readonly #parts: AlarmsParts;
  readonly #store: AlarmStore;
  readonly #listeners = new Set<() => void>();
  #board: AlarmBoard;
  #devices: ReadonlyMap<string, DeviceStatus['state']> = new Map();
  /** Devices of which it was told that they are down. */
  #down = new Set<string>();
  #pending: SiteEvent[] = [];
  #unsubscribe: Unsubscribe = () => undefined;
  #cancelLook: Cancel = () => undefined;
  #cancelDue: Cancel = () => undefined;
  #dueAt = Infinity;

  private constructor(parts: AlarmsParts) {
    this.#parts = parts;
    this.#board = this.#boardOf([]);
    this.#store = new AlarmStore(parts, () =>
      this.#pending.length > 0
        ? undefined
        : { alarms: this.#board.stored(), down: [...this.#down] },
    );
  }

  /** To be awaited before the first poll: what was so before must be known when a value says it again. */
  static async open(rules: readonly AlarmRule[], parts: AlarmsParts): Promise<Alarms> {
    const alarms = new Alarms(parts);
    const { alarms: stored, down } = await alarms.#store.open();
    alarms.#board = alarms.#boardOf(stored);
    alarms.#down = new Set(down);
    alarms.apply(rules);
    for (const { id } of alarms.#board.takeLeft()) alarms.#tell([removed(id, alarms.#moment().at)]);
    alarms.#unsubscribe = parts.site.subscribe((changed) => {
      if (changed.length > 0) alarms.#hear(changed.map(({ point }) => point.id));
    });
    alarms.#lookSoon();
    return alarms;
  }

  /** Makes these the rules; an alarm whose id stays keeps its state. */
  apply(rules: readonly AlarmRule[]): void {
    this.#seeDevices();
    this.#take(this.#board.apply(rules, this.#moment()));
    const names = new Set(this.#parts.site.devices().map(({ name }) => name));
    for (const device of this.#down) if (!names.has(device)) this.#down.delete(device);
    this.#changed();
  }

  list(): readonly AlarmStatus[] {
    return this.#board.list();
  }

  events(): readonly LoggedEvent[] {
    return this.#store.log.events.toReversed();
  }

  acknowledge(id: string, by: string, comment?: string): AlarmStatus | undefined {
    return this.#operate(id, (alarm, moment) => alarm.acknowledge(by, comment, moment));
  }

  shelve(id: string, { forMs, by, reason }: ShelveRequest): AlarmStatus | undefined {
    return this.#operate(id, (alarm, moment) => alarm.shelve(forMs, by, reason, moment));
  }

  unshelve(id: string, by: string): AlarmStatus | undefined {
    return this.#operate(id, (alarm, moment) => alarm.unshelve(by, moment));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Judges no more, and keeps the state a last time. */
  async close(): Promise<void> {
    this.#unsubscribe();
    this.#cancelLook();
    this.#cancelDue();
    this.#dueAt = -Infinity;
    await this.#store.close();
  }

  #boardOf(stored: ConstructorParameters<typeof AlarmBoard>[1]): AlarmBoard {
    const { site } = this.#parts;
    return new AlarmBoard(
      {
        sample: (id) => site.sample(id),
        deviceState: (device) => this.#devices.get(device),
      },
      stored,
    );
  }

  #moment(): Moment {
    const { clock } = this.#parts;
    return { now: clock.now(), at: clock.wallMicros() };
  }

  #hear(points: readonly string[]): void {
    this.#take(this.#board.hear(points, this.#moment()));
    this.#arm();
  }

  #operate(
    id: string,
    operate: (alarm: Alarm, moment: Moment) => readonly AlarmEvent[],
  ): AlarmStatus | undefined {
    const alarm = this.#board.find(id);
    if (alarm === undefined) return undefined;
    this.#take(operate(alarm, this.#moment()));
    this.#arm();
    return alarm.status;
  }

  #take(events: readonly AlarmEvent[]): void {
    this.#tell(events.map(alarmSiteEvent));
  }

  #tell(events: readonly SiteEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) {
      if (event.subject !== undefined) this.#store.log.add(event);
      if (this.#pending.length > 0 || !this.#parts.append(event)) this.#pending.push(event);
    }
    if (this.#pending.length > MAX_PENDING) {
      this.#parts.logger.warn('events are lost: the journal takes none');
      this.#pending = this.#pending.slice(-MAX_PENDING);
    }
    this.#changed();
  }

  #changed(): void {
    this.#store.touch();
    this.#arm();
    for (const listener of this.#listeners) listener();
  }

  #lookSoon(): void {
    const { clock } = this.#parts;
    this.#cancelLook = clock.alarm(clock.now() + LOOK_MS, () => {
      this.#look();
      this.#lookSoon();
    });
  }

  #look(): void {
    while (this.#pending[0] !== undefined && this.#parts.append(this.#pending[0])) {
      this.#pending.shift();
    }
    this.#seeDevices();
    this.#take(this.#board.lookAtDevices(this.#moment()));
    this.#arm();
  }

  /** Tells which devices have fallen silent, and which answer again. */
  #seeDevices(): void {
    const devices = this.#parts.site.devices();
    this.#devices = new Map(devices.map(({ name, state }) => [name, state]));
    const { at } = this.#moment();
    this.#tell(
      devices.flatMap(({ name, state, error, lastAnswerAt }): readonly SiteEvent[] => {
        const isDown = this.#down.has(name);
        if (state === 'silent' && !isDown) {
          this.#down.add(name);
          const data = {
            ...(error !== undefined && { error }),
            ...(lastAnswerAt !== undefined && { lastAnswerAt }),
          };
          return [{ type: 'device.down', at, source: name, data }];
        }
        if (state !== 'good' || !isDown) return [];
        this.#down.delete(name);
        return [{ type: 'device.up', at, source: name, data: {} }];
      }),
    );
  }

  #arm(): void {
    const next = this.#board.nextAt(this.#moment());
    if (next === this.#dueAt || this.#dueAt === -Infinity) return;
    this.#cancelDue();
    this.#dueAt = next;
    this.#cancelDue = this.#parts.clock.alarm(next, () => {
      this.#dueAt = Infinity;
      this.#take(this.#board.expire(this.#moment()));
      this.#arm();
    });
  }
}

/** A former run has raised it, and no rule speaks of it any more. */
function removed(id: string, at: number): SiteEvent {
  const text = 'there is no such alarm any more';
  return {
    ...{ type: 'alarm.cleared', at, source: '', subject: id },
    data: { alarm: id, priority: 'info', kind: 'when', text },
  };
}
