import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Journal, JournalRecord } from '../journal/journal.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import { siteEventOf } from '../telemetry/event.ts';
import { OutageLog } from './outage-log.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let clock: ManualClock;
let site: FakeSite;
let journal: Journal;
let folder: string;
let log: OutageLog;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-outages-'));
  clock = new ManualClock();
  journal = memoryJournal({ clock });
  await boot();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process begins, on the journal and the folder that the one before has left. */
async function boot(): Promise<void> {
  site = new FakeSite(clock);
  site.usePoints(['f.pv', 'f.sp', 'g.pv'].map((id) => sitePoint(id)));
  log = new OutageLog({
    ...{ site, journal, clock, logger: silentLogger, folder },
    rules: { gapMs: 30 * SECOND, settleMs: MINUTE },
    points: new Set(['f.pv', 'f.sp']),
  });
  await log.start();
}

/** The process is gone, and its alarms with it: nothing of it can say or do anything more. */
function kill(): void {
  clock = new ManualClock(clock.wallMicros());
}

/** Polls once a second that all find the same values. */
function poll(values: Readonly<Record<string, number>>, seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    site.answer(values);
    clock.advance(SECOND);
  }
}

async function records(): Promise<readonly JournalRecord[]> {
  return (await journal.read(journal.first, { samples: 100_000 })).records;
}

async function journalled(): Promise<readonly unknown[]> {
  return (await records()).flatMap((record) => {
    const event = record.kind === 'event' ? siteEventOf(record) : undefined;
    return event?.type === 'outage.report' ? [{ source: event.source, ...event.data }] : [];
  });
}

function filed(): readonly unknown[] {
  const lines = readFileSync(join(folder, 'outages.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

describe('a device that was silent', () => {
  beforeEach(() => {
    poll({ 'f.pv': 812, 'f.sp': 900, 'g.pv': 1 }, 10);
    site.fail(['f.pv', 'f.sp', 'g.pv'], 'stale', 'timeout');
    clock.advance(5 * MINUTE);
    poll({ 'f.pv': 640, 'f.sp': 900, 'g.pv': 1 }, 5);
  });

  test('can be asked for while it settles, for the points that are watched', () => {
    expect(log.list()).toMatchObject([
      { point: 'f.pv', before: { value: 812 }, after: { value: 640 }, isSettling: true },
      { point: 'f.sp', isSettling: true },
    ]);
    expect(log.list()[0]?.durationMs).toBe(301_000);
  });

  test('is in the journal, in the file and in the list when it has settled', async () => {
    poll({ 'f.pv': 655 }, 60);
    const report = { point: 'f.pv', lowest: 640, highest: 655, reason: 'device-silent' };
    expect(log.list()[0]).toMatchObject(report);
    expect(log.list()[0]).not.toHaveProperty('isSettling');
    expect((await journalled())[0]).toMatchObject({ source: 'f/pv', ...report });
    await log.stop();
    expect(filed()[0]).toMatchObject(report);
  });

  test('is reported as it is at an ordered stop', async () => {
    await log.stop();
    expect(filed()).toMatchObject([{ point: 'f.pv', lowest: 640 }, { point: 'f.sp' }]);
    expect(log.list(clock.wallMicros())).toEqual([]);
  });

  test('is reported by the next run after a kill while it settled', async () => {
    await journal.sync();
    kill();
    await boot();
    expect(log.list()).toMatchObject([{ point: 'f.pv', lowest: 640 }, { point: 'f.sp' }]);
    expect(await journalled()).toHaveLength(2);
    await log.stop();
    expect(filed()).toHaveLength(2);
  });
});

describe('a gateway that was killed', () => {
  test.each([10, 29, 600])('after %i s of values that never changed', async (seconds) => {
    poll({ 'f.pv': 812 }, seconds);
    kill();
    clock.stepWall(7 * MINUTE * 1000);
    await boot();
    poll({ 'f.pv': 640 }, 70);
    const [report] = log.list();
    expect(report).toMatchObject({ before: { value: 812 }, after: { value: 640 }, lowest: 640 });
    expect(report?.reason).toBe('gateway-off');
    // A sign of life is no older than a third of the gap.
    expect(report?.durationMs).toBeGreaterThanOrEqual(7 * MINUTE);
    expect(report?.durationMs).toBeLessThanOrEqual(7 * MINUTE + 11 * SECOND);
  });

  test('twice, with values in between, has two reports; none of them twice', async () => {
    for (const value of [812, 640, 500]) {
      poll({ 'f.pv': value }, 20);
      kill();
      clock.stepWall(7 * MINUTE * 1000);
      await boot();
    }
    poll({ 'f.pv': 400 }, 70);
    const ends = log.list().map(({ before, after }) => [before.value, after.value]);
    expect(ends).toEqual([
      [812, 640],
      [640, 500],
      [500, 400],
    ]);
    expect(await journalled()).toHaveLength(3);
    await log.stop();
    expect(filed()).toHaveLength(3);
  });

  test('and is back within the gap has no report', async () => {
    poll({ 'f.pv': 812 }, 20);
    kill();
    clock.stepWall(10 * SECOND * 1000);
    await boot();
    poll({ 'f.pv': 640 }, 70);
    kill();
    await boot();
    expect(log.list()).toEqual([]);
  });

  test('and finds a silent device, knows the last value from before all of that', async () => {
    poll({ 'f.pv': 812 }, 20);
    site.fail(['f.pv'], 'stale', 'timeout');
    clock.advance(3 * 60 * MINUTE);
    kill();
    clock.stepWall(MINUTE * 1000);
    await boot();
    clock.advance(60 * MINUTE);
    poll({ 'f.pv': 20 }, 70);
    expect(log.list()).toMatchObject([{ reason: 'both', before: { value: 812 } }]);
  });
});

test('a file that was cut short is made whole from the journal', async () => {
  poll({ 'f.pv': 812 }, 5);
  clock.advance(MINUTE);
  poll({ 'f.pv': 640 }, 70);
  await log.stop();
  const path = join(folder, 'outages.jsonl');
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  appendFileSync(path, text.slice(0, -20));
  kill();
  await boot();
  expect(filed()).toEqual(log.list());
  expect(filed()).toHaveLength(1);
});

test('the journal holds little of it: a sign of life three times per gap', async () => {
  const before = (await records()).length;
  poll({ 'f.pv': 812, 'f.sp': 900 }, 600);
  expect((await records()).length - before).toBe(60);
});

test('a journal that refuses is said once, and the report still is in the file and the list', async () => {
  await log.stop();
  const warnings: string[] = [];
  const refusing: Journal = Object.create(journal, {
    append: { value: () => undefined },
  }) as Journal;
  const lonely = new OutageLog({
    ...{ site, clock, folder, journal: refusing },
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
    rules: { gapMs: 30 * SECOND, settleMs: MINUTE },
    points: new Set(['f.pv']),
  });
  await lonely.start();
  poll({ 'f.pv': 812 }, 60);
  clock.advance(MINUTE);
  poll({ 'f.pv': 640 }, 70);
  await lonely.stop();
  expect(lonely.list()).toHaveLength(1);
  expect(filed()).toHaveLength(1);
  expect(warnings.filter((text) => text.startsWith('the journal does not take'))).toHaveLength(1);
});
