import type { LineJson } from '../api/contract.ts';

/** What is counted of a line. */
export const COUNTERS = [
  'requests',
  'answers',
  'exceptions',
  'timeouts',
  'damaged',
  'late',
  'foreign',
] as const satisfies readonly (keyof LineJson)[];

export type CounterName = (typeof COUNTERS)[number];

interface Reading {
  readonly at: number;
  readonly line: LineJson;
}

/** Rates are those of this long. */
const WINDOW_MS = 10_000;
/** Faults are rare, so they are counted over this long. */
const LONG_MS = 60_000;
/** Readings come once a second at most. */
const MAX_READINGS = LONG_MS / 1_000 + 2;
/** Loads kept for the little curve, one for each second. */
const CURVE = 60;

/** The counters of one line over the last minute. */
export class LineRates {
  #readings: Reading[] = [];
  readonly loads: number[] = [];

  take(line: LineJson, at: number): void {
    const last = this.#readings.at(-1);
    // A restarted gateway counts from the beginning.
    if (last !== undefined && line.requests < last.line.requests) this.#readings = [];
    this.#readings.push({ at, line });
    if (this.#readings.length > MAX_READINGS) this.#readings.shift();
  }

  /** To be called once a second: a line whose state does not change is not told again. */
  beat(): void {
    const line = this.#readings.at(-1)?.line;
    if (line === undefined) return;
    this.loads.push(line.load);
    if (this.loads.length > CURVE) this.loads.shift();
  }

  /** Per second, over the last ten seconds; undefined until there are two readings. */
  perSecond(name: CounterName, now: number): number | undefined {
    return this.#rate(name, now, WINDOW_MS, 1_000);
  }

  /** Per minute, over the last minute or as much of it as was seen. */
  perMinute(name: CounterName, now: number): number | undefined {
    return this.#rate(name, now, LONG_MS, 60_000);
  }

  /** The same, for looking at while this one goes on. */
  frozen(): LineRates {
    const copy = new LineRates();
    copy.#readings = [...this.#readings];
    copy.loads.push(...this.loads);
    return copy;
  }

  #rate(name: CounterName, now: number, windowMs: number, perMs: number): number | undefined {
    const latest = this.#readings.at(-1);
    const isOld = ({ at }: Reading): boolean => at <= now - windowMs;
    // The counters stay as the last reading before the window said until the next one comes.
    const before = this.#readings.findLast(isOld);
    const first = before ?? this.#readings[0];
    if (latest === undefined || first === undefined) return undefined;
    const spanMs = before === undefined ? now - first.at : windowMs;
    if (spanMs <= 0) return undefined;
    return ((latest.line[name] - first.line[name]) / spanMs) * perMs;
  }
}
