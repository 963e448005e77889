import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bucketsOf,
  everySecond,
  historyRig,
  HOUR,
  sampleOf,
  SECOND,
  settled,
  START,
  type HistoryRig,
} from '../../test/support/history-rig.ts';
import { ClosedError, InvalidRequestError } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import type { Linker } from './link.ts';
import { HistoryUnavailableError } from './history.ts';

let rig: HistoryRig;

beforeEach(() => {
  rig = historyRig();
});

afterEach(async () => rig.end());

describe('a damaged file', () => {
  test('is moved aside with a warning, and a new one begins', async () => {
    writeFileSync(
      rig.path,
      'this is no database, and it is long enough to be looked at'.repeat(99),
    );
    const warnings: string[] = [];
    const history = rig.begin({
      logger: { ...silentLogger, warn: (message) => warnings.push(message) },
    });
    history.record(everySecond(3));
    expect(await bucketsOf(history)).toMatchObject([{ count: 3 }]);
    await rig.clock.run(10_000);
    expect(history.status().state).toBe('good');
    expect(warnings).toEqual([
      expect.stringMatching(/^the history was damaged .* a new one begins$/),
    ]);
    expect(readdirSync(rig.folder).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });

  test('of one row leaves a gap, and the other hours can be read', async () => {
    const history = rig.begin();
    history.record(everySecond(7200));
    await settled(history);
    await rig.minutes(125);
    expect(rig.sql('SELECT count(*) FROM raw')).toBe(2);
    await history.close();
    rig.sql(`UPDATE raw SET data = x'00112233445566' WHERE block = ${START / HOUR}`);
    rig.sql('DELETE FROM rollup');
    const again = rig.begin();
    const found = await bucketsOf(again, { to: START + 2 * HOUR });
    expect(found).toMatchObject([{ min: 3600, max: 7199, count: 3600 }]);
  });

  test('of a later program is left alone', async () => {
    const db = new DatabaseSync(rig.path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    const history = rig.begin();
    await settled(history);
    expect(history.status()).toMatchObject({
      state: 'failing',
      error: 'the history was written by a later program (version 99)',
    });
    expect(rig.sql('PRAGMA user_version')).toBe(99);
  });
});

describe('a disk that takes nothing', () => {
  test('makes the history failing; what waits is written when it does again', async () => {
    const history = rig.begin();
    await settled(history);
    const other = new DatabaseSync(rig.path);
    other.exec('BEGIN IMMEDIATE');
    history.record(everySecond(10));
    await rig.clock.run(10_500);
    expect(history.status()).toMatchObject({ state: 'failing', dropped: 0 });
    expect(history.status().error).toContain('locked');
    expect(await bucketsOf(history)).toMatchObject([{ count: 10 }]);
    other.exec('ROLLBACK');
    other.close();
    await rig.clock.run(10_000);
    expect(history.status().state).toBe('good');
    expect(rig.sql('SELECT count(*) FROM recent')).toBe(1);
  });

  test('from the beginning is no reason not to start, and what it cannot write is counted', async () => {
    mkdirSync(rig.path);
    const history = rig.begin();
    history.record(everySecond(10));
    await rig.clock.run(10_500);
    expect(history.status()).toMatchObject({ state: 'failing', dropped: 0 });
    rmSync(rig.path, { recursive: true });
    await rig.clock.run(10_000);
    expect(history.status()).toMatchObject({ state: 'good', dropped: 0 });
    mkdirSync(`${rig.path}-x`);
  });

  test('at the end counts what it did not take', async () => {
    mkdirSync(rig.path);
    const history = rig.begin();
    history.record(everySecond(10));
    await history.close();
    expect(history.status()).toMatchObject({ state: 'closed', dropped: 10 });
  });
});

describe('what is kept', () => {
  test('goes by age, the oldest hour first', async () => {
    const history = rig.begin({ limits: { bytes: 500e6, ageMs: 2 * 3_600_000 } });
    for (let hour = 0; hour < 5; hour += 1) {
      history.record([sampleOf('a.b', START + hour * HOUR, hour)]);
      await rig.minutes(60);
    }
    await rig.minutes(11);
    const found = await bucketsOf(history, { to: START + 5 * HOUR, step: HOUR });
    expect(found.map(({ last }) => last)).toEqual([3, 4]);
    expect(history.status().oldestAt).toBe(START + 3 * HOUR);
  });

  test('goes by size, the oldest hour first', async () => {
    const history = rig.begin({ limits: { bytes: 150_000, ageMs: 1e12 } });
    for (let hour = 0; hour < 24; hour += 1) {
      const at = START + hour * HOUR;
      history.record(
        Array.from({ length: 3600 }, (_, s) =>
          sampleOf('a.b', at + s * SECOND, Math.sin(hour * 3600 + s)),
        ),
      );
      await rig.minutes(60);
    }
    const found = await bucketsOf(history, { to: START + 24 * HOUR, step: HOUR });
    expect(found.length).toBeGreaterThan(2);
    expect(found.length).toBeLessThan(8);
    expect(found.at(-1)).toMatchObject({ at: START + 23 * HOUR, count: 3600 });
    expect(history.status().bytes).toBeLessThan(5e6);
  });

  test('does not go because the calendar jumps a year ahead', async () => {
    const history = rig.begin({ limits: { bytes: 500e6, ageMs: 2 * 3_600_000 } });
    history.record(everySecond(3));
    await rig.minutes(70);
    rig.clock.stepWall(365 * 24 * HOUR);
    await rig.minutes(60);
    expect(await bucketsOf(history)).toMatchObject([{ count: 3 }]);
    await rig.minutes(24 * 60);
    expect(await bucketsOf(history)).toEqual([]);
  });
});

describe('a thread that has ended', () => {
  test('is begun again after a pause; questions are refused until then', async () => {
    const links: { lost(error: Error): void }[] = [];
    const posts: string[] = [];
    const link: Linker = (_, events) => {
      links.push(events);
      return { post: ({ kind }) => posts.push(kind), end: () => undefined };
    };
    const history = rig.begin({ link });
    const asked = bucketsOf(history);
    history.record(everySecond(1));
    rig.clock.advance(500);
    links[0]?.lost(new Error('out of memory'));
    await expect(asked).rejects.toThrow(HistoryUnavailableError);
    await expect(bucketsOf(history)).rejects.toThrow('its thread has ended: out of memory');
    expect(history.status()).toMatchObject({ state: 'failing', dropped: 1 });
    rig.clock.advance(500);
    history.record(everySecond(1));
    rig.clock.advance(500);
    expect(links).toHaveLength(2);
    expect(posts).toEqual(['query', 'record', 'record']);
    links[1]?.lost(new Error('again'));
    rig.kill(history);
  });

  test('or is too slow is given no more than so much', async () => {
    const link: Linker = () => ({ post: () => undefined, end: () => undefined });
    const history = rig.begin({ link });
    const many = everySecond(100_000);
    for (let round = 0; round < 6; round += 1) history.record(many);
    expect(history.status().dropped).toBe(100_000);
    rig.kill(history);
  });
});

describe('a question', () => {
  test.each([
    ['that ends before it begins', { from: START, to: START }],
    ['for no bucket', { buckets: 0 }],
    ['for too many buckets', { buckets: 10_001 }],
    ['whose steps would be too many', { step: 1000 }],
    ['with a step that is no millisecond', { step: 1500 }],
    ['of too many points', { points: Array.from({ length: 65 }, () => 'a.b') }],
  ])('%s is refused', async (_, over) => {
    await expect(bucketsOf(rig.begin(), over)).rejects.toThrow(InvalidRequestError);
  });

  test('after the end is refused', async () => {
    const history = rig.begin();
    await history.close();
    await expect(bucketsOf(history)).rejects.toThrow(ClosedError);
  });

  test.each([
    ['a day for 1000 pixels', 24 * HOUR, 1000, 90],
    ['a week for 1000 pixels', 7 * 24 * HOUR, 1000, 900],
    ['a quarter for 1000 pixels', 90 * 24 * HOUR, 1000, 10_800],
    ['ten minutes for 1000 pixels', HOUR / 6, 1000, 0.601],
    ['a day as one', 24 * HOUR, 1, 86_400],
  ])('for %s gets buckets that are ready', async (_, span, buckets, seconds) => {
    const question = { points: ['a.b'], from: START, to: START + span, buckets };
    const [series] = (await rig.begin().query(question)).series;
    expect(series?.step).toBe(seconds * SECOND);
  });
});

test('on a thread of its own it does the same', async () => {
  const { threadLink } = await import('./link.ts');
  const history = rig.begin({ link: threadLink });
  history.record(everySecond(5000));
  expect(await bucketsOf(history, { to: START + 2 * HOUR })).toMatchObject([
    { count: 5000, mean: 2499.5 },
  ]);
  await history.close();
  const again = rig.begin({ link: threadLink });
  expect(await bucketsOf(again)).toMatchObject([{ count: 3600 }]);
});
