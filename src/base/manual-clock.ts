import type { Cancel, Clock } from './clock.ts';

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test says so. Alarms ring in order of their time. */
export class ManualClock implements Clock {
  #now = 0;
  #wallOffsetMicros: number;
  readonly #alarms = new Set<Alarm>();

  /** `wallMicros` is the calendar at the start; the default is 2026-01-01T00:00:00Z. */
  constructor(wallMicros = 1_767_225_600_000_000) {
    this.#wallOffsetMicros = wallMicros;
  }

  now(): number {
    return this.#now;
  }

  wallMicros(): number {
    return this.#wallOffsetMicros + Math.round(this.#now * 1000);
  }

  alarm(at: number, callback: () => void): Cancel {
    if (at === Infinity) return () => undefined;
    const alarm = { at, callback };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** Sets the calendar forward or back without moving monotonic time. */
  stepWall(micros: number): void {
    this.#wallOffsetMicros += micros;
  }

  /** When the next alarm rings, or Infinity. */
  nextAlarm(): number {
    return Math.min(Infinity, ...[...this.#alarms].map(({ at }) => at));
  }

  /** Moves time forward, ringing what is due on the way. Synchronous: promises settle afterwards. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#first(end); next !== undefined; next = this.#first(end)) {
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
  }

  /** Moves time forward and lets promises settle after every alarm. */
  async run(ms: number): Promise<void> {
    await this.#runUntil(this.#now + ms);
  }

  /** Moves to the next alarm, if there is one, rings it and lets promises settle. */
  async step(): Promise<void> {
    await settle();
    const next = this.nextAlarm();
    if (next !== Infinity) await this.#runUntil(next);
  }

  async #runUntil(end: number): Promise<void> {
    await settle();
    for (let next = this.#first(end); next !== undefined; next = this.#first(end)) {
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #first(until: number): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.at <= until && (first === undefined || alarm.at < first.at)) first = alarm;
    }
    return first;
  }
}

/** Lets everything that waits for no clock come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
