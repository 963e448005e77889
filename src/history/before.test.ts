import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  historyRig,
  HOUR,
  sampleOf,
  SECOND,
  settled,
  START,
  type HistoryRig,
} from '../../test/support/history-rig.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { History, HistoryAnswer } from './history.ts';

let rig: HistoryRig;

beforeEach(() => {
  rig = historyRig();
});

afterEach(async () => rig.end());

/** From so many hours after the start, for an hour. */
async function ask(history: History, hours: number, points = ['a.b']): Promise<HistoryAnswer> {
  const from = START + hours * HOUR;
  return history.query({ points, from, to: from + HOUR, buckets: 60 });
}

async function before(history: History, hours: number): Promise<unknown> {
  return (await ask(history, hours)).series[0]?.before;
}

async function run(hours: number): Promise<void> {
  await rig.minutes(hours * 60);
}

describe('what stood when a range begins is', () => {
  test.each<[what: string, samples: readonly Sample[], expected: unknown]>([
    ['the newest value before it', [sampleOf('a.b', START, 1), sampleOf('a.b', START + 9, 2)], 2],
    ['a text as well', [sampleOf('a.b', START, 'run')], 'run'],
    ['not known, where that was said', [sampleOf('a.b', START, 1), sampleOf('a.b', START + 9)], {}],
    ['in doubt, where no answer confirmed it', [doubtful(1, 7)], {}],
    ['nothing, where nothing was recorded', [], undefined],
  ])('%s', async (_, samples, expected) => {
    const history = rig.begin();
    history.record(samples);
    await run(3);
    for (const hours of [1, 3]) {
      const found = await before(history, hours);
      if (expected === undefined) expect(found).toBeUndefined();
      else if (typeof expected === 'object') expect(found).not.toHaveProperty('value');
      else expect(found).toMatchObject({ value: expected });
    }
  });

  test('found also when the hour it is in has its row, and after a restart within a question of then', async () => {
    const first = rig.begin();
    first.record([sampleOf('a.b', START + SECOND, 5)]);
    await settled(first);
    await run(5);
    await first.close();
    const second = rig.begin();
    expect(await before(second, 4)).toEqual({ at: START + SECOND, value: 5 });
  });

  test('the one before the range, not one that lies within it', async () => {
    const history = rig.begin();
    await run(2);
    history.record([1, 2, 3].map((n) => sampleOf('a.b', START + HOUR + n * 1_200 * SECOND, n)));
    expect(await before(history, 1.5)).toEqual({ at: START + HOUR + 1_200 * SECOND, value: 1 });
    expect(await before(history, 1)).toBeUndefined();
  });
});

describe('while the gateway was off', () => {
  async function offForTwoHours(end: (history: History) => Promise<void>): Promise<History> {
    const first = rig.begin();
    first.record([sampleOf('a.b', START, 5)]);
    await settled(first);
    await run(1);
    await end(first);
    rig.clock.stepWall(2 * HOUR);
    return rig.begin();
  }

  test.each<[how: string, end: (history: History) => Promise<void>]>([
    ['after an orderly end', async (history) => history.close()],
    [
      'after a kill',
      async (history) => {
        rig.kill(history);
        return Promise.resolve();
      },
    ],
  ])('nothing stands, %s', async (_, end) => {
    const second = await offForTwoHours(end);
    expect(await before(second, 0.5)).toMatchObject({ value: 5 });
    expect(await before(second, 2)).toBeUndefined();
    expect(await before(second, 3.5)).toBeUndefined();
    const { off } = await second.query({
      ...{ points: ['a.b'], from: START, to: START + 4 * HOUR, buckets: 60 },
    });
    expect(off).toHaveLength(1);
    const [from = 0, to = 0] = off[0] ?? [];
    expect(Math.abs(from - (START + HOUR))).toBeLessThan(61 * SECOND);
    expect(to).toBe(START + 3 * HOUR);
  });

  test('nothing stands, where the calendar stood still as well and was set just after the start', async () => {
    const first = rig.begin();
    first.record([sampleOf('a.b', START, 5)]);
    await settled(first);
    await run(1);
    await first.close();
    const second = rig.begin();
    await settled(second);
    await rig.clock.run(3_000);
    rig.clock.stepWall(8 * HOUR);
    await run(1);
    expect(await before(second, 5)).toBeUndefined();
    const { off } = await second.query({
      ...{ points: ['a.b'], from: START, to: START + 10 * HOUR, buckets: 60 },
    });
    expect(off).toEqual([[START + HOUR, START + 9 * HOUR]]);
  });

  test('it stands again from where it is confirmed', async () => {
    const second = await offForTwoHours(async (history) => history.close());
    second.record([sampleOf('a.b', START + 3 * HOUR + SECOND, 5)]);
    await run(1);
    expect(await before(second, 3.5)).toMatchObject({ value: 5 });
  });
});

test('nothing is known to have stood before the first run that was noted', async () => {
  const history = rig.begin();
  history.record([sampleOf('a.b', START - 5 * HOUR, 5)]);
  expect(await before(history, -2)).toBeUndefined();
  expect((await ask(history, -2)).off).toEqual([[START - 2 * HOUR, START - HOUR]]);
});

describe('a bucket says whether its newest value still stands', () => {
  test.each<[values: (number | undefined)[], endsBad: boolean]>([
    [[1, 2], false],
    [[1, undefined], true],
    [[undefined, 2], false],
    [[undefined], false],
  ])('%j', async (values, endsBad) => {
    const history = rig.begin();
    const often = Array.from({ length: 40 }, (_, n) => n * 30 * SECOND);
    for (const start of often) {
      history.record(values.map((value, n) => sampleOf('a.b', START + start + n * SECOND, value)));
    }
    await settled(history);
    // As samples, and as buckets that were made ready.
    for (const hours of [0, 2]) {
      await run(hours);
      for (const bucket of (await ask(history, 0)).series[0]?.buckets ?? []) {
        expect(bucket.endsBad ?? false).toBe(endsBad);
      }
    }
  });
});

/** The last value before a poll that failed. */
function doubtful(value: number, second: number): Sample {
  return { ...sampleOf('a.b', START + second * SECOND, value), quality: 'stale', cause: 'timeout' };
}
