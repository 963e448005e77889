import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { problemJson } from '../api/problem.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { alarmsCommand } from './alarms.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { exchangeCommand } from './exchange.ts';
import { exitCodeOf } from './exit-code.ts';
import { getCommand } from './get.ts';
import { historyCommand } from './history-command.ts';
import { maintenanceCommand } from './maintenance.ts';
import { outagesCommand } from './outages.ts';
import { setCommand } from './set.ts';
import { sinkCommand } from './sink.ts';
import { tuiCommand } from './tui.ts';

/** A gateway that says the same to everybody. */
let status = 401;
const server = createServer((_, response) => {
  const problem = { status, code: 'x', detail: 'no', fix: 'give a token' };
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify(problemJson(problem)));
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

const COMMANDS = [
  ...[getCommand, alarmsCommand, exchangeCommand, historyCommand, maintenanceCommand],
  ...[outagesCommand, setCommand, sinkCommand, tuiCommand],
];

async function run(...words: readonly string[]) {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const { port } = server.address() as AddressInfo;
  const context = {
    ...{ stdout, stderr, clock: new ManualClock(), terminal: {} },
    env: { DINRAIL_GATEWAY: `http://127.0.0.1:${port}` },
  };
  const code = await runProgram(COMMANDS, words, context as unknown as CliContext).catch(
    exitCodeOf,
  );
  return { code, out: stdout.text() };
}

describe.each([
  [401, 9],
  [403, 9],
  [404, 2],
  [503, 1],
])('where a gateway answers %i', (answer, code) => {
  test.each([
    'get furnace1.pv',
    'get furnace1.pv --plain',
    'alarms',
    'alarms journal',
    'alarms ack furnace1.pv.hi',
    'sink status',
    'sink pause influx',
    'exchange list',
    'exchange retry 7',
    'history furnace1.pv',
    'outages',
  ])('dinrail %s ends with the same code', async (words) => {
    status = answer;
    expect(await run(...words.split(' '))).toEqual({ code, out: '' });
  });
});

test.each([
  ['set furnace1.setpoint=700 -y', 401],
  ['set furnace1.setpoint=700 -y', 403],
  ['maintenance status', 401],
  ['maintenance on furnace1 --why cabling', 403],
  ['tui', 401],
  ['tui', 403],
])('dinrail %s ends with 9 where a gateway answers %i', async (words, answer) => {
  status = answer;
  expect(await run(...words.split(' '))).toEqual({ code: 9, out: '' });
});
