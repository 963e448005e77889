import { signal, type ReadonlySignal } from '@preact/signals';
import type { HistoryJson, HistorySeriesJson } from '../../../src/api/contract.ts';
import { every } from '../time.ts';
import { getJson, type Answer } from './api.ts';
import { link } from './link.ts';
import { offers } from './site.ts';

const NO_HISTORY = { status: 404, code: 'no-such-path', detail: '', fix: '' };

/** What was kept of some points. Times are milliseconds since 1970. */
export async function askHistory(
  points: readonly string[],
  from: string | number,
  to: string | number,
  buckets: number,
  cancel?: AbortSignal,
): Promise<Answer<HistoryJson>> {
  if (!offers.peek().includes('history')) return { ok: false, problem: NO_HISTORY };
  const query = new URLSearchParams({
    points: points.join(','),
    ...{ from: String(from), to: String(to), buckets: String(buckets) },
  });
  return getJson(`history?${query.toString()}`, cancel);
}

const SPARK_BUCKETS = 60;
const SPARK_EVERY_MS = 60_000;
/** As many points as one question of the history takes. */
const SPARK_POINTS = 16;

/** One point of an answer, with when the gateway was off: all that a curve is made from. */
export type Curve = HistorySeriesJson & { readonly off?: HistoryJson['off'] };

/** The last hour of some points, for small curves; asked for all of them at once, once a minute. */
class Sparks {
  readonly #series = signal<ReadonlyMap<string, Curve>>(new Map());
  #wanted: readonly string[] = [];

  get series(): ReadonlySignal<ReadonlyMap<string, Curve>> {
    return this.#series;
  }

  /** Draws these points from now on. */
  want(points: readonly string[]): void {
    if (points.join() === this.#wanted.join()) return;
    this.#wanted = points;
    void this.#ask();
  }

  /** Keeps them current while somebody looks; returns how to stop. */
  run(): () => void {
    return every(SPARK_EVERY_MS, () => {
      if (link.peek() === 'live') void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const wanted = this.#wanted;
    if (!offers.peek().includes('history')) return;
    const found = new Map<string, Curve>();
    for (let first = 0; first < wanted.length; first += SPARK_POINTS) {
      const some = wanted.slice(first, first + SPARK_POINTS);
      const answer = await askHistory(some, '-1h', 'now', SPARK_BUCKETS);
      // Without a history there are no curves, and nothing to complain about.
      if (!answer.ok) return;
      const { series, off } = answer.body;
      for (const one of series) found.set(one.point, { ...one, off });
    }
    if (wanted === this.#wanted) this.#series.value = found;
  }
}

export const sparks = new Sparks();
/** Those of the table of points. */
export const pointSparks = new Sparks();
