import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { PollControl, PollRefusal } from '../telemetry/polling.ts';
import { Access } from './access.ts';
import { startApi, type Api } from './server.ts';

const clock = new ManualClock();
const site = new FakeSite(clock);
const did: string[] = [];
let refused: PollRefusal | undefined;

const polls: PollControl = {
  report: (device) =>
    device === 'furnace'
      ? {
          ...{ answerTimes: [3, 1], meanMs: 12.345 },
          requests: [
            {
              ...{ start: 'hr:1', count: 5, everyMs: 1000, points: ['pv', 'sp'], gaps: 3 },
              ...{ state: 'good', wireMs: 21.04 },
            },
          ],
        }
      : undefined,
  sourceOf: (device) => (device === 'furnace' ? 'Handbook HA028651' : undefined),
  tryNow: async (device, { name }) => (did.push(`${name} try ${device}`), refused),
  pause: async (device, { name }, why) => (did.push(`${name} pause ${device} ${why}`), refused),
  resume: async (device, { name }) => (did.push(`${name} resume ${device}`), refused),
};

let api: Api;

beforeAll(async () => {
  site.useDevice({
    ...{ name: 'furnace', state: 'paused', goodSince: 0 },
    paused: { who: 'eve', why: 'cabling', at: 1_000_000, isKept: false },
  });
  site.useDevice({ name: 'heard' });
  api = await startApi({
    ...{ site, clock, logger: silentLogger, version: '1', webRoot: '/nowhere', polls },
    listen: { host: '127.0.0.1', port: 0 },
    access: new Access([
      { name: 'ops', role: 'operator', sha256: sha('a'.repeat(20)) },
      { name: 'eyes', role: 'viewer', sha256: sha('b'.repeat(20)) },
    ]),
  });
});

afterAll(async () => api.close());

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function ask(path: string, body?: object, secret = 'a'.repeat(20)) {
  const response = await fetch(`${api.url}api/v1/devices/${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

test('a device says how it is asked, how fast it answers, and who has paused it', async () => {
  const { status, json } = await ask('furnace');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    ...{ name: 'furnace', state: 'paused', source: 'Handbook HA028651' },
    paused: { who: 'eve', why: 'cabling', untilRestart: true },
    polling: {
      answerTimes: [
        { upTo: 1, count: 3 },
        { upTo: 1.41, count: 1 },
      ],
      meanMs: 12.3,
      requests: [{ start: 'hr:1', count: 5, points: ['pv', 'sp'], gaps: 3, wireMs: 21 }],
    },
  });
});

test('one that speaks by itself has no plan', async () => {
  expect((await ask('heard')).json).not.toHaveProperty('polling');
});

test.each([
  ['try', {}, 'ops try furnace'],
  ['pause', { why: 'cabling' }, 'ops pause furnace cabling'],
  ['resume', {}, 'ops resume furnace'],
])('an operator may %s', async (verb, body, done) => {
  refused = undefined;
  expect((await ask(`furnace/${verb}`, body)).status).toBe(200);
  expect(did.at(-1)).toBe(done);
});

test.each(['try', 'pause', 'resume'])('a viewer may not %s', async (verb) => {
  const before = did.length;
  const { status, json } = await ask(`furnace/${verb}`, { why: 'x' }, 'b'.repeat(20));
  expect([status, json['code']]).toEqual([403, 'role']);
  expect(did.length).toBe(before);
});

test.each([
  ['no reason', {}, 400, 'wrong-body'],
  ['a key that nobody knows', { why: 'x', until: 'noon' }, 400, 'wrong-body'],
])('a pause with %s is none', async (_, body, status, code) => {
  const answer = await ask('furnace/pause', body);
  expect([answer.status, answer.json['code']]).toEqual([status, code]);
});

test.each([
  ['too-soon', 429],
  ['paused', 409],
  ['not-polled', 409],
  ['unknown-device', 404],
  ['no-reason', 422],
] as const)('a refusal %s is status %i, with what to do', async (code, status) => {
  refused = { code, message: 'because' };
  const answer = await ask('furnace/try', {});
  expect(answer.status).toBe(status);
  expect(answer.json['fix']).not.toBe('');
});

test('a device that is not there is said so', async () => {
  const { status, json } = await ask('nobody');
  expect([status, json['code']]).toEqual([404, 'no-such-device']);
});

test('a point says what others call it', async () => {
  site.usePoints([
    sitePoint('furnace.pv', { unit: '°C', tags: { hall: '1' } }),
    sitePoint('furnace.mode', { kind: 'state', enum: new Map([[2, 'hold']]) }),
    sitePoint('furnace.name', { kind: 'text' }),
  ]);
  const point = async (name: string): Promise<unknown> =>
    (
      await fetch(`${api.url}api/v1/points/furnace/${name}`, {
        headers: { authorization: `Bearer ${'b'.repeat(20)}` },
      })
    ).json();
  expect(await point('pv')).toMatchObject({
    ...{ device: 'furnace', name: 'pv', tags: { hall: '1' }, destinations: [] },
    zabbixKey: 'dinrail.value[furnace,pv]',
    promql: 'dinrail_temperature_celsius{device="furnace",point="pv"}',
  });
  expect(await point('mode')).toMatchObject({
    promql: 'dinrail_state{device="furnace",point="mode"}',
  });
  expect(await point('name')).not.toHaveProperty('promql');
  expect(await point('nothing')).toMatchObject({ status: 404, code: 'no-such-point' });
});
