import { AnswerTimes, answerTimeOf, noAnswerTimes } from '../base/answer-times.ts';
import type { RecentTraffic } from '../telemetry/site.ts';

const MINUTE_MS = 60_000;
/** What is called recent: the minute under way and so many before it. */
const MINUTES = 5;

interface Minute {
  number: number;
  readonly times: AnswerTimes;
  /** The counters as the minute began. */
  timeouts: number;
  damaged: number;
}

/** Counters that only grow. */
interface Faults {
  readonly timeouts: number;
  readonly damaged: number;
}

/** The last minutes of a line, minute by minute. */
export class LineWindow {
  readonly #faults: () => Faults;
  readonly #minutes: readonly Minute[];

  constructor(faults: () => Faults) {
    this.#faults = faults;
    this.#minutes = Array.from({ length: MINUTES }, () => ({
      ...{ number: -1, times: new AnswerTimes(), timeouts: 0, damaged: 0 },
    }));
  }

  /** Must be called at least once a minute, so that faults are counted in theirs. */
  look(now: number): void {
    this.#minuteOf(now);
  }

  answered(now: number, ms: number): void {
    this.#minuteOf(now).times.add(ms);
  }

  status(now: number): RecentTraffic {
    const current = this.#minuteOf(now).number;
    const known = this.#minutes.filter(({ number }) => number > current - MINUTES && number >= 0);
    const sum = noAnswerTimes();
    for (const { times } of known) times.addTo(sum);
    const p95Ms = answerTimeOf(sum, 0.95);
    const { timeouts, damaged } = this.#faults();
    return {
      ...(p95Ms !== undefined && { p95Ms }),
      timeouts: timeouts - Math.min(...known.map((minute) => minute.timeouts)),
      damaged: damaged - Math.min(...known.map((minute) => minute.damaged)),
    };
  }

  #minuteOf(now: number): Minute {
    const number = Math.floor(now / MINUTE_MS);
    const minute = this.#minutes[number % MINUTES];
    if (minute === undefined) throw new RangeError('the clock is before its beginning');
    if (minute.number === number) return minute;
    minute.number = number;
    minute.times.clear();
    ({ timeouts: minute.timeouts, damaged: minute.damaged } = this.#faults());
    return minute;
  }
}
