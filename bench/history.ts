/**
 * What the history costs: a day of pens that are read every second, written and then asked for as a
 * chart does: `node bench/history.ts`. How to read it: bench/README.md.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLogger } from '../src/base/log.ts';
import { ManualClock } from '../src/base/manual-clock.ts';
import { openHistory } from '../src/history/open-history.ts';
import type { Sample } from '../src/telemetry/sample.ts';
import { sitePoint } from '../test/support/fake-site.ts';
import { short, textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    pens: { type: 'string', default: '8' },
    hours: { type: 'string', default: '24' },
    pixels: { type: 'string', default: '1000' },
    queries: { type: 'string', default: '20' },
  },
});
const [pens, hours] = [Number(values.pens), Number(values.hours)];
const [pixels, queries] = [Number(values.pixels), Number(values.queries)];

const SECOND = 1_000_000;
const START = 490_896 * 3600 * SECOND;

/** A repeatable stand-in for chance, so that two runs write the same. */
let seed = 1;
function chance(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

/** As meters send them: tenths of a degree, 32-bit floats, counters, and answers that come 3 to 9 ms late. */
const SHAPES: readonly ((s: number) => number)[] = [
  (s) => Math.round(2000 + 300 * Math.sin(s / 600) + 5 * chance()) / 10,
  (s) => Math.fround(230 + 4 * Math.sin(s / 900) + 0.5 * chance()),
  (s) => 1_000_000 + s * 3,
  (s) => Math.round((50 + 0.02 * Math.sin(s / 30) + 0.005 * chance()) * 1000) / 1000,
];

const points = Array.from({ length: pens }, (_, pen) => sitePoint(`pens.p${pen}`));

function samplesOfSecond(s: number): Sample[] {
  const at = START + s * SECOND + Math.round(3_000 + 6_000 * chance());
  return points.map((point, pen) => {
    const value = SHAPES[pen % SHAPES.length]?.(s) ?? 0;
    return { point, value, quality: 'good', at, requestedAt: at, goodAt: at };
  });
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'dinrail-bench-'));
const clock = new ManualClock(START);
const limits = { bytes: 10e9, ageMs: 1e12 };
const history = openHistory({ folder, clock, limits, logger: silentLogger });
const ids = points.slice(0, 8).map(({ id }) => id);
/** Read as often, and recorded once: the answer is the value that stood before the range. */
const constants = ids.map((_, pen) => sitePoint(`pens.constant${pen}`));
const constantIds = constants.map(({ id }) => id);
const idle = { points: [], from: 0, to: 1, buckets: 1 };

async function timed(asked: readonly string[], from: number, to: number): Promise<number[]> {
  const took: number[] = [];
  const before = process.cpuUsage();
  for (let query = 0; query < queries; query += 1) {
    const begun = performance.now();
    await history.query({ points: asked, from, to, buckets: pixels });
    took.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(before);
  took.sort((a, b) => a - b);
  return [percentile(took, 0.5), percentile(took, 0.95), (user + system) / 1000 / queries];
}

try {
  await history.query(idle);
  history.record(
    constants.map((point) => ({ point, value: 5, quality: 'good', at: START, requestedAt: START })),
  );
  const seconds = hours * 3600;
  const begun = performance.now();
  let busyMs = 0;
  for (let s = 0; s < seconds; s += 1) {
    const samples = samplesOfSecond(s);
    const handing = performance.now();
    history.record(samples);
    clock.advance(1000);
    busyMs += performance.now() - handing;
    // The thread keeps up with a day in a minute only if it is given the time to.
    if (s % 60 === 59) await history.query(idle);
  }
  await history.query(idle);
  const elapsed = performance.now() - begun;
  // What is over gets its rows.
  for (let minute = 0; minute < 5; minute += 1) {
    clock.advance(60_000);
    await history.query(idle);
  }
  const count = seconds * pens;
  const end = START + seconds * SECOND;
  const rows: string[][] = [['', 'p50 ms', 'p95 ms', 'CPU ms, both threads']];
  const ranges: readonly (readonly [string, readonly string[], number, number])[] = [
    ['all of it', ids, START, end],
    ['all of it, 12 min 34 s later', ids, START + 754 * SECOND, end + 754 * SECOND],
    ['the last hour', ids, end - 3600 * SECOND, end],
    ['the last 10 minutes', ids, end - 600 * SECOND, end],
    ['the last 10 minutes of what never changed', constantIds, end - 600 * SECOND, end],
  ];
  for (const [name, asked, from, to] of ranges) {
    rows.push([name, ...(await timed(asked, from, to)).map((ms) => ms.toFixed(1))]);
  }
  await history.close();
  const bytes = statSync(join(folder, 'history.sqlite')).size;
  console.log(`${pens} pens, ${hours} h of one-second samples: ${short(count)} samples`);
  console.log(
    textTable([
      ['samples/s written, this bench included', short((count / elapsed) * 1000)],
      ['µs of the main thread per sample', ((busyMs * 1000) / count).toFixed(2)],
      ['bytes per sample, buckets included', (bytes / count).toFixed(2)],
      ['MB of memory of the process', (process.memoryUsage.rss() / 1e6).toFixed(0)],
      ['samples dropped', String(history.status().dropped)],
    ]),
  );
  console.log(`\n${queries} questions for ${pixels} pixels, ${ids.length} pens at once`);
  console.log(textTable(rows));
} finally {
  await history.close();
  rmSync(folder, { recursive: true });
}
