import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import {
  historyRig,
  sampleOf,
  SECOND,
  START,
  type HistoryRig,
} from '../../test/support/history-rig.ts';
import { startApi, type Api } from '../api/server.ts';
import { silentLogger } from '../base/log.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { historyCommand } from './history-command.ts';

let rig: HistoryRig;
let api: Api;

beforeAll(async () => {
  rig = historyRig();
  await rig.minutes(60);
  const history = rig.begin({ runsSince: START });
  history.record(Array.from({ length: 120 }, (_, s) => sampleOf('a.pv', START + s * SECOND, s)));
  history.record([sampleOf('a.mode', START, 'run, "hot"'), sampleOf('a.mode', START + 90e6)]);
  const site = new FakeSite(rig.clock);
  site.usePoints([sitePoint('a.pv', { unit: '°C', decimals: 1 }), sitePoint('a.mode')]);
  api = await startApi({
    ...{ site, clock: rig.clock, logger: silentLogger, version: '1', webRoot: '/nowhere', history },
    listen: { host: '127.0.0.1', port: 0 },
  });
});

afterAll(async () => {
  await api.close();
  await rig.end();
});

async function run(...words: readonly string[]) {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = { stdout, stderr, clock: rig.clock, env: { DINRAIL_GATEWAY: api.url } };
  const argv = ['history', ...words];
  const code = await runProgram([historyCommand], argv, context as unknown as CliContext).catch(
    (error: unknown) => (error as { code?: string }).code,
  );
  return { code, out: stdout.text(), err: stderr.text() };
}

test('prints a table per point, with a dash where nothing was known', async () => {
  const { code, out } = await run('a.pv', 'a.mode', '--from', '-1h', '--step', '1m', '--utc');
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'a.pv in °C, every 1m',
    'time                       min  mean    max   last  known  bad',
    '2026-01-01T00:00:00.000Z   0.0  29.5   59.0   59.0     60    0',
    '2026-01-01T00:01:00.000Z  60.0  89.5  119.0  119.0     60    0',
    '',
    'a.mode, every 1m',
    'time                      min  mean  max        last  known  bad',
    '2026-01-01T00:00:00.000Z    —     —    —  run, "hot"      1    0',
    '2026-01-01T00:01:00.000Z    —     —    —           —      0    1',
    '',
  ]);
});

test('prints rows for a spreadsheet, empty where nothing was known', async () => {
  const { out } = await run('a.mode', '--from', '-1h', '--step', '1m', '-f', 'csv', '--utc');
  expect(out).toBe(
    'time,point,min,mean,max,last,count,bad\n' +
      '2026-01-01T00:00:00.000Z,a.mode,,,,"run, ""hot""",1,0\n' +
      '2026-01-01T00:01:00.000Z,a.mode,,,,,0,1\n',
  );
});

test('says what stood before, for a value that has not changed since', async () => {
  const asked = ['a.pv', '--from', '-30m', '--step', '1m', '--utc'];
  const table = await run(...asked);
  expect(table.out.split('\n').slice(1, 3)).toEqual([
    'before: 119.0 at 2026-01-01T00:01:59.000Z',
    'nothing was recorded',
  ]);
  const csv = await run(...asked, '-f', 'csv');
  expect(csv.out.split('\n')[1]).toBe('2026-01-01T00:01:59.000Z,a.pv,,,,119,0,0');
});

test('prints what the gateway says as it is', async () => {
  const { out } = await run('a.pv', '--from', '-1h', '-n', '1', '-f', 'json');
  expect(JSON.parse(out)).toMatchObject({ series: [{ point: 'a.pv', count: [120] }] });
});

test.each([
  [['a.pv', '--from', '-1m', '-n', '3'], 0, 'nothing was recorded', ''],
  [['a.pw'], 2, '', 'did you mean a.pv?'],
  [['a.pv', '--from', 'soon'], 2, '', 'from is no time'],
  [[], 2, '', 'missing required argument'],
])('%j leaves with %d', async (words, code, out, err) => {
  const answer = await run(...words);
  expect(answer.code).toBe(code);
  expect(answer.out).toContain(out);
  expect(answer.err).toContain(err);
});
