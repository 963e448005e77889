import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { ConnectError } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { startApi, type Api } from './server.ts';

const clock = new ManualClock();
const site = new FakeSite(clock);
let webRoot: string;
let api: Api;

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'dinrail-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(webRoot, 'assets/index-1a2b.js'), 'export {};'.repeat(200));
  await writeFile(join(webRoot, 'secret.txt'), 'inner file');
  await writeFile(join(webRoot, 'assets/notes.txt'), 'inner file');

  site.usePoints([
    sitePoint('furnace.pv', { unit: '°C', decimals: 1 }),
    sitePoint('furnace.total', { type: 'u64' }),
    sitePoint('furnace.mode', { enum: new Map([[2, 'hold']]) }),
    sitePoint('furnace.broken'),
    sitePoint('furnace.old'),
    sitePoint('meter.a b/c'),
  ]);
  site.useDevice({ name: 'furnace', polls: 7, lastAnswerAt: clock.wallMicros() });
  site.useDevice({ name: 'meter', state: 'silent', error: 'no answer within 1000 ms' });
  site.useLine({ name: 'bus', load: 0.12345 });
  site.answer({ 'furnace.pv': 749.6, 'furnace.total': 2n ** 60n, 'furnace.mode': 2 });
  site.answer({ 'furnace.old': 5, 'meter.a b/c': 1 });
  site.fail(['furnace.broken'], 'bad', 'exception-2');
  site.fail(['furnace.old'], 'stale', 'timeout');
  api = await start();
});

afterAll(async () => {
  await api.close();
  await rm(webRoot, { recursive: true });
});

async function start(over: { host?: string; port?: number; webRoot?: string } = {}): Promise<Api> {
  const { host = '127.0.0.1', port = 0 } = over;
  const root = over.webRoot ?? webRoot;
  const common = { site, clock, logger: silentLogger, version: '1.2.3' };
  return startApi({ ...common, listen: { host, port }, webRoot: root });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** A request whose path and headers go out exactly as written, unlike those of `fetch`. */
async function ask(
  path: string,
  options: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  const message = request({
    ...{ host: '127.0.0.1', port: api.port, path, method, agent: false },
    headers: { ...headers },
  });
  message.end(body);
  const [response] = (await once(message, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers as Answer['headers'], text };
}

describe('what can be read', () => {
  test.each<[path: string, expected: unknown]>([
    ['/api/v1/values/furnace/pv', { value: 749.6, unit: '°C', quality: 'good', address: 'hr:1' }],
    ['/api/v1/values/furnace/pv?format=json', { value: 749.6 }],
    ['/api/v1/values/furnace/total', { value: '1152921504606846976', exact: true }],
    ['/api/v1/values/furnace/mode', { value: 2, text: 'hold' }],
    ['/api/v1/values/furnace/broken', { value: null, quality: 'bad', cause: 'exception-2' }],
    ['/api/v1/values/furnace/old', { value: 5, quality: 'stale', cause: 'timeout' }],
    ['/api/v1/values/meter/a%20b%2Fc', { value: 1 }],
    ['/api/v1/values/meter', [{ device: 'meter', point: 'a b/c' }]],
    ['/api/v1/points?match=*.a*', [{ device: 'meter', name: 'a b/c', kind: 'gauge' }]],
    ['/api/v1/points?match=nothing', []],
    ['/api/v1/devices/meter/points', [{ device: 'meter', name: 'a b/c' }]],
    // Neither what is not good nor what is no plain number.
    ['/api/last/furnace', { device: 'furnace', pv: 749.6, mode: 2 }],
    ['/api/v1/lines', [{ name: 'bus', load: 0.123 }]],
    ['/api/v1/status', { version: '1.2.3', points: { good: 4, stale: 1, bad: 1 } }],
    ['/api/v1/status', { devices: { good: 1, silent: 1, waiting: 0, failing: 0 }, lines: 1 }],
    ['/api/v1/devices', [{ name: 'furnace', polls: 7 }, { state: 'silent' }]],
  ])('GET %s', async (path, expected) => {
    const { status, headers, text } = await ask(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.parse(text)).toMatchObject(expected as object);
  });

  test('every value, in the order of the site', async () => {
    const values = JSON.parse((await ask('/api/v1/values')).text) as { point: string }[];
    expect(values.map(({ point }) => point)).toEqual([
      'pv',
      'total',
      'mode',
      'broken',
      'old',
      'a b/c',
    ]);
  });

  test.each([
    ['/api/v1/values/furnace/pv?format=plain', '749.6\n'],
    ['/api/v1/values/furnace/total?format=plain', '1152921504606846976\n'],
    ['/healthz', 'ok\n'],
    ['/readyz', 'ready\n'],
  ])('GET %s as text', async (path, expected) => {
    const { status, headers, text } = await ask(path);
    expect([status, text]).toEqual([200, expected]);
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });

  test('is not ready while a device was never asked', async () => {
    site.useDevice({ name: 'meter', state: 'waiting' });
    const { status, text } = await ask('/readyz');
    site.useDevice({ name: 'meter', state: 'silent' });
    expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([503, 'not-ready']);
  });
});

describe('what is refused says why and what to do', () => {
  test.each([
    ['GET', '/api/v1/values/furnace/pw', 404, 'no-such-point', 'did you mean pv?'],
    ['GET', '/api/v1/values/furnaec', 404, 'no-such-device', 'did you mean furnace?'],
    ['GET', '/api/v1/values/furnaec/pv', 404, 'no-such-device', 'did you mean furnace?'],
    ['GET', '/api/v1/values/nothing-like-it', 404, 'no-such-device', '/api/v1/devices'],
    ['GET', '/api/v1/values/furnace/broken?format=plain', 503, 'value-not-good', 'last good'],
    ['GET', '/api/v1/values/furnace/old?format=plain', 503, 'value-not-good', 'last good'],
    ['GET', '/api/v1/values/furnace/pv?format=xml', 400, 'no-such-format', 'format=plain'],
    ['GET', '/api/v1/values/furnace/pv?format=plain&format=json', 400, 'wrong-parameter', ''],
    ['GET', '/api/last/furnaec', 404, 'no-such-device', 'did you mean furnace?'],
    ['GET', '/api/v1/devices/furnaec/points', 404, 'no-such-device', 'did you mean furnace?'],
    ['GET', '/api/v1/nothing', 404, 'no-such-path', '/api/v1/values'],
    ['GET', '/api/v2/values', 404, 'no-such-path', ''],
    ['POST', '/api/v1/values', 405, 'method-not-allowed', 'GET'],
    ['POST', '/api/v1/values/furnace/pv', 405, 'method-not-allowed', 'GET'],
    ['DELETE', '/', 405, 'method-not-allowed', 'GET'],
    ['OPTIONS', '/api/v1/devices', 405, 'method-not-allowed', 'GET'],
    ['TRACE', '/healthz', 405, 'method-not-allowed', 'GET'],
    ['POST', '/api/v1/events', 405, 'method-not-allowed', 'GET'],
  ])('%s %s is %i %s', async (method, path, status, code, fix) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = JSON.parse(answer.text) as { title: string; detail: string; fix: string };
    expect(problem).toMatchObject({ type: 'about:blank', status, code });
    expect(problem.fix).toContain(fix);
    expect(problem.title).not.toBe('');
    expect(problem.detail).not.toBe('');
  });

  test('a body is refused with the method, however large it is said to be', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '20000' };
    const answer = await ask('/api/v1/values', {
      method: 'POST',
      headers,
      body: 'x'.repeat(20_000),
    });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('GET, HEAD');
  });
});

describe('no path of a request reaches the file system', () => {
  test.each([
    ['/../secret.txt'],
    ['/..%2fsecret.txt'],
    ['/%2e%2e/secret.txt'],
    ['/..%5csecret.txt'],
    ['/assets/../secret.txt'],
    ['/assets/..%2fsecret.txt'],
    ['/assets/%252e%252e%252fsecret.txt'],
    ['/assets/notes.txt'],
    ['//secret.txt'],
    ['//assets/index-1a2b.js'],
    ['/secret.txt'],
    ['/assets/'],
    ['/assets/index-1a2b.js%00.txt'],
    ['/assets/index-1a2b.js/'],
    ['/assets/%'],
    ['/%ff%fe'],
    ['/api/v1/values/..%2f..%2fsecret.txt'],
    ['/api/v1/values/furnace/..%2f..%2f..%2fsecret.txt'],
    ['/index.html'],
  ])('%s', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.text).not.toContain('inner file');
  });
});

describe('a page of another site gets nothing', () => {
  test.each([
    ['a name that was made to point here', 'evil.example', 421],
    ['the right name with another port', 'localhost:1', 421],
    ['an address of the network', '192.168.1.5:PORT', 421],
    ['a name that begins like ours', 'localhost.evil.example:PORT', 421],
    ['localhost', 'localhost:PORT', 200],
    ['LOCALHOST', 'LOCALHOST:PORT', 200],
    ['the address', '127.0.0.1:PORT', 200],
    ['the IPv6 address', '[::1]:PORT', 200],
  ])('Host is %s', async (_, host, status) => {
    const headers = { host: host.replace('PORT', String(api.port)) };
    for (const path of ['/', '/api/v1/values', '/healthz', '/nothing']) {
      const answer = await ask(path, { headers });
      expect(answer.status).toBe(path === '/nothing' && status === 200 ? 404 : status);
    }
  });

  test('a request without Host is turned away', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.write('GET /api/v1/values HTTP/1.0\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 421 /);
    socket.destroy();
  });

  test('no answer allows another origin to read it', async () => {
    const headers = { origin: 'http://evil.example' };
    const answer = await ask('/api/v1/values', { headers });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  test('a request that a browser marks as of another site takes no place', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await ask('/api/v1/events', { headers })).status).toBe(403);
    expect((await ask('/', { headers })).status).toBe(200);
  });
});

describe('the page', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'gzip'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['', undefined],
    ['identity', undefined],
  ])('for a client that accepts "%s" is sent as %s', async (accept, encoding) => {
    const headers = { 'accept-encoding': accept };
    const answer = await ask('/assets/index-1a2b.js', { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(answer.headers['content-type']).toMatch(/^text\/javascript/);
    const again = await ask('/assets/index-1a2b.js', {
      headers: { ...headers, 'if-none-match': answer.headers['etag'] },
    });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('is asked for anew each time, and carries the strict headers', async () => {
    const { headers, text } = await ask('/');
    expect(text).toContain('<title>page</title>');
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  test('that is not built says so in one sentence, and the API works', async () => {
    const bare = await start({ webRoot: join(webRoot, 'nowhere') });
    const page = await fetch(bare.url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('not built')]);
    expect((await fetch(`${bare.url}api/v1/values`)).status).toBe(200);
    await bare.close();
  });
});

describe('listening', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'gateway.example', ''])(
    'on %j is refused while there is no login',
    async (host) => {
      await expect(start({ host })).rejects.toThrow(ConnectError);
      await expect(start({ host })).rejects.toThrow('it has no login');
    },
  );

  test('on a taken port is refused with its number', async () => {
    await expect(start({ port: api.port })).rejects.toThrow(ConnectError);
    await expect(start({ port: api.port })).rejects.toThrow(
      `127.0.0.1:${api.port}: another program has the port`,
    );
  });
});

describe('event streams over a socket', () => {
  test('begin with a snapshot, end when the API closes, within a second', async () => {
    const own = await start();
    const response = await fetch(`${own.url}api/v1/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const chunks: string[] = [];
    const decoder = new TextDecoder();
    const ended = (async () => {
      for await (const chunk of response.body ?? []) {
        chunks.push(decoder.decode(chunk as Uint8Array));
      }
    })();
    const idle = connect(own.port, '127.0.0.1');
    await once(idle, 'connect');
    const began = performance.now();
    await own.close();
    await ended.catch(() => undefined);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(chunks.join('')).toMatch(/^event: snapshot\ndata: \{"name":"test-site"/);
    await expect(fetch(own.url)).rejects.toThrow();
  });

  test('beyond the places are refused, and a place that was left is free again', async () => {
    const sockets = Array.from({ length: 64 }, () => connect(api.port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1:${api.port}\r\n\r\n`);
    }
    await Promise.all(sockets.map(async (socket) => once(socket, 'data')));
    const refused = await ask('/api/v1/events');
    expect([refused.status, (JSON.parse(refused.text) as { code: string }).code]).toEqual([
      503,
      'too-many-streams',
    ]);
    expect((await ask('/api/v1/values')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => streams()).toMatchObject({ clients: 0 });
  });

  test('a reader that stops reading gets a snapshot later, not a growing queue', async () => {
    const busy = new FakeSite(clock);
    busy.usePoints(Array.from({ length: 500 }, (_, index) => sitePoint(`m.p${index}`)));
    const options = { site: busy, clock, logger: silentLogger, version: '1', webRoot };
    const own = await startApi({ ...options, listen: { host: '127.0.0.1', port: 0 } });
    const socket = connect(own.port, '127.0.0.1');
    socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1:${own.port}\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();

    const counters = async (): Promise<Record<string, number>> => {
      const response = await fetch(`${own.url}api/v1/status`);
      return ((await response.json()) as { events: Record<string, number> }).events;
    };
    // The operating system takes some megabytes before it is full.
    for (let round = 0; round < 400 && ((await counters())['skipped'] ?? 0) < 3; round += 1) {
      busy.answer(Object.fromEntries(busy.points().map(({ id }, at) => [id, round * 1000 + at])));
      clock.advance(200);
    }
    expect(await counters()).toMatchObject({ clients: 1, dropped: 0, resynced: 0 });
    expect((await counters())['skipped']).toBeGreaterThanOrEqual(3);

    socket.resume();
    await expect
      .poll(async () => {
        clock.advance(1_000);
        return (await counters())['resynced'];
      })
      .toBe(1);
    socket.destroy();
    await own.close();
  });
});

async function streams(): Promise<unknown> {
  return (JSON.parse((await ask('/api/v1/status')).text) as { events: unknown }).events;
}

test('bytes that are no HTTP request end the connection with 400', async () => {
  const socket = connect(api.port, '127.0.0.1');
  socket.write('\u0000\u0001 nonsense\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
  await once(socket, 'close');
});

test('a header beyond 8 KiB is refused', async () => {
  const headers = { 'x-long': 'x'.repeat(9_000) };
  expect((await ask('/', { headers })).status).toBe(400);
});
