import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLogger, type Logger } from '../../src/base/log.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import type { History, HistoryBucket, HistoryQuestion } from '../../src/history/history.ts';
import { directLink } from '../../src/history/direct-link.ts';
import { openHistory, type HistoryOptions } from '../../src/history/open-history.ts';
import type { Value } from '../../src/telemetry/point.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import { sitePoint } from './fake-site.ts';

export const SECOND = 1_000_000;
export const HOUR = 3600 * SECOND;
/** 2026-01-01T00:00:00Z, where the clock begins. */
export const START = 490_896 * HOUR;

const PLENTY = { bytes: 500e6, ageMs: 90 * 86_400_000 };

export type HistoryRig = ReturnType<typeof historyRig>;

/** Histories in a folder that goes away, on a clock that a test moves. */
export function historyRig() {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-history-'));
  const clock = new ManualClock(START);
  const open = new Set<History>();
  return {
    folder,
    path: join(folder, 'history.sqlite'),
    clock,

    begin(over: Partial<HistoryOptions> & { logger?: Logger } = {}): History {
      const common = { folder, clock, logger: silentLogger, limits: PLENTY, link: directLink };
      const history = openHistory({ ...common, ...over });
      open.add(history);
      return history;
    },

    /** As a kill does: what was not flushed is gone, and the file stays as it is. */
    kill(history: History): void {
      open.delete(history);
    },

    async minutes(count: number): Promise<void> {
      for (let minute = 0; minute < count; minute += 1) await clock.run(60_000);
    },

    sql(statement: string): unknown {
      const db = new DatabaseSync(join(folder, 'history.sqlite'));
      try {
        return Object.values(db.prepare(statement).get() ?? {})[0];
      } finally {
        db.close();
      }
    },

    async end(): Promise<void> {
      for (const history of open) await history.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One sample; without a value it says that none is known. */
export function sampleOf(id: string, at: number, value?: Value): Sample {
  const quality = value === undefined ? 'bad' : 'good';
  return {
    ...{ point: sitePoint(id), quality, at, requestedAt: at },
    ...(value !== undefined && { value }),
  };
}

/** One sample every second from the start on. */
export function everySecond(count: number, value: (s: number) => Value = (s) => s): Sample[] {
  return Array.from({ length: count }, (_, s) => sampleOf('a.b', START + s * SECOND, value(s)));
}

/** Of `a.b`, the first hour as one bucket, where nothing else is said. */
export async function bucketsOf(
  history: History,
  over: Partial<HistoryQuestion> = {},
): Promise<readonly HistoryBucket[]> {
  const question = { points: ['a.b'], from: START, to: START + HOUR, buckets: 1, ...over };
  return (await history.query(question)).series[0]?.buckets ?? [];
}

/** Until SQLite is loaded and everything that was handed over is taken. */
export async function settled(history: History): Promise<void> {
  await history.query({ points: [], from: 0, to: 1, buckets: 1 });
}
