import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchPull, finishRule } from '../../test/support/exchange-flows.ts';
import { ExchangeWorld, slotPoints } from '../../test/support/exchange-world.ts';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { startApi, type Api } from '../api/server.ts';
import { silentLogger } from '../base/log.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { exchangeCommand } from './exchange.ts';

const world = new ExchangeWorld();
const RUN = 'batches/mc1/2026-01-01T00:00:00.000Z';
let api: Api;

beforeAll(async () => {
  const offer = { 1: { status: true, batch1: 'A NAME OF TOO MANY LETTERS', batch2: 'GOOD' } };
  world.server = ({ method }) => {
    if (method === 'POST') return { status: 200, body: '' };
    return { status: 200, body: JSON.stringify({ status: true, data: offer }) };
  };
  const { service, site } = await world.start([finishRule(), batchPull(2)], slotPoints(2));
  await world.poll(2);
  world.values['process'] = 305;
  await world.poll(1);
  api = await startApi({
    ...{ site, clock: world.clock, logger: silentLogger, version: '1', webRoot: '/nowhere' },
    exchanges: service,
    listen: { host: '127.0.0.1', port: 0 },
  });
});
afterAll(async () => api.close());

async function run(...words: readonly string[]) {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = { stdout, stderr, clock: world.clock, env: { DINRAIL_GATEWAY: api.url } };
  const argv = ['exchange', ...words];
  const code = await runProgram([exchangeCommand], argv, context as unknown as CliContext).catch(
    (error: unknown) => (error as { code?: string }).code,
  );
  return { code, out: stdout.text(), err: stderr.text() };
}

test.each<[string, number | string, RegExp]>([
  ['list', 8, /^finished +rule +1 +0 +0\n?.*\nbatches +pull +1 +0 +1 +good$/m],
  ['list', 8, /^batches\/mc1\/\S+ +dead +write mc1\.batch1.* room for 14$/m],
  ['list', 8, /^finished\/mc1\/\S+ +done +post api\/trigger: answered 200$/m],
  ['list --dead --json', 8, /"state": "dead"/],
  ['list finished', 8, /finished\/mc1/],
  [`show ${RUN}`, 8, /^1 {2}write mc1\.batch1, mc1\.status1: dead, 1 try$/m],
  [`show ${RUN}`, 8, /^ {5}mc1\.batch2 = "GOOD", mc1\.status2 = 1$/m],
  [`show ${RUN}`, 8, /^3 {2}post api\/confirm\/1: blocked$/m],
  [`retry ${RUN}`, 0, /^batches\S+: 1 steps are tried again\n$/],
  ['dry-run finished', 0, /^ {5}\{"batch": "BATCH123"\}$/m],
  ['dry-run batches', 0, /^2 {2}write mc1\.batch2, mc1\.status2: waiting$/m],
])('exchange %s', async (words, code, pattern) => {
  const result = await run(...words.split(' '));
  expect(result).toMatchObject({ code, err: '' });
  expect(result.out).toMatch(pattern);
});

test.each([
  ['show nothing', 'usage'],
  ['show', 'usage'],
  ['lst', 'usage'],
])('exchange %s says what is meant', async (words, code) => {
  expect((await run(...words.split(' '))).code).toBe(code);
});

test('what cannot be done is answered with what can', async () => {
  expect(await run('retry', 'nothing')).toMatchObject({
    code: 1,
    err: 'there is no such run; dinrail exchange list, or GET /api/v1/exchanges, has the runs\n',
  });
  expect(await run('dry-run', 'finish')).toMatchObject({
    code: 2,
    err: 'there is no rule or pull of this name; one of finished, batches\n',
  });
});

test.each([
  ['retry', '{}', 'application/json', 400, 'wrong-body'],
  ['retry', '{"id": 5}', 'application/json', 400, 'wrong-body'],
  ['retry', '{"id": "x"}', 'application/json', 409, 'no-retry'],
  ['retry', '{"id": "x"}', 'text/plain', 415, 'no-json'],
  ['dry-run', '{"flow": "x"}', 'application/json', 404, 'no-such-flow'],
])('POST %s %s as %s is %i %s', async (path, body, type, status, code) => {
  const response = await fetch(`${api.url}api/v1/exchanges/${path}`, {
    ...{ method: 'POST', body, headers: { 'content-type': type } },
  });
  expect(response.status).toBe(status);
  expect(((await response.json()) as { code: string }).code).toBe(code);
});

test('what waits and what is dead is in the metrics', async () => {
  const text = await (await fetch(`${api.url}metrics`)).text();
  expect(text).toMatch(/^dinrail_exchange_dead\{flow="batches"\} 1$/m);
  expect(text).toMatch(/^dinrail_exchange_waiting\{flow="finished"\} 0$/m);
  expect(text).toMatch(/^dinrail_exchange_fetch_up\{flow="batches"\} 1$/m);
  expect(text).toMatch(/^dinrail_exchange_dropped_total 0$/m);
});
