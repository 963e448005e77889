import { Backoff } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import type { GateState, LeaseEntry } from './gate-state.ts';

interface Alarm {
  /** On the clock's scale. */
  readonly dueAt: number;
  readonly cancel: Cancel;
  readonly pauses: Backoff;
}

/** Pauses between tries to write a safe value. */
const PAUSES = { firstMs: 1_000, maxMs: 30_000 };

/**
 * Values that hold only while they are renewed. While the program runs, monotonic time counts; across a
 * restart the calendar does, and never for longer than the lease was given for.
 */
export class Leases {
  readonly #clock: Clock;
  readonly #state: () => GateState;
  readonly #onDue: (point: string) => void;
  readonly #alarms = new Map<string, Alarm>();

  constructor(clock: Clock, state: () => GateState, onDue: (point: string) => void) {
    this.#clock = clock;
    this.#state = state;
    this.#onDue = onDue;
  }

  /** Goes on with the leases of before the restart. */
  restore(): void {
    for (const [point, { ms, dueAt }] of Object.entries(this.#state().leases)) {
      const left = (dueAt - this.#clock.wallMicros()) / 1000;
      this.#arm(point, this.#clock.now() + Math.min(ms, Math.max(0, left)));
    }
  }

  /** Begins or renews a lease, in memory. Returns what puts the one before back. */
  hold(point: string, holder: string, ms: number): () => void {
    const { leases } = this.#state();
    const [entry, dueAt] = [leases[point], this.#alarms.get(point)?.dueAt];
    leases[point] = { holder, ms, dueAt: this.#clock.wallMicros() + Math.round(ms * 1000) };
    this.#arm(point, this.#clock.now() + ms);
    return () => {
      if (entry === undefined || dueAt === undefined) {
        this.remove(point);
        return;
      }
      leases[point] = entry;
      this.#arm(point, dueAt);
    };
  }

  /** Ends a lease without writing anything, in memory. True when there was one. */
  remove(point: string): boolean {
    this.#alarms.get(point)?.cancel();
    const { leases } = this.#state();
    const isKnown = point in leases;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the state is a plain object of JSON
    delete leases[point];
    return this.#alarms.delete(point) || isKnown;
  }

  find(point: string): LeaseEntry | undefined {
    return this.#state().leases[point];
  }

  /** Is it time for the safe value? */
  isDue(point: string): boolean {
    const alarm = this.#alarms.get(point);
    return alarm !== undefined && alarm.dueAt <= this.#clock.now();
  }

  /** Calls again after a pause, while the lease is due. */
  tryLater(point: string): void {
    const alarm = this.#alarms.get(point);
    if (alarm === undefined || !this.isDue(point)) return;
    const cancel = this.#clock.alarm(this.#clock.now() + alarm.pauses.next(), () => {
      this.#onDue(point);
    });
    this.#alarms.set(point, { ...alarm, cancel });
  }

  /** Stops the alarms; the leases stay on the disk. */
  close(): void {
    for (const { cancel } of this.#alarms.values()) cancel();
    this.#alarms.clear();
  }

  #arm(point: string, dueAt: number): void {
    this.#alarms.get(point)?.cancel();
    const cancel = this.#clock.alarm(dueAt, () => {
      this.#onDue(point);
    });
    this.#alarms.set(point, { dueAt, cancel, pauses: new Backoff(PAUSES) });
  }
}
