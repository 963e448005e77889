import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeSite } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { SinkControl, SinkStatus } from '../delivery/sink-status.ts';
import { Access, type AccessRole } from './access.ts';
import type { ProblemJson } from './contract.ts';
import { startApi, type Api } from './server.ts';

const clock = new ManualClock();
const done: string[] = [];
let newest: string | undefined;
let api: Api;
const access = new Access();

const status: SinkStatus = {
  ...{ name: 'influx', type: 'influx', state: 'good', waiting: 7, waitingBytes: 900, rate: 0 },
  ...{ minutes: [1, 2], delivered: 3, rejected: 0, lost: 0, quarantined: 0, held: 0 },
};

const sinks: SinkControl = {
  status: () => [status],
  test: async () => 'answers',
  pause: () => undefined,
  resume: () => undefined,
  drop: (name, by) => done.push(`${by} drops ${name}`) * 7,
  newest: () => newest,
  destinations: () => [],
  quarantine: () => [],
  retry: () => 0,
  discard: () => 0,
};

beforeAll(async () => {
  api = await startApi({
    ...{ site: new FakeSite(clock), clock, logger: silentLogger, version: '1', sinks, access },
    ...{ webRoot: '/nowhere', listen: { host: '127.0.0.1', port: 0 } },
  });
});
afterAll(async () => api.close());
beforeEach(() => {
  done.length = 0;
  newest = undefined;
});

async function drop(role: AccessRole, name: string, body: unknown) {
  access.use([], role);
  const response = await fetch(`${api.url}api/v1/sinks/${name}/drop`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', 'x-dinrail-user': 'ada' },
  });
  return { status: response.status, json: (await response.json()) as ProblemJson };
}

test('what waits is dropped by an admin who names the sink once more', async () => {
  expect(await drop('admin', 'influx', { confirm: 'influx' })).toEqual({
    ...{ status: 200, json: { count: 7 } },
  });
  expect(done).toEqual(['ada drops influx']);
});

describe('nothing is dropped', () => {
  test.each<[AccessRole, string, unknown, number, string]>([
    ['operator', 'influx', { confirm: 'influx' }, 403, 'role'],
    ['admin', 'influx', {}, 400, 'wrong-body'],
    ['admin', 'influx', { confirm: 'yes' }, 400, 'not-confirmed'],
    ['admin', 'influx', null, 400, 'wrong-body'],
    ['admin', 'other', { confirm: 'other' }, 404, 'no-such-sink'],
  ])('by %s, of %s with %j', async (role, name, body, code, problem) => {
    const answer = await drop(role, name, body);
    expect([answer.status, answer.json.code]).toEqual([code, problem]);
    expect(answer.json.fix).not.toBe('');
    expect(done).toEqual([]);
  });
});

test.each([
  [undefined, {}],
  ['pv value=7', { text: 'pv value=7' }],
])('the newest record is shown as it left: %s', async (text, json) => {
  newest = text;
  const response = await fetch(`${api.url}api/v1/sinks/influx/newest`);
  expect(await response.json()).toEqual(json);
});
