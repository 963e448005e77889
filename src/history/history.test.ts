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
import type { Value } from '../telemetry/point.ts';
import type { HistoryBucket } from './history.ts';

let rig: HistoryRig;

beforeEach(() => {
  rig = historyRig();
});

afterEach(async () => rig.end());

describe('one bucket knows', () => {
  test.each<[what: string, values: (Value | undefined)[], bucket: Partial<HistoryBucket>]>([
    [
      'least, most, mean and newest',
      [1, 4, 1],
      { min: 1, max: 4, mean: 2, last: 1, count: 3, bad: 0 },
    ],
    ['what was not known, apart', [5, undefined, undefined], { min: 5, last: 5, count: 1, bad: 2 }],
    ['a switch as 0 and 1', [true, false, true, true], { min: 0, max: 1, mean: 0.75, last: 1 }],
    ['64 bits as the nearest double', [2n ** 60n + 1n], { min: 2 ** 60, last: 2 ** 60, count: 1 }],
    ['texts by the newest', ['run', 'stop', undefined], { last: 'stop', count: 2, bad: 1 }],
    ['a mean that no sum can hold', [1.7e308, 1.7e308], { mean: 1.7e308 }],
    ['nothing of infinity', [Infinity, 3], { min: 3, max: 3, count: 1, bad: 1 }],
  ])('%s', async (_, values, bucket) => {
    const history = rig.begin();
    history.record(values.map((value, index) => sampleOf('a.b', START + index * SECOND, value)));
    expect(await bucketsOf(history)).toMatchObject([bucket]);
  });

  test('no number when nothing was known, or only texts', async () => {
    const history = rig.begin();
    history.record([sampleOf('a.b', START, undefined), sampleOf('c.d', START, 'run')]);
    expect(await bucketsOf(history)).toEqual([{ at: START, count: 0, bad: 1 }]);
    expect(await bucketsOf(history, { points: ['c.d'] })).toEqual([
      { at: START, last: 'run', count: 1, bad: 0 },
    ]);
  });

  test('of a point that nobody has recorded: nothing', async () => {
    expect(await bucketsOf(rig.begin(), { points: ['no.such'] })).toEqual([]);
  });
});

test('a gap is a gap: no bucket where nothing was recorded', async () => {
  const history = rig.begin();
  history.record([sampleOf('a.b', START, 1), sampleOf('a.b', START + 50 * 60 * SECOND, 2)]);
  const found = await bucketsOf(history, { buckets: 61 });
  expect(found.map(({ at }) => at - START)).toEqual([0, 50 * 60 * SECOND]);
});

test('from is inside, to is outside', async () => {
  const history = rig.begin();
  history.record([0, 1, 2, 3].map((s) => sampleOf('a.b', START + s * SECOND, s)));
  const question = { from: START + SECOND, to: START + 3 * SECOND };
  expect(await bucketsOf(history, question)).toMatchObject([{ min: 1, max: 2, count: 2 }]);
});

test('a late sample is put where it belongs, also in an hour that has its row', async () => {
  const history = rig.begin();
  history.record(everySecond(3600, () => 10));
  await settled(history);
  await rig.minutes(70);
  history.record([sampleOf('a.b', START + 90.5 * SECOND, 99)]);
  const before = await bucketsOf(history, { buckets: 61 });
  expect(before[1]).toMatchObject({ max: 99, count: 61, last: 10 });
  await rig.minutes(3);
  expect(await bucketsOf(history, { buckets: 61 })).toEqual(before);
  expect(rig.sql('SELECT count(*) AS n FROM raw')).toBe(1);
});

test('a sample that comes again is counted once', async () => {
  const history = rig.begin();
  const samples = everySecond(100);
  history.record(samples);
  history.record(samples);
  await rig.clock.run(30_000);
  history.record(samples);
  expect(await bucketsOf(history)).toMatchObject([{ count: 100 }]);
});

test('a calendar that is set back loses nothing', async () => {
  const history = rig.begin();
  history.record([sampleOf('a.b', START + 30 * 60 * SECOND, 1)]);
  await rig.clock.run(20_000);
  rig.clock.stepWall(-HOUR);
  history.record([sampleOf('a.b', START - 1800 * SECOND, 2)]);
  await rig.minutes(5);
  const found = await bucketsOf(history, { from: START - HOUR, buckets: 1 });
  expect(found).toMatchObject([{ min: 1, max: 2, count: 2 }]);
});

describe('after a restart', () => {
  test('that was orderly nothing is missing, and a second reading of the same changes nothing', async () => {
    const first = rig.begin();
    const samples = everySecond(5000);
    first.record(samples);
    await first.close();
    const second = rig.begin();
    second.record(samples);
    const found = await bucketsOf(second, { to: START + 2 * HOUR });
    expect(found).toMatchObject([{ min: 0, max: 4999, count: 5000, mean: 2499.5 }]);
  });

  test('that was a kill nothing is missing that came ten seconds before', async () => {
    const first = rig.begin();
    first.record([sampleOf('a.b', START, 1)]);
    await settled(first);
    await rig.clock.run(10_000);
    first.record([sampleOf('a.b', START + 11 * SECOND, 2)]);
    rig.kill(first);
    expect(await bucketsOf(rig.begin())).toMatchObject([{ count: 1, last: 1 }]);
  });

  test('names of points are known', async () => {
    const first = rig.begin();
    first.record([sampleOf('a.b', START, 1), sampleOf('c.d', START, 1)]);
    await first.close();
    const second = rig.begin();
    await settled(second);
    expect(second.status()).toMatchObject({ state: 'good', points: 2, oldestAt: START });
  });
});
