import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type Api } from '../../src/api/server.ts';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { FakeSite } from '../support/fake-site.ts';

let api: Api;

beforeAll(async () => {
  api = await startApi({
    ...{ site: new FakeSite(systemClock), clock: systemClock, logger: silentLogger },
    ...{ listen: { host: '127.0.0.1', port: 0 }, webRoot: '/nowhere', version: '1.2.3' },
  });
});

afterAll(async () => {
  await api.close();
});

// Node's own timers cut these off, so real seconds pass; all of them pass at once.
test.concurrent.each([
  ['says nothing', '', /^HTTP\/1.1 408 /],
  ['begins a header and stops', 'GET / HTTP/1.1\r\nHo', /^HTTP\/1.1 408 /],
  [
    'has its answer and asks no more',
    'GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n',
    /^HTTP\/1.1 200 /,
  ],
])('a connection that %s is closed within 8 s', async (_, text, answer) => {
  const socket = connect(api.port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.write(text.replace('HOST', `127.0.0.1:${api.port}`));
  const began = performance.now();
  await once(socket, 'close');
  expect(performance.now() - began).toBeLessThan(8_000);
  expect(Buffer.concat(received).toString()).toMatch(answer);
});

test('beyond 128 connections another one is closed at once, and places come back', async () => {
  const sockets = Array.from({ length: 128 }, () => connect(api.port, '127.0.0.1'));
  await Promise.all(sockets.map(async (socket) => once(socket, 'connect')));
  const extra = connect(api.port, '127.0.0.1');
  extra.on('error', () => undefined);
  await once(extra, 'close');
  for (const socket of sockets) socket.destroy();
  await expect
    .poll(async () =>
      fetch(`${api.url}healthz`)
        .then(({ status }) => status)
        .catch(() => 0),
    )
    .toBe(200);
});
