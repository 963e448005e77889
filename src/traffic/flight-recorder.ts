import type { Cancel, Clock } from '../base/clock.ts';
import type { Trace, TraceEvent } from '../client/client.ts';
import { FrameRing, RING_LIMITS, type RecordedFrame, type RingLimits } from './frame-ring.ts';

/** The frames of one line around something that went wrong. */
export interface KeptTrouble {
  readonly id: number;
  /** When it went wrong, microseconds since 1970. */
  readonly at: number;
  readonly line: string;
  readonly outcome: 'timeout' | 'damaged';
  readonly frames: readonly RecordedFrame[];
}

/** What is kept of a trouble: so many frames at most, this long before it and after it. */
const KEPT_FRAMES = 1_000;
const BEFORE_MICROS = 120_000_000;
const AFTER_MS = 5_000;
/** A line that fails all the time fills nothing: one trouble in this time is enough of it. */
const QUIET_MS = 60_000;
const MAX_KEPT = 8;

/**
 * Remembers what crossed the lines, and keeps the minutes before a fault until somebody looks, when the ring has
 * long gone on.
 */
export class FlightRecorder {
  readonly ring: FrameRing;
  readonly #clock: Clock;
  readonly #kept: KeptTrouble[] = [];
  readonly #lastFault = new Map<string, number>();
  readonly #alarms = new Map<string, Cancel>();
  #nextId = 1;

  constructor(clock: Clock, limits: RingLimits = RING_LIMITS) {
    this.#clock = clock;
    this.ring = new FrameRing(limits);
  }

  /** The newest first. */
  get kept(): readonly KeptTrouble[] {
    return this.#kept;
  }

  /** What a client of this line tells everything to. */
  trace(line: string): Trace {
    return (event) => {
      this.#record(line, event);
    };
  }

  close(): void {
    for (const cancel of this.#alarms.values()) cancel();
    this.#alarms.clear();
  }

  #record(line: string, event: TraceEvent): void {
    const at = this.#clock.wallMicros();
    this.ring.record(line, event, at);
    const { outcome } = event;
    if (outcome !== 'timeout' && outcome !== 'damaged') return;
    const now = this.#clock.now();
    const last = this.#lastFault.get(line) ?? -Infinity;
    this.#lastFault.set(line, now);
    if (now - last < QUIET_MS || this.#alarms.has(line)) return;
    const cancel = this.#clock.alarm(now + AFTER_MS, () => {
      this.#alarms.delete(line);
      this.#keep(line, outcome, at);
    });
    this.#alarms.set(line, cancel);
  }

  #keep(line: string, outcome: KeptTrouble['outcome'], at: number): void {
    const all = this.ring.read(0, Infinity, (one) => one === line);
    const frames = all.filter((frame) => frame.at >= at - BEFORE_MICROS).slice(-KEPT_FRAMES);
    this.#kept.unshift({ id: this.#nextId, at, line, outcome, frames });
    this.#kept.length = Math.min(this.#kept.length, MAX_KEPT);
    this.#nextId += 1;
  }
}
