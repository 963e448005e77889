import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { systemClock } from '../base/system-clock.ts';
import { fetchHttp } from './fetch-http.ts';
import type { HttpQuestion } from './ports.ts';

let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let url: string;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += String(chunk)));
  request.on('end', () => answer(request, response, body));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-in-path`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function ask(over: Partial<HttpQuestion> = {}) {
  const limits = { timeoutMs: 10_000, maxBytes: 1_000 };
  return fetchHttp(systemClock).ask({ method: 'POST', url, headers: {}, ...limits, ...over });
}

test('a call brings its headers and body, and an empty one says its length', async () => {
  const heard: unknown[] = [];
  answer = ({ method, headers }, response, body) => {
    heard.push([method, headers['content-length'], headers['x-key'], body]);
    response.writeHead(201).end('ok');
  };
  const headers = { 'x-key': 'k', 'content-type': 'application/json' };
  expect(await ask({ headers, body: '{"a": 1}' })).toEqual({ status: 201, body: 'ok' });
  await ask();
  await ask({ method: 'GET' });
  expect(heard).toEqual([
    ['POST', '8', 'k', '{"a": 1}'],
    ['POST', '0', undefined, ''],
    ['GET', undefined, undefined, ''],
  ]);
});

test('a redirect is an answer, and nobody follows it', async () => {
  let asked = 0;
  answer = (_, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  };
  expect(await ask()).toMatchObject({ status: 302 });
  expect(asked).toBe(1);
});

test.each([
  ['7', 7_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['soon', undefined],
])('a pause of %s is %s ms', async (header, ms) => {
  answer = (_, response) => void response.writeHead(429, { 'retry-after': header }).end();
  const limits = { timeoutMs: 10_000, maxBytes: 1_000 };
  const result = await fetchHttp(new ManualClock()).ask({
    ...{ method: 'GET', url, headers: {}, ...limits },
  });
  expect(result).toMatchObject({ status: 429 });
  expect('retryAfterMs' in result ? result.retryAfterMs : undefined).toBe(ms);
});

test.each<[string, () => void, Partial<HttpQuestion>, string]>([
  [
    'is too long',
    () => (answer = (_, response) => void response.end('x'.repeat(5_000))),
    {},
    'the answer has more than 1000 bytes',
  ],
  ['never comes', () => (answer = () => undefined), { timeoutMs: 50 }, 'no answer within 50 ms'],
  [
    'stops in the middle',
    () =>
      (answer = (request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('x');
        request.socket.destroySoon();
      }),
    {},
    'the connection broke before the answer was whole',
  ],
  [
    'is refused',
    () => undefined,
    { url: 'http://127.0.0.1:47/secret-in-path' },
    'the server refuses the connection',
  ],
  [
    'cannot come from this port',
    () => undefined,
    { url: 'http://127.0.0.1:1/secret-in-path' },
    'no HTTP goes to this port; choose another',
  ],
  [
    'has a wrong address',
    () => undefined,
    { url: 'http://secret:%' },
    'no answer (ERR_INVALID_URL)',
  ],
])('an answer that %s is a problem without secrets', async (_, prepare, over, problem) => {
  prepare();
  const result = await ask(over);
  expect(result).toEqual({ problem });
  expect(JSON.stringify(result)).not.toContain('secret');
});
