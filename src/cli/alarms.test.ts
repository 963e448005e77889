import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { hiRule, PlainAlarms } from '../../test/support/plain-alarms.ts';
import { startApi, type Api } from '../api/server.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { alarmsCommand } from './alarms.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';

let clock: ManualClock;
let site: FakeSite;
let api: Api;

beforeEach(async () => {
  clock = new ManualClock();
  site = new FakeSite(clock);
  site.usePoints([sitePoint('furnace1.pv', { unit: '°C' }), sitePoint('furnace2.pv')]);
  const alarms = new PlainAlarms(site, clock, [
    hiRule('furnace1.pv', 100, { unit: '°C', text: 'too hot' }),
    hiRule('furnace2.pv', 100, { priority: 'low' }),
  ]);
  api = await startApi({
    ...{ site, clock, logger: silentLogger, version: '1', webRoot: '/nowhere', alarms },
    listen: { host: '127.0.0.1', port: 0 },
  });
});
afterEach(async () => api.close());

interface Answer {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

async function run(...words: readonly string[]): Promise<Answer> {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = { stdout, stderr, clock, env: { DINRAIL_GATEWAY: api.url, USER: 'ann' } };
  const code = await runProgram(
    [alarmsCommand],
    ['alarms', ...words],
    context as unknown as CliContext,
  ).catch((error: unknown) => (error as { code?: string }).code);
  return { code, out: stdout.text(), err: stderr.text() };
}

function heat(): void {
  site.answer({ 'furnace1.pv': 120 });
  site.answer({ 'furnace1.pv': 130 });
}

test('without alarms it says so and leaves with 0', async () => {
  expect(await run()).toEqual({ code: 0, out: 'no alarms\n', err: '' });
  expect(await run('journal')).toEqual({ code: 0, out: 'nothing has happened\n', err: '' });
});

test('a list has what is not normal, and its exit code says that something is active', async () => {
  heat();
  const { code, out } = await run('list');
  expect(code).toBe(8);
  expect(out).toMatch(
    /^PRIORITY .*\nhigh +active-unacknowledged +furnace1\.pv\.hi +too hot +120 °C +130 °C +2026-\S+ *\n$/,
  );
});

test('with --all it has those that are normal as well', async () => {
  const { code, out } = await run('list', '--all');
  expect(code).toBe(0);
  expect(out).toMatch(/low +normal +furnace2\.pv\.hi +furnace2\.pv\.hi +– +– +–/);
});

test('with --json it is for programs', async () => {
  heat();
  const { code, out } = await run('list', '--json');
  expect(code).toBe(8);
  expect(JSON.parse(out)).toMatchObject([{ id: 'furnace1.pv.hi', value: 120, now: 130 }]);
});

test('acknowledging says what the alarm is then, and the list who it was', async () => {
  heat();
  expect(await run('ack', 'furnace1.pv.hi', '--comment', 'door was open')).toEqual({
    ...{ code: 0, out: 'furnace1.pv.hi is active-acknowledged\n', err: '' },
  });
  expect((await run('list')).out).toMatch(/ann: door was open\n$/);
});

test('an alarm is put aside for a time with a reason, and taken up again', async () => {
  heat();
  const shelved = await run('shelve', 'furnace1.pv.hi', '--for', '1h', '--reason', 'repair');
  expect(shelved).toEqual({ code: 0, out: 'furnace1.pv.hi is shelved\n', err: '' });
  const listed = await run('list');
  expect(listed.code).toBe(0);
  expect(listed.out).toMatch(/until 2026-\S+, ann: repair\n$/);
  expect((await run('unshelve', 'furnace1.pv.hi')).out).toMatch(/^furnace1\.pv\.hi is active-/);
});

test('the journal has what happened, the newest first, of one alarm if it is asked so', async () => {
  heat();
  await run('ack', 'furnace1.pv.hi', '--comment', 'seen');
  await run('shelve', 'furnace2.pv.hi', '--for', '1h', '--reason', 'repair');
  const { code, out } = await run('journal');
  expect(code).toBe(0);
  expect(out.split('\n').map((line) => line.split(/ +/).slice(1, 4).join(' '))).toEqual([
    ...['EVENT PRIORITY ID', 'shelved low furnace2.pv.hi', 'acked high furnace1.pv.hi'],
    ...['raised high furnace1.pv.hi', ''],
  ]);
  expect(out).toMatch(/acked .* ann: seen\n/);
  expect(out).toMatch(/raised .* 120 °C *\n/);
  const one = await run('journal', 'furnace2.pv.hi', '--json');
  expect(JSON.parse(one.out)).toMatchObject([{ type: 'shelved', comment: 'repair', by: 'ann' }]);
});

test.each([
  [['ack', 'furnace1.pv.hii'], 2, /no alarm of this id; did you mean furnace1\.pv\.hi\?/],
  [['shelve', 'furnace1.pv.hi', '--for', '1h'], 2, /^why .*--reason "/],
  [['shelve', 'furnace1.pv.hi', '--for', '8d', '--reason', 'x'], 2, /--for .*1s to 7d/],
  [['ack', 'x'], 2, /dinrail alarms --all/],
])('%j says what is wrong', async (words, code, err) => {
  const answer = await run(...words);
  expect(answer).toMatchObject({ code, out: '' });
  expect(answer.err).toMatch(err);
});

test.each([[['shelf', 'x']], [['ack']], [['shelve']], [['unshelve']]])(
  '%j is refused before anything is asked',
  async (words) => {
    expect((await run(...words)).code).toBe('usage');
  },
);
