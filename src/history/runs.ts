/** A stretch of time in which the gateway ran, microseconds since 1970. */
export interface Run {
  readonly begin: number;
  /** When it was last seen to run; Infinity for the one that goes on. */
  readonly until: number;
}

/** Times as those of a Clock. */
export interface Moment {
  readonly now: number;
  readonly wall: number;
}

/** More than these are as good as none: the oldest are forgotten. */
export const MAX_RUNS = 1_000;
/** Stretches in one answer. */
const MAX_OFF = 200;
/** A calendar that moves by more than this beside the clock that steers makes two runs of one. */
export const STEPPED_MS = 60_000;

/**
 * When the gateway ran. A value that is recorded on change stands until the next one only while somebody
 * would have recorded the next one; without this, a night without power looks like a quiet night.
 */
export class Runs {
  #former: readonly Run[] = [];
  #begin: number;
  #alive: number;
  #wall: number;
  #now: number | undefined;

  /**
   * `begin` is when this run began, microseconds since 1970. `started`: the times of a Clock when it was made; from
   * then on it notices that the calendar is set.
   */
  constructor(begin: number, started?: Moment) {
    this.#begin = begin;
    this.#alive = begin;
    this.#wall = started?.wall ?? begin;
    this.#now = started?.now;
  }

  /** The present one, as far as it is known to have come. */
  get current(): Run {
    return { begin: this.#begin, until: this.#alive };
  }

  /** Those of former starts, as they were kept, in any order. */
  restore(former: readonly Run[]): void {
    const others = former.filter(({ begin }) => begin !== this.#begin);
    this.#former = others.sort((a, b) => a.begin - b.begin).slice(-MAX_RUNS);
  }

  /** The gateway runs. Times as those of a Clock; true when the calendar has been set, and a new run begins. */
  live(now: number, wall: number): boolean {
    const passed = Math.round((now - (this.#now ?? now)) * 1000);
    const stepped = wall - this.#wall - passed;
    const isStepped = this.#now !== undefined && Math.abs(stepped) > STEPPED_MS * 1000;
    this.#now = now;
    this.#wall = wall;
    // Since it was last seen to run it has run, by either calendar.
    if (isStepped) this.cut(wall - passed);
    this.#alive = Math.max(this.#alive, wall);
    return isStepped;
  }

  /** Something was lost: what stood before is not known to stand any more. */
  cut(begin: number): void {
    this.#former = [...this.#former, this.current].slice(-MAX_RUNS);
    this.#begin = begin;
    this.#alive = begin;
  }

  /** When the run that `at` is in began; undefined when the gateway is not known to have run then. */
  beginOf(at: number): number | undefined {
    if (at >= this.#begin) return this.#begin;
    return this.#former.findLast(({ begin, until }) => at >= begin && at <= until)?.begin;
  }

  /** The stretches between `from` and `to` in which it is not known to have run, oldest first; the newest of many. */
  offBetween(from: number, to: number): readonly (readonly [from: number, to: number])[] {
    const off: (readonly [number, number])[] = [];
    let covered = from;
    const runs = [...this.#former, { begin: this.#begin, until: Infinity }];
    // Where the calendar was set back, a later run has begun earlier.
    for (const { begin, until } of runs.sort((a, b) => a.begin - b.begin)) {
      if (until <= covered) continue;
      if (begin >= to) break;
      if (begin > covered) off.push([covered, begin]);
      covered = until;
    }
    if (covered < to) off.push([covered, to]);
    return off.slice(-MAX_OFF);
  }
}
