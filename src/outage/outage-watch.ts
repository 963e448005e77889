import type { Outage, OutageReason, OutageRules, PlainValue, Reading } from './outage.ts';

/** One moment on both scales: `now` steers, in milliseconds; `wall` is the calendar, in microseconds. */
export interface Moment {
  readonly now: number;
  readonly wall: number;
}

/** What is known from before the start, by the journal. */
export interface FormerRun {
  readonly lastGood: ReadonlyMap<string, Reading>;
  /** When the gateway last gave a sign of life, microseconds since 1970; absent: it never did. */
  readonly aliveAt?: number;
}

/** What has settled. */
export interface Finished {
  readonly reports: readonly Outage[];
  /** Points that looked as if they had an outage, and had none. */
  readonly none: readonly string[];
}

/** An outage that has ended, so far as it is known now. */
export interface Ended {
  readonly outage: Outage;
  /** False: when the calendar is put right it may turn out to be none. */
  readonly isCertain: boolean;
}

interface LastGood extends Reading {
  /** Undefined: of a former run. */
  readonly now: number | undefined;
}

interface Settling {
  readonly outage: Outage;
  /** When the first value after was there. */
  readonly since: number;
  readonly until: number;
  lastAt: number;
  lowest: number;
  highest: number;
}

/** The calendar wanders by less than this by itself, in milliseconds. */
const CLOCK_SLACK_MS = 2_000;

/**
 * Finds the times without a good value. Within a run the clock that steers says how long one was. Across
 * a restart only the calendar can, and it is believed late: a computer without a clock of its own
 * starts with the time of long ago, and is told the right one within the time of settling.
 */
export class OutageWatch {
  readonly #rules: OutageRules;
  readonly #start: Moment;
  readonly #aliveAt: number | undefined;
  readonly #lastGood = new Map<string, LastGood>();
  readonly #settling = new Map<string, Settling>();
  readonly #unmarked = new Set<string>();
  #finished: Finished = { reports: [], none: [] };

  constructor(rules: OutageRules, start: Moment, former: FormerRun) {
    this.#rules = rules;
    this.#start = start;
    this.#aliveAt = former.aliveAt;
    for (const [id, reading] of former.lastGood) {
      this.#lastGood.set(id, { ...reading, now: undefined });
    }
  }

  /** A good value, stamped `at`. Gives the outage that it ends. */
  good(point: string, value: PlainValue, at: number, moment: Moment): Ended | undefined {
    const before = this.#lastGood.get(point);
    this.#lastGood.set(point, { value, at, now: moment.now });
    this.#unmarked.add(point);
    const ended = before && this.#ended(point, before, { value, at }, moment);
    if (ended === undefined) this.#settle(point, value, moment.now);
    return ended;
  }

  /** When something settles next, on the scale of `now`. */
  get nextDue(): number {
    let next = Infinity;
    for (const { until } of this.#settling.values()) next = Math.min(next, until);
    return next;
  }

  /** What has settled; with `isEnd` also what would settle further. */
  takeFinished(moment: Moment, isEnd = false): Finished {
    for (const [point, settling] of this.#settling) {
      if (settling.until > moment.now && !isEnd) continue;
      this.#settling.delete(point);
      this.#finish(settling, moment);
    }
    const finished = this.#finished;
    this.#finished = { reports: [], none: [] };
    return finished;
  }

  /** What settles, as far as it is known; without what may turn out to be no outage. */
  settling({ now, wall }: Moment): readonly Outage[] {
    return [...this.#settling.values()].flatMap((settling) => {
      const outage = this.#judged(settling, { now, wall });
      return outage === undefined ? [] : [{ ...outage, isSettling: true as const }];
    });
  }

  /** The last good readings: of all points, or of those that have had one since this was last asked. */
  takeMarks(which: 'all' | 'new'): Readonly<Record<string, Reading>> {
    const ids = which === 'all' ? this.#lastGood.keys() : this.#unmarked;
    const marks: Record<string, Reading> = {};
    for (const id of ids) {
      const last = this.#lastGood.get(id);
      if (last !== undefined) marks[id] = { value: last.value, at: last.at };
    }
    this.#unmarked.clear();
    return marks;
  }

  #ended(point: string, last: LastGood, after: Reading, moment: Moment): Ended | undefined {
    const { now, ...before } = last;
    const silentMs = now === undefined ? undefined : moment.now - now;
    if (silentMs !== undefined && silentMs <= this.#rules.gapMs) return undefined;
    const earlier = this.#settling.get(point);
    if (earlier !== undefined) this.#finish(earlier, moment);
    const outage: Outage = {
      ...{ point, before, after, settledMs: 0 },
      reason: now === undefined ? 'gateway-off' : 'device-silent',
      ...(silentMs !== undefined && withDuration(before, after, silentMs)),
    };
    const settling: Settling = {
      ...{ outage, since: moment.now, until: moment.now + this.#rules.settleMs },
      ...{ lastAt: moment.now, lowest: Infinity, highest: -Infinity },
    };
    this.#settling.set(point, settling);
    this.#settle(point, after.value, moment.now);
    const judged = this.#judged(settling, moment);
    return { outage: { ...(judged ?? outage), isSettling: true }, isCertain: judged !== undefined };
  }

  #settle(point: string, value: PlainValue, now: number): void {
    const settling = this.#settling.get(point);
    if (settling === undefined || now > settling.until) return;
    settling.lastAt = now;
    if (typeof value !== 'number') return;
    settling.lowest = Math.min(settling.lowest, value);
    settling.highest = Math.max(settling.highest, value);
  }

  #finish(settling: Settling, moment: Moment): void {
    const outage = this.#judged(settling, moment);
    const { reports, none } = this.#finished;
    this.#finished =
      outage === undefined
        ? { reports, none: [...none, settling.outage.point] }
        : { reports: [...reports, outage], none };
  }

  /** The outage as it is known at `moment`; undefined while it is none. */
  #judged(settling: Settling, moment: Moment): Outage | undefined {
    const { outage, since, lastAt, lowest, highest } = settling;
    const seen = {
      ...(lowest <= highest && { lowest, highest }),
      settledMs: Math.round(lastAt - since),
    };
    if (outage.durationMs !== undefined) return { ...outage, ...seen };
    const { before, after } = outage;
    const backAt = moment.wall - (moment.now - since) * 1000;
    const totalMs = (backAt - before.at) / 1000;
    if (Math.abs(totalMs) <= this.#rules.gapMs) return undefined;
    const reason = this.#reasonAcross(totalMs, moment);
    return { ...outage, reason, ...seen, ...(totalMs > 0 && withDuration(before, after, totalMs)) };
  }

  /** Why nothing was known across the start of this run. */
  #reasonAcross(totalMs: number, moment: Moment): OutageReason {
    if (this.#aliveAt === undefined || totalMs < 0) return 'gateway-off';
    const { gapMs } = this.#rules;
    const startedAt = moment.wall - (moment.now - this.#start.now) * 1000;
    const offMs = (startedAt - this.#aliveAt) / 1000;
    if (offMs <= gapMs) return 'device-silent';
    return totalMs - offMs > gapMs ? 'both' : 'gateway-off';
  }
}

/** How long it was, and how far the calendar was set where the times do not fit to that. */
function withDuration(
  before: Reading,
  after: Reading,
  ms: number,
): Pick<Outage, 'durationMs' | 'clockMs'> {
  const durationMs = Math.round(ms);
  const clockMs = Math.round((after.at - before.at) / 1000) - durationMs;
  return { durationMs, ...(Math.abs(clockMs) > CLOCK_SLACK_MS && { clockMs }) };
}
