import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeSite } from '../../../test/support/fake-site.ts';
import { sitePoint } from '../../../test/support/fake-site.ts';
import { silentLogger } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { Access } from '../access.ts';
import type { MeJson } from '../contract.ts';
import { startApi, type Api } from '../server.ts';
import { Login } from './login.ts';
import { Users } from './users.ts';

const PASSWORD = 'correct horse battery';

let clock: ManualClock;
let login: Login;
let api: Api;

beforeEach(async () => start(true));
afterEach(async () => api.close());

async function start(isNeeded: boolean, file?: string): Promise<void> {
  clock = new ManualClock();
  login = new Login({ users: await Users.open(file), clock, isNeeded, isSecure: false });
  const site = new FakeSite(clock);
  site.usePoints([sitePoint('furnace.pv', {})]);
  api = await startApi({
    ...{ site, clock, logger: silentLogger, version: '1', webRoot: '/nowhere', login },
    ...{ listen: { host: '127.0.0.1', port: 0 }, access: new Access([], [login.way]) },
  });
}

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(path: string, { method = 'GET', body, headers }: Asked = {}): Promise<Response> {
  return fetch(new URL(path, api.url), {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function post(path: string, body: unknown, headers = {}): Promise<Response> {
  return ask(path, { method: 'POST', body, headers });
}

function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** Makes the first user; returns the cookie and the word of the session. */
async function firstUser(): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const body = { name: 'ana', password: PASSWORD, code: login.setupCode };
  const response = await post('api/v1/setup', body);
  expect(response.status).toBe(200);
  const { csrf = '' } = (await response.json()) as MeJson;
  return { cookie: cookieOf(response), csrf };
}

test.each([
  'api/v1/values',
  'api/v1/values/furnace/pv',
  'api/v1/events',
  'api/v1/status',
  'api/v1/devices',
  'api/v1/history',
  'api/v1/traffic',
  'api/v1/audit',
  'metrics',
  'api/v1/values?login',
  'api//v1/values',
  'api/v1/../v1/values',
  'api/v1/me/../values',
  'API/v1/values',
])('a stranger gets nothing from /%s', async (path) => {
  const response = await ask(path);
  expect([401, 404]).toContain(response.status);
  expect(await response.text()).not.toContain('furnace');
});

test.each(['http://gateway/api/v1/values', 'HTTP://x/metrics', '*'])(
  'a stranger gets nothing by asking for %s as if this were a proxy',
  async (path) => {
    const { hostname: host, port } = new URL(api.url);
    const [response] = (await once(
      request({ host, port, path, agent: false }).end(),
      'response',
    )) as [IncomingMessage];
    expect([response.statusCode, await text(response)]).toEqual([
      400,
      expect.stringContaining('no-path'),
    ]);
  },
);

test('a stranger learns how to log in, and that the program lives', async () => {
  expect(await (await ask('api/v1/me')).json()).toEqual({ login: true, setup: true });
  expect((await ask('healthz')).status).toBe(200);
});

test('the link of the log makes the first user, once; who logs in sees values', async () => {
  const code = login.setupCode;
  expect(
    (await post('api/v1/setup', { name: 'eve', password: PASSWORD, code: 'guess' })).status,
  ).toBe(403);
  const { cookie } = await firstUser();
  expect((await post('api/v1/setup', { name: 'eve', password: PASSWORD, code })).status).toBe(403);
  expect((await ask('api/v1/values', { headers: { cookie } })).status).toBe(200);
  expect(await (await ask('api/v1/me', { headers: { cookie } })).json()).toMatchObject({
    ...{ name: 'ana', role: 'admin', login: true, setup: false },
  });
});

test('a weak password is refused with the rule, and the link goes on to work', async () => {
  const body = { name: 'ana', password: 'short', code: login.setupCode };
  const response = await post('api/v1/setup', body);
  expect([response.status, await response.text()]).toEqual([
    422,
    expect.stringContaining('10 to 200'),
  ]);
  await firstUser();
});

test('the cookie is for the browser alone: no script, no other site', async () => {
  const response = await post('api/v1/setup', {
    ...{ name: 'ana', password: PASSWORD, code: login.setupCode },
  });
  expect(response.headers.get('set-cookie')).toMatch(
    /^dinrail_session=[\w-]{43}; HttpOnly; SameSite=Strict$/,
  );
});

test('a right password begins a session, a wrong one says neither which was wrong', async () => {
  await firstUser();
  const right = await post('api/v1/login', { name: 'ana', password: PASSWORD });
  expect(right.status).toBe(200);
  const wrong = [
    await post('api/v1/login', { name: 'ana', password: 'wrong horse battery' }),
    await post('api/v1/login', { name: 'eve', password: PASSWORD }),
  ];
  const texts = await Promise.all(wrong.map(async (response) => response.text()));
  expect(wrong.map(({ status }) => status)).toEqual([401, 401]);
  expect(texts[0]).toBe(texts[1]);
});

test('after five wrong passwords each try has to wait', async () => {
  await firstUser();
  for (let n = 0; n < 5; n += 1) {
    await post('api/v1/login', { name: 'ana', password: `wrong horse ${n}` });
  }
  const early = await post('api/v1/login', { name: 'ana', password: PASSWORD });
  expect([early.status, await early.text()]).toEqual([429, expect.stringContaining('in 1 s')]);
  clock.advance(1_000);
  expect((await post('api/v1/login', { name: 'ana', password: PASSWORD })).status).toBe(200);
});

test('a change with the cookie alone is taken for one that another site had sent', async () => {
  const { cookie, csrf } = await firstUser();
  const forged = await post('api/v1/logout', {}, { cookie });
  expect([forged.status, await forged.text()]).toEqual([403, expect.stringContaining('forged')]);
  expect((await post('api/v1/logout', {}, { cookie, 'x-csrf-token': `${csrf}x` })).status).toBe(
    403,
  );
  expect((await post('api/v1/logout', {}, { cookie, 'x-csrf-token': csrf })).status).toBe(200);
  expect((await ask('api/v1/values', { headers: { cookie } })).status).toBe(401);
});

test.each([
  ['no body', undefined],
  ['no password', { name: 'ana' }],
  ['a number', { name: 'ana', password: 1 }],
  ['a list', []],
])('a login with %s is refused', async (_, body) => {
  const response = await ask('api/v1/login', {
    method: 'POST',
    ...(body !== undefined && { body }),
  });
  expect([400, 415]).toContain(response.status);
});

test('a body without end is refused', async () => {
  const response = await post('api/v1/login', { name: 'ana', password: 'x'.repeat(20_000) });
  expect(response.status).toBe(413);
});

test('at this machine alone nobody has to log in', async () => {
  await api.close();
  await start(false);
  expect((await ask('api/v1/values')).status).toBe(200);
  expect(await (await ask('api/v1/me')).json()).toMatchObject({
    ...{ name: 'local', role: 'operator', login: false, setup: false },
  });
});

describe('what the command line does to a user ends what that user has open', () => {
  let folder: string;
  let outside: Users;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dinrail-users-'));
    const file = join(folder, 'users.json');
    outside = await Users.open(file);
    await outside.set('ana', 'operator', PASSWORD);
    await outside.set('ben', 'viewer', PASSWORD);
    await api.close();
    await start(true, file);
  });
  afterEach(async () => rm(folder, { recursive: true }));

  const loggedIn = async (name: string): Promise<string> =>
    cookieOf(await post('api/v1/login', { name, password: PASSWORD }));
  const statusOf = async (cookie: string): Promise<number> => {
    clock.advance(1_000);
    return (await ask('api/v1/values', { headers: { cookie } })).status;
  };

  test.each<[string, () => Promise<unknown>, number]>([
    ['removed', async () => outside.remove('ana'), 401],
    ['given another password', async () => outside.set('ana', 'operator', `${PASSWORD}!`), 401],
    ['nothing', async () => undefined, 200],
  ])('%s', async (_, act, status) => {
    const [ana, ben] = [await loggedIn('ana'), await loggedIn('ben')];
    expect([await statusOf(ana), await statusOf(ben)]).toEqual([200, 200]);
    await act();
    expect([await statusOf(ana), await statusOf(ben)]).toEqual([status, 200]);
  });

  test('an open event stream ends with its session, and nobody else notices', async () => {
    const [ana, ben] = [await loggedIn('ana'), await loggedIn('ben')];
    const streams = await Promise.all(
      [ana, ben].map(async (cookie) => ask('api/v1/events', { headers: { cookie } })),
    );
    const ended = [false, false];
    streams.forEach((stream, index) => {
      void stream.text().then(
        () => (ended[index] = true),
        () => (ended[index] = true),
      );
    });
    await outside.remove('ana');
    await expect
      .poll(() => {
        clock.advance(1_000);
        return ended;
      })
      .toEqual([true, false]);
    expect(await statusOf(ben)).toBe(200);
  });
});
