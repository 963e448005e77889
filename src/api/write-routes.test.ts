import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeSite } from '../../test/support/fake-site.ts';
import { GateBench, SETPOINT } from '../../test/support/gate-bench.ts';
import { gateControl } from '../../test/support/gate-control.ts';
import { silentLogger } from '../base/log.ts';
import type { WriteControl } from '../gate/write-control.ts';
import { Access } from './access.ts';
import type { ProblemJson, WriteResultJson, WritesJson } from './contract.ts';
import { startApi, type Api } from './server.ts';
import { statusFor } from './write-routes.ts';

let api: Api;
let bench: GateBench;
let control: WriteControl;
const access = new Access();
const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');

// One server; each test has a gate of its own behind it.
const behind = new Proxy({} as WriteControl, {
  get: (_, name) => Reflect.get(control, name) as unknown,
});

beforeAll(async () => {
  const { clock } = await GateBench.open([SETPOINT]);
  api = await startApi({
    ...{ site: new FakeSite(clock), clock, logger: silentLogger, version: '1', webRoot: '/no' },
    ...{ writes: behind, access, listen: { host: '127.0.0.1', port: 0 } },
  });
});
afterAll(async () => api.close());
beforeEach(async () => {
  access.use([]);
  ({ bench, control } = await gateControl());
  bench.device.words[2] = 500;
});

async function ask(method: string, path: string, body?: unknown, headers: object = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(new URL(path, api.url), {
    ...{ method, headers: { ...json, ...headers } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const put = async (body: unknown, headers: object = {}, point = 'furnace/sp') => {
  const {
    status,
    body: answer,
    ...rest
  } = await ask('PUT', `/api/v1/values/${point}`, body, headers);
  return { status, ...rest, body: answer as WriteResultJson & ProblemJson };
};

test('a write answers with what was, what is, and who the audit names', async () => {
  const { status, body } = await put({ value: 750, reason: 'run 14' }, { 'x-dinrail-user': 'mei' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ point: 'furnace.sp', outcome: 'confirmed', code: 'read-back', who: 'mei' },
    ...{ old: 500, value: 750, readback: 750, unit: '°C' },
  });
  expect(bench.device.frames).toEqual([{ function: 6, address: 2, word: 750 }]);
  const { body: audit } = await ask('GET', '/api/v1/audit?limit=1');
  expect(audit).toMatchObject([{ kind: 'result', reason: 'run 14', id: body.id }]);
});

test('a text is read as people write it', async () => {
  expect((await put({ value: '600' })).body).toMatchObject({ outcome: 'confirmed', value: 600 });
  expect((await put({ value: 'ON' }, {}, 'furnace/mode')).body.value).toBe(1);
});

test('a preview says what would go to the device, or why nothing would, and sends nothing', async () => {
  const preview = async (value: string, point = 'furnace.sp') =>
    ask('GET', `/api/v1/writes/preview?point=${point}&value=${value}`);
  expect(await preview('750')).toMatchObject({
    status: 200,
    body: { value: 750, function: 6, address: 2, words: [750], hex: '06 00 02 02 EE' },
  });
  expect(await preview('1300')).toMatchObject({ status: 422, body: { code: 'range' } });
  expect(await preview('1', 'furnace.nothing')).toMatchObject({ status: 403 });
  expect(bench.device.frames).toEqual([]);
});

test('the same key brings the same result, and no second frame', async () => {
  const key = { 'idempotency-key': 'batch-7' };
  const first = await put({ value: 600 }, key);
  expect((await put({ value: 600 }, key)).body).toEqual(first.body);
  expect((await put({ value: 700 }, key)).status).toBe(409);
  expect(bench.device.frames).toHaveLength(1);
});

describe('a refusal is the same object, with what to do', () => {
  test.each<[string, unknown, number, string]>([
    ['furnace/sp', { value: 1300 }, 422, 'range'],
    ['furnace/sp', { value: 502 }, 422, 'step'],
    ['furnace/sp', { value: 1000 }, 422, 'max-change'],
    ['furnace/sp', { value: 'hot' }, 422, 'type'],
    ['furnace/mode', { value: 7 }, 422, 'enum'],
    ['furnace/mode', { value: 1, leaseMs: 5_000 }, 409, 'no-lease'],
    ['furnace/sp', { value: 600, ttlMs: 0 }, 400, 'invalid-request'],
    ['furnace/pv', { value: 600 }, 404, 'unknown-point'],
    ['furnace/sp', { value: 600, max: 1 }, 400, 'wrong-body'],
    ['furnace/sp', { value: null }, 400, 'wrong-body'],
    ['furnace/sp', { value: 600, reason: 3 }, 400, 'wrong-body'],
    ['furnace/sp', [600], 400, 'wrong-body'],
  ])('%s %j', async (point, wish, status, code) => {
    const answer = await put(wish, {}, point);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    expect(answer.body.fix.length).toBeGreaterThan(5);
    expect(bench.device.frames).toEqual([]);
  });

  test('a body that is too large is told to become smaller', async () => {
    expect(await put({ value: 'x'.repeat(20_000) })).toMatchObject({
      ...{ status: 413, body: { code: 'bad-request', fix: 'send less at once' } },
    });
  });

  test('a device that does something else is 502, one that says nothing 504', async () => {
    bench.device.keepsOld = true;
    expect(await put({ value: 600 })).toMatchObject({
      ...{ status: 502, body: { outcome: 'failed', code: 'differs', readback: 500 } },
    });
    bench.device.answer = 'lost';
    expect(await put({ value: 600 })).toMatchObject({
      ...{ status: 504, body: { outcome: 'unknown', code: 'no-answer' } },
    });
  });
});

describe('where the site has tokens', () => {
  const [operator, viewer] = ['operator-0123456789', 'viewer-0123456789'];
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  beforeEach(() => {
    access.use([
      { name: 'scada', role: 'operator', sha256: sha256(operator) },
      { name: 'guest', role: 'viewer', sha256: sha256(viewer) },
    ]);
  });

  test.each<[string, object, number, string]>([
    ['none', {}, 401, 'token-needed'],
    ['a wrong one', bearer('operator-0123456788'), 401, 'wrong-token'],
    ['one of a viewer', bearer(viewer), 403, 'role'],
  ])('%s does not write', async (_, headers, status, code) => {
    const answer = await put({ value: 600 }, headers);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    expect(bench.device.frames).toEqual([]);
  });

  test('one of an operator does', async () => {
    expect(await put({ value: 600 }, bearer(operator))).toMatchObject({
      ...{ status: 200, body: { who: 'scada' } },
    });
  });

  test('the audit is for those who have one, values for everybody', async () => {
    expect((await ask('GET', '/api/v1/audit')).status).toBe(401);
    expect((await ask('GET', '/api/v1/audit', undefined, bearer(viewer))).status).toBe(200);
    expect((await ask('GET', '/api/v1/writes')).status).toBe(200);
  });
});

test.each<[string, object]>([
  ['text', { 'content-type': 'text/plain' }],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }],
])('%s is turned away', async (_, headers) => {
  const { status } = await put({ value: 600 }, headers);
  expect([403, 415]).toContain(status);
  expect(bench.device.frames).toEqual([]);
});

test('a lock stops everybody, and who has locked takes it away', async () => {
  const lock = { scope: 'furnace', why: 'changing the sensor', for: '2h' };
  const { body } = await ask('POST', '/api/v1/maintenance', lock, { 'x-dinrail-user': 'mei' });
  expect(body).toMatchObject([{ scope: 'furnace', who: 'mei', why: 'changing the sensor' }]);
  expect(await put({ value: 600 })).toMatchObject({ status: 409, body: { code: 'maintenance' } });
  const away = '/api/v1/maintenance?scope=furnace';
  expect(await ask('DELETE', away)).toMatchObject({ status: 403 });
  const mine = await ask('DELETE', away, undefined, { 'x-dinrail-user': 'mei' });
  expect([mine.status, mine.body]).toEqual([200, []]);
  expect((await put({ value: 600 })).status).toBe(200);
});

test.each([
  {},
  { why: ' ' },
  { why: 'x', for: 'long' },
  { why: 'x', until: 'tomorrow' },
  { why: 'x', for: '1h', until: '2099-01-01T00:00:00Z' },
  { why: 'x', scope: 'furnaec' },
  { why: 'x', until: '2001-01-01T00:00:00Z' },
])('a lock that says %j is refused', async (lock) => {
  expect((await ask('POST', '/api/v1/maintenance', lock)).status).toBe(400);
});

test('what can be written, its limits and what is left of its life', async () => {
  await put({ value: 600 });
  const { body } = await ask('GET', '/api/v1/writes');
  expect((body as WritesJson).points[0]).toMatchObject({
    ...{ point: 'furnace.sp', address: 'hr:2', min: 0, max: 1200, step: 5, maxChange: 400 },
    ...{ role: 'operator', confirm: 'retype' },
    wear: { total: 1, today: 1, perDay: 3, cycles: 100_000 },
    lease: { safeValue: 20, maxMs: 30_000, holder: 'local' },
  });
  expect((body as WritesJson).points[0]?.wear?.yearsLeft).toBeCloseTo(99_999 / 365.25);
});

test.each([
  [['loopback'], '127.0.0.1', undefined],
  [['loopback'], '::ffff:127.0.0.1', undefined],
  [['loopback'], '10.0.0.7', 'writes come from this machine itself, and not from 10.0.0.7'],
  [['loopback', '10.0.0.0/8'], '10.0.0.7', undefined],
])('where writes come from %j, somebody at %s is told', (from, address, problem) => {
  const status = statusFor({ ...control.status(), from }, address);
  expect(status.state).toBe(problem === undefined ? 'open' : 'closed');
  expect(status.problem?.split(';')[0]).toBe(problem);
});

describe('a key names a wish', () => {
  const key = { 'idempotency-key': 'batch-8' };

  test('however often it comes at the same time', async () => {
    const wishes = Array.from({ length: 10 }, async () => put({ value: 600 }, key));
    const answers = await Promise.all(wishes);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(bench.device.frames).toHaveLength(1);
  });

  test('of one person: the same key of another is another', async () => {
    await put({ value: 600 }, { ...key, 'x-dinrail-user': 'mei' });
    const other = await put({ value: 700 }, { ...key, 'x-dinrail-user': 'ben' });
    expect(other.status).toBe(200);
    expect(bench.device.frames).toHaveLength(2);
  });

  test('that was refused is judged anew', async () => {
    expect((await put({ value: 1300 }, key)).status).toBe(422);
    expect((await put({ value: 600 }, key)).status).toBe(200);
  });

  test.each(['', 'x'.repeat(300)])('of a length that a name has: %j', async (text) => {
    const { status, body } = await put({ value: 600 }, { 'idempotency-key': text });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(bench.device.frames).toEqual([]);
  });
});

test.each(['limit=0', 'limit=x', 'outcome=done', 'from=yesterday'])(
  'the audit does not take %s',
  async (query) => {
    expect((await ask('GET', `/api/v1/audit?${query}`)).status).toBe(400);
  },
);

test('metrics count writes', async () => {
  const text = await (await fetch(new URL('/metrics', api.url))).text();
  expect(text).toContain('dinrail_writes_total{device="furnace",result="confirmed"} 2');
});
