import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { hiRule, PlainAlarms } from '../../test/support/plain-alarms.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { AlarmEventJson, AlarmJson } from './contract.ts';
import { startApi, type Api } from './server.ts';

const clock = new ManualClock();
const site = new FakeSite(clock);

let api: Api;
beforeAll(async () => {
  site.usePoints([sitePoint('f.a'), sitePoint('f.b')]);
  const alarms = new PlainAlarms(site, clock, [hiRule('f.a', 100), hiRule('f.b', 100)]);
  const options = { site, clock, logger: silentLogger, version: '1', webRoot: '/nowhere' };
  api = await startApi({
    ...{ ...options, listen: { host: '127.0.0.1', port: 0 }, alarms },
  });
});
afterAll(async () => api.close());

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(new URL(path, api.url))).json()) as Body;
}

async function post(path: string, body: unknown, type = 'application/json'): Promise<Response> {
  const headers = { 'content-type': type, 'x-dinrail-user': 'ann' };
  return fetch(new URL(path, api.url), { method: 'POST', headers, body: JSON.stringify(body) });
}

test('alarms are listed with what wants attention first, answered, and remembered', async () => {
  site.answer({ 'f.a': 20, 'f.b': 120 });
  site.answer({ 'f.b': 130 });
  expect(await get<AlarmJson[]>('/api/v1/alarms')).toMatchObject([
    {
      ...{ id: 'f.b.hi', device: 'f', point: 'b', state: 'active-unacknowledged', active: true },
      ...{ kind: 'hi', limit: 100, value: 120, now: 130 },
    },
    { id: 'f.a.hi', state: 'normal', now: 20 },
  ]);
  const acked = await post('/api/v1/alarms/f.b.hi/ack', { comment: 'on my way' });
  expect(await acked.json()).toMatchObject({
    ...{ state: 'active-acknowledged', acked: { by: 'ann', comment: 'on my way' } },
  });
  const shelved = await post('/api/v1/alarms/f.a.hi/shelve', { for: '1h', reason: 'repair' });
  expect(await shelved.json()).toMatchObject({
    ...{ state: 'shelved', shelved: { by: 'ann', reason: 'repair' } },
  });
  expect((await get<AlarmJson[]>('/api/v1/alarms')).map(({ id }) => id)).toEqual([
    ...['f.b.hi', 'f.a.hi'],
  ]);
  await post('/api/v1/alarms/f.a.hi/unshelve', {});
  const journal = await get<AlarmEventJson[]>('/api/v1/alarms/journal');
  expect(journal.map(({ type, alarm, by }) => [type, alarm, by])).toEqual([
    ...[
      ['unshelved', 'f.a.hi', 'ann'],
      ['shelved', 'f.a.hi', 'ann'],
    ],
    ...[
      ['acked', 'f.b.hi', 'ann'],
      ['raised', 'f.b.hi', undefined],
    ],
  ]);
  expect(await get<AlarmEventJson[]>('/api/v1/alarms/journal?alarm=f.b.hi&limit=1')).toHaveLength(
    1,
  );
});

test.each<[string, unknown, number, string]>([
  ['f.x.hi/ack', {}, 404, 'no-such-alarm'],
  ['f.a.hi/ack', { comment: 7 }, 400, 'wrong-body'],
  ['f.a.hi/ack', { comment: 'x'.repeat(501) }, 400, 'wrong-text'],
  ['f.a.hi/shelve', { for: '1h' }, 400, 'wrong-body'],
  ['f.a.hi/shelve', { for: '1h', reason: ' ' }, 400, 'no-reason'],
  ['f.a.hi/shelve', { reason: 'x' }, 400, 'wrong-body'],
  ['f.a.hi/shelve', { for: '8d', reason: 'x' }, 400, 'wrong-time'],
])('%s with %j is refused', async (path, body, status, code) => {
  const answer = await post(`/api/v1/alarms/${path}`, body);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
});

test('what is no JSON changes nothing', async () => {
  expect((await post('/api/v1/alarms/f.b.hi/ack', {}, 'text/plain')).status).toBe(415);
});

test.each(['0', '1001', 'x'])('a journal of %s entries is refused', async (limit) => {
  const answer = await fetch(new URL(`/api/v1/alarms/journal?limit=${limit}`, api.url));
  expect(answer.status).toBe(400);
});
