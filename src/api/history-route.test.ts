import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import {
  historyRig,
  sampleOf,
  SECOND,
  START,
  type HistoryRig,
} from '../../test/support/history-rig.ts';
import { silentLogger } from '../base/log.ts';
import { HistoryUnavailableError, type History } from '../history/history.ts';
import type { HistoryJson, ProblemJson } from './contract.ts';
import { startApi, type Api } from './server.ts';

let rig: HistoryRig;
let api: Api;

const MINUTE = 60_000;
const BEGIN = START / 1000;

beforeAll(async () => {
  rig = historyRig();
  await rig.minutes(60);
  const history = rig.begin({ runsSince: START });
  history.record(
    Array.from({ length: 600 }, (_, s) => sampleOf('furnace.pv', START + s * SECOND, s)),
  );
  history.record([sampleOf('furnace.mode', START, 'run'), sampleOf('gone.pv', START, 5)]);
  history.record([sampleOf('furnace.mode', START + 61 * SECOND)]);
  api = await serve(history);
});

afterAll(async () => {
  await api.close();
  await rig.end();
});

async function serve(history?: History): Promise<Api> {
  const site = new FakeSite(rig.clock);
  site.usePoints([
    sitePoint('furnace.pv', { unit: '°C', decimals: 1 }),
    sitePoint('furnace.mode'),
    sitePoint('furnace.new'),
  ]);
  return startApi({
    ...{ site, clock: rig.clock, logger: silentLogger, version: '1.2.3', webRoot: '/nowhere' },
    ...(history !== undefined && { history }),
    listen: { host: '127.0.0.1', port: 0 },
  });
}

async function get(
  query: string,
  from: Api = api,
): Promise<{ status: number; json: HistoryJson & ProblemJson }> {
  const response = await fetch(`${from.url}api/v1/history${query}`);
  return { status: response.status, json: (await response.json()) as HistoryJson & ProblemJson };
}

describe('a chart gets', () => {
  test('columns of the points it names, with units, for the last day when it says no time', async () => {
    const { status, json } = await get('?points=furnace.pv,furnace.mode&step=1m');
    expect(status).toBe(200);
    expect(json).toMatchObject({ from: BEGIN - 23 * 60 * MINUTE, to: BEGIN + 60 * MINUTE });
    const [pv, mode] = json.series;
    expect(pv).toMatchObject({ point: 'furnace.pv', unit: '°C', decimals: 1, step: MINUTE });
    expect(pv?.at).toEqual(Array.from({ length: 10 }, (_, minute) => BEGIN + minute * MINUTE));
    expect(pv?.mean.slice(0, 2)).toEqual([29.5, 89.5]);
    expect([pv?.min[1], pv?.max[1], pv?.last[1], pv?.count[1], pv?.bad[1]]).toEqual([
      ...[60, 119, 119, 60, 0],
    ]);
    expect(mode).toMatchObject({ min: [null, null], last: ['run', null], bad: [0, 1] });
  });

  test('what stood when the range began, and when nobody knows whether it did', async () => {
    const { json } = await get('?points=furnace.pv,furnace.mode,furnace.new&from=-30m');
    expect(json.series.map(({ before, at }) => [before, at])).toEqual([
      [{ at: BEGIN + 599_000, value: 599 }, []],
      [{ at: BEGIN + 61_000, value: null }, []],
      [undefined, []],
    ]);
    expect(json.off).toEqual([]);
    const whole = await get('?points=furnace.mode&from=-2h&step=2h');
    expect(whole.json.off).toEqual([[BEGIN - 60 * MINUTE, BEGIN]]);
    expect(whole.json.series[0]).toMatchObject({ last: ['run'], ended: [0] });
  });

  test.each([
    ['from=-1h&to=-55m', 300],
    [`from=${BEGIN}&to=${BEGIN + 10_000}`, 10],
    ['from=2026-01-01T00:00:30Z&to=2026-01-01T01:01:30%2B01:00', 60],
  ])('what lies between the times it says: %s', async (times, count) => {
    const { json } = await get(`?points=furnace.pv&${times}&buckets=1`);
    expect(json.series[0]?.count).toEqual([count]);
  });

  test('nothing of a point that was not read yet, and all of one that is no more', async () => {
    const { json } = await get('?points=furnace.new,gone.pv');
    expect(json.series.map(({ last }) => last)).toEqual([[], [5]]);
  });
});

describe('a question without an answer', () => {
  test.each([
    ['', 400, 'wrong-question', 'no points are named'],
    ['?points=', 400, 'wrong-question', 'no points are named'],
    ['?points=furnace.pv&from=yesterday', 400, 'wrong-question', 'from is no time'],
    ['?points=furnace.pv&to=12', 400, 'wrong-question', 'to is no time'],
    ['?points=furnace.pv&from=now&to=-1h', 400, 'wrong-question', 'from is not before to'],
    ['?points=furnace.pv&step=60', 400, 'wrong-question', 'step is no duration'],
    ['?points=furnace.pv&step=1ms', 400, 'wrong-question', 'expected no more than 10000'],
    ['?points=furnace.pv&buckets=many', 400, 'wrong-question', 'NaN buckets'],
    ['?points=furnace.pv&buckets=10001', 400, 'wrong-question', 'expected 1 to 10000'],
    ['?points=furnace.pb', 404, 'no-such-point', 'furnace.pb'],
  ])('%s is %d', async (query, status, code, detail) => {
    const answer = await get(query);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ status, code });
    expect(answer.json.detail).toContain(detail);
    expect(answer.json.fix).not.toBe('');
  });

  test('says when the history cannot answer now', async () => {
    const broken: History = {
      ...rig.begin({ folder: `${rig.folder}/other` }),
      query: async () => Promise.reject(new HistoryUnavailableError('the disk is gone')),
    };
    const other = await serve(broken);
    const { status, json } = await get('?points=furnace.pv', other);
    expect([status, json.code, json.detail]).toEqual([
      ...[503, 'history-not-available', 'the disk is gone'],
    ]);
    await other.close();
  });

  test('is a path that is not there, where no history is kept', async () => {
    const other = await serve();
    expect((await get('?points=furnace.pv', other)).status).toBe(404);
    await other.close();
  });
});
