import type { Cancel, Clock } from '../base/clock.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import type { History } from './history.ts';
import { STEPPED_MS } from './runs.ts';

/** After a start each point is looked at until it has been found good once. */
const LOOKS_MS = [2_000, 10_000, 60_000, 600_000, 3_600_000];
/** Which of them comes first after samples were lost. */
const LOOK_AFTER_LOSS = 2;
/** From then on all are confirmed so often: what never changes must not go with the oldest hours. */
const CONFIRM_MS = 6 * 3_600_000;
/** So often it is looked whether the calendar has been set. */
const WATCH_MS = 30_000;

export interface StandingParts {
  readonly site: Site;
  readonly history: Pick<History, 'record' | 'status'>;
  readonly clock: Clock;
}

/**
 * Tells the history what does not change: that a value is still the same after a start, and that a point is no
 * more. What changes, the recorder tells.
 */
export class StandingValues {
  readonly #parts: StandingParts;
  /** Found good in this run. */
  readonly #confirmed = new Set<string>();
  #points: readonly Point[] = [];
  #since = 0;
  #looks = 0;
  #dropped = 0;
  #lookAt = Infinity;
  /** When the calendar was last looked at, on both scales. */
  #watched: { readonly now: number; readonly wall: number };
  #cancel: Cancel = () => undefined;

  constructor(parts: StandingParts) {
    this.#parts = parts;
    this.#watched = { now: parts.clock.now(), wall: parts.clock.wallMicros() };
  }

  /** Begins, or begins again with other points after a reload. */
  apply(): void {
    const { site, clock, history } = this.#parts;
    const points = site.points();
    const ids = new Set(points.map(({ id }) => id));
    const gone = this.#points.filter(({ id }) => !ids.has(id));
    for (const { id } of gone) this.#confirmed.delete(id);
    const at = clock.wallMicros();
    const end = { quality: 'bad', cause: 'removed', at, requestedAt: at } as const;
    if (gone.length > 0) history.record(gone.map((point): Sample => ({ point, ...end })));
    if (this.#points.length === 0) this.#since = at;
    this.#points = points;
    this.#looks = 0;
    this.#arm();
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): void {
    this.#lookAt = this.#parts.clock.now() + (LOOKS_MS[this.#looks] ?? CONFIRM_MS);
    this.#wait();
  }

  #wait(): void {
    this.#cancel();
    const { clock } = this.#parts;
    this.#cancel = clock.alarm(Math.min(this.#lookAt, clock.now() + WATCH_MS), () => {
      this.#watch();
      if (clock.now() < this.#lookAt) {
        this.#wait();
        return;
      }
      if (this.#looks >= LOOKS_MS.length) this.#confirmed.clear();
      this.#looks += 1;
      this.#confirm();
      this.#arm();
    });
  }

  /** To the history another run begins where the calendar is set, or samples were lost: nothing stands in it before it was told again. */
  #watch(): void {
    const { clock } = this.#parts;
    const [now, wall] = [clock.now(), clock.wallMicros()];
    const steppedMs = (wall - this.#watched.wall) / 1000 - (now - this.#watched.now);
    this.#watched = { now, wall };
    const isTorn = this.#hasLost();
    if (Math.abs(steppedMs) <= STEPPED_MS && !isTorn) return;
    this.#confirmed.clear();
    this.#since = wall;
    // What was lost is noted within seconds; what is told before that stands in the run that has ended.
    this.#looks = isTorn ? LOOK_AFTER_LOSS : 0;
    this.#lookAt = now + (LOOKS_MS[this.#looks] ?? CONFIRM_MS);
  }

  #hasLost(): boolean {
    const { dropped, state } = this.#parts.history.status();
    const isTorn = dropped > this.#dropped || state === 'failing';
    this.#dropped = dropped;
    return isTorn;
  }

  #confirm(): void {
    const { site, history, clock } = this.#parts;
    const now = clock.wallMicros();
    const found: Sample[] = [];
    for (const { id } of this.#points) {
      if (this.#confirmed.has(id)) continue;
      const sample = site.sample(id);
      // One that was good before this run began, or before the calendar was set back, says nothing about now.
      if (sample?.quality !== 'good' || sample.at < this.#since || sample.at > now) continue;
      found.push(sample);
      this.#confirmed.add(id);
    }
    if (found.length > 0) history.record(found);
  }
}
