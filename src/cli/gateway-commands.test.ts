import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { Access } from '../api/access.ts';
import { startApi, type Api } from '../api/server.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { SinkControl, SinkStatus } from '../delivery/sink-status.ts';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { getCommand } from './get.ts';
import { sinkCommand } from './sink.ts';

const clock = new ManualClock();
const site = new FakeSite(clock);
const done: string[] = [];
let api: Api;

const influx: SinkStatus = {
  ...{ name: 'influx', type: 'influx', state: 'failing', error: 'refused the connection' },
  minutes: [],
  ...{ waiting: 1204, oldestAt: clock.wallMicros() - 360e6, rate: 2.5, delivered: 9 },
  ...{ rejected: 1, lost: 5, quarantined: 1, held: 0 },
};

const sinks: SinkControl = {
  status: () => [influx],
  test: async (name) => {
    if (done.includes('broken')) throw new Error('no route');
    return `${name} answers`;
  },
  pause: (name) => void done.push(`pause ${name}`),
  resume: (name) => void done.push(`resume ${name}`),
  drop: (name, by) => done.push(`drop ${name} for ${by}`) * 1204,
  newest: () => 'pv value=7',
  destinations: () => [],
  quarantine: () => [
    { id: 3, point: 'a.b', value: '7', at: clock.wallMicros(), reason: 'field type conflict' },
  ],
  retry: (_, ids) => ids?.length ?? 1,
  discard: (_, ids) => ids?.length ?? 1,
};

beforeAll(async () => {
  const access = new Access();
  access.use([], 'admin');
  site.usePoints([sitePoint('furnace.pv', { unit: '°C' }), sitePoint('furnace.old')]);
  site.answer({ 'furnace.pv': 749.6 });
  api = await startApi({
    ...{ site, clock, logger: silentLogger, version: '1.2.3', sinks, webRoot: '/nowhere' },
    access,
    listen: { host: '127.0.0.1', port: 0 },
  });
});
afterAll(async () => api.close());
beforeEach(() => void (done.length = 0));

async function run(...words: readonly string[]) {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = { stdout, stderr, clock, env: { DINRAIL_GATEWAY: api.url } };
  const code = await runProgram(
    [getCommand, sinkCommand],
    words,
    context as unknown as CliContext,
  ).catch((error: unknown) => (error as { code?: string }).code);
  return { code, out: stdout.text(), err: stderr.text() };
}

test.each([
  [['get', 'furnace.pv', '--plain'], 0, /^749\.6\n$/],
  [['get', 'furnace.pv'], 0, /^furnace\.pv {2}749\.6 °C {2}\S+\n$/],
  [['get', 'furnace.pv', '--json'], 0, /^\{"device":"furnace".*\}\n$/],
  [['get', 'furnace.old'], 1, /^furnace\.old {2}— {2}bad \(not-read-yet\)/],
  [
    ['sink', 'status'],
    8,
    /influx +influx +failing +1204 +6 min +2\.5 +9 +1 +5 +0\ninflux: refused/,
  ],
  [['sink', 'status', '--json'], 8, /"waiting": 1204/],
  [['sink', 'test', 'influx'], 0, /^influx: influx answers\n$/],
  [['sink', 'pause', 'influx'], 0, /^influx paused/],
  [['sink', 'resume', 'influx'], 0, /^influx goes on\n$/],
  [['sink', 'quarantine', 'influx'], 0, / 3 {2}\S+ {2}a\.b {4}7 {6}field type conflict\n$/],
  [['sink', 'drop', 'influx', '--yes'], 0, /^influx: 1204 records given up\n$/],
  [['sink', 'retry', 'influx', '--id', '3,4'], 0, /^influx: 2 offered again\n$/],
  [['sink', 'discard', 'influx'], 0, /^influx: 1 given up\n$/],
])('%j leaves with %d', async (words, code, out) => {
  const answer = await run(...words);
  expect(answer.err).toBe('');
  expect(answer.out).toMatch(out);
  expect(answer.code).toBe(code);
});

test('pausing reaches the sink', async () => {
  await run('sink', 'pause', 'influx');
  expect(done).toEqual(['pause influx']);
});

test('a sink that does not answer the test is a failure, with the reason', async () => {
  done.push('broken');
  expect(await run('sink', 'test', 'influx')).toEqual({
    code: 5,
    out: '',
    err: 'influx: no route\n',
  });
});

test.each([
  [['get', 'furnace.old', '--plain'], 1, /^furnace\.old: there is no good value; without --plain/],
  [['get', 'furnace.pvv', '--plain'], 2, /did you mean pv/],
  [['sink', 'test', 'other'], 2, /no sink of this name; one of influx/],
])('%j says what is wrong', async (words, code, err) => {
  const answer = await run(...words);
  expect(answer.err).toMatch(err);
  expect(answer.code).toBe(code);
});

test.each([
  [['get', 'furnace'], 'usage'],
  [['sink', 'stat'], 'usage'],
  [['sink', 'pause'], 'usage'],
  [['sink', 'drop', 'influx'], 'usage'],
  [['sink', 'retry', 'influx', '--id', 'x'], 'usage'],
  [['get', 'a.b', '--gateway', '127.0.0.1:1'], 'connect'],
])('%j is refused as %s', async (words, code) => {
  expect((await run(...words)).code).toBe(code);
});

test('an address with a path asks below it', async () => {
  const asked: string[] = [];
  const proxy = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end('{"value":1}');
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  for (const path of ['/plant', '/plant/', '']) {
    await run('get', 'furnace.pv', '--gateway', `127.0.0.1:${port}${path}`, '--json');
  }
  proxy.close();
  const value = '/api/v1/values/furnace/pv';
  expect(asked).toEqual([`/plant${value}`, `/plant${value}`, value]);
});

test('a form of another site can change nothing: it cannot send JSON', async () => {
  const answer = await fetch(new URL('/api/v1/sinks/influx/pause', api.url), {
    method: 'POST',
    body: 'x=1',
    headers: { 'content-type': 'text/plain' },
  });
  expect(answer.status).toBe(415);
  expect(done).toEqual([]);
});
