import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Outage } from '../outage/outage.ts';
import type { OutageJson, ProblemJson } from './contract.ts';
import { startApi, type Api } from './server.ts';

const clock = new ManualClock();
const NOW = clock.wallMicros();

const OUTAGE: Outage = {
  ...{ point: 'f.pv', reason: 'gateway-off' },
  before: { value: 812, at: NOW - 600e6 },
  after: { value: 640, at: NOW - 300e6 },
  ...{ durationMs: 300_000, lowest: 635, highest: 640, settledMs: 60_000 },
};
const UNKNOWN: Outage = {
  ...{ point: 'gone.mode', reason: 'both', settledMs: 0, isSettling: true },
  before: { value: 'run', at: NOW },
  after: { value: 'hold', at: NOW - 100e6 },
};

let api: Api;
let asked: (number | undefined)[];

beforeAll(async () => {
  asked = [];
  const site = new FakeSite(clock);
  site.usePoints([sitePoint('f.pv', { unit: '°C', label: 'Temperature' })]);
  const outages = {
    list: (since?: number) => {
      asked.push(since);
      return [OUTAGE, UNKNOWN];
    },
  };
  api = await startApi({
    ...{ site, clock, logger: silentLogger, outages, webRoot: '/nowhere', version: '0' },
    listen: { host: '127.0.0.1', port: 0 },
  });
});
afterAll(async () => api.close());

test('reports are told with unit and label, and what is not known is null', async () => {
  const answer = await fetch(`${api.url}api/v1/outages`);
  const [known, unknown] = (await answer.json()) as OutageJson[];
  expect(known).toMatchObject({
    ...{ device: 'f', point: 'pv', label: 'Temperature', unit: '°C', reason: 'gateway-off' },
    ...{ before: { value: 812 }, after: { value: 640 }, seconds: 300 },
    ...{ lowest: 635, highest: 640, settledSeconds: 60, settling: false },
  });
  expect(Date.parse(known?.before.time ?? '') * 1000).toBe(NOW - 600e6);
  expect(unknown).toMatchObject({ device: 'gone', point: 'mode', seconds: null, settling: true });
});

test.each([
  ['', undefined],
  ['?since=-10m', NOW - 600e6],
  ['?since=2025-12-31T00:00:00Z', Date.UTC(2025, 11, 31) * 1000],
])('"%s" asks for those since %s', async (query, since) => {
  asked = [];
  expect((await fetch(`${api.url}api/v1/outages${query}`)).status).toBe(200);
  expect(asked).toEqual([since]);
});

test('a time that is none is refused, and so is another method', async () => {
  const answer = await fetch(`${api.url}api/v1/outages?since=yesterday`);
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as ProblemJson).code).toBe('wrong-question');
  expect((await fetch(`${api.url}api/v1/outages`, { method: 'POST' })).status).toBe(405);
});
