import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { GateBench, SETPOINT } from '../../test/support/gate-bench.ts';
import { gateControl } from '../../test/support/gate-control.ts';
import { Access } from '../api/access.ts';
import { startApi, type Api } from '../api/server.ts';
import { silentLogger } from '../base/log.ts';
import type { WriteControl } from '../gate/write-control.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { maintenanceCommand } from './maintenance.ts';
import { setCommand } from './set.ts';

let api: Api;
let bench: GateBench;
let control: WriteControl;
let clock: GateBench['clock'];
const access = new Access();
const SECRET = 'operator-0123456789';

// One server; each test has a gate of its own behind it.
const behind = new Proxy({} as WriteControl, {
  get: (_, name) => Reflect.get(control, name) as unknown,
});

beforeAll(async () => {
  ({ clock } = await GateBench.open([SETPOINT]));
  const site = new FakeSite(clock);
  const mode = new Map([
    [0, 'off'],
    [1, 'on'],
  ]);
  site.usePoints([
    sitePoint('furnace.sp', { unit: '°C' }),
    sitePoint('furnace.mode', { enum: mode }),
    sitePoint('furnace.pv'),
  ]);
  site.useDevice({ name: 'furnace' });
  site.answer({ 'furnace.sp': 500, 'furnace.mode': 0 });
  api = await startApi({
    ...{ site, clock, logger: silentLogger, version: '1', webRoot: '/nowhere' },
    ...{ writes: behind, access, listen: { host: '127.0.0.1', port: 0 } },
  });
});
afterAll(async () => api.close());
beforeEach(async () => {
  access.use([]);
  ({ bench, control } = await gateControl());
  bench.device.words[2] = 500;
});

interface Person {
  /** What is typed when the program asks. */
  readonly answer?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function run(words: readonly string[], { answer, env = {} }: Person = {}) {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const asked: string[] = [];
  const context = {
    ...{ stdout, stderr, clock, version: '1' },
    env: { DINRAIL_GATEWAY: api.url, USER: 'mei', ...env },
    ...(answer !== undefined && {
      ask: async (question: string) => Promise.resolve((asked.push(question), answer)),
    }),
  };
  const commands = [setCommand, maintenanceCommand];
  const code = await runProgram(commands, words, context as unknown as CliContext).catch(
    (error: unknown) => (error as { code?: string }).code,
  );
  return { code, out: stdout.text(), err: stderr.text(), asked };
}

describe('set', () => {
  test.each([
    ['600', 0, [600]],
    [' 600 ', 0, [600]],
    ['60', 9, []],
    ['y', 9, []],
    ['', 9, []],
  ])('a point to be typed again, and "%s" is', async (answer, code, words) => {
    const done = await run(['set', 'furnace.sp=600'], { answer });
    expect(done.asked).toEqual(['type 600 to confirm: ']);
    expect(done.err).toMatch(
      /furnace\.sp \(hr:2\) {3}now 500 °C {2}→ {2}600 °C {5}limits 0 … 1200 °C, step 5, change ≤ 400\n/,
    );
    expect(done.err).toMatch(/memory wear: 0 writes today of 3, 0 of 100 000 in the life/);
    expect(done.code).toBe(code);
    expect(bench.device.frames.map((frame) => 'word' in frame && frame.word)).toEqual(words);
  });

  test.each([
    ['y', 0],
    ['n', 9],
  ])('a point to be asked for, and the answer is %s', async (answer, code) => {
    const done = await run(['set', 'furnace.mode=on'], { answer });
    expect(done.asked).toEqual(['write on? [y/N] ']);
    expect(done.err).toMatch(/furnace\.mode \(hr:9\) {3}now off {2}→ {2}on {5}limits off, on\n/);
    expect(done.code).toBe(code);
  });

  test.each<[string, () => void, number, RegExp]>([
    ['done', () => undefined, 0, /^confirmed: sp is 600, read back {3}\d+ ms {3}logged as mei$/m],
    ['refused', () => void (bench.device.words[2] = 0), 9, /^refused: .*Nothing was written/m],
    ['not taken', () => void (bench.device.keepsOld = true), 10, /^failed: .*reads back 500/m],
    [
      'refused by the device',
      () => void (bench.device.answer = { kind: 'exception', exception: 3 }),
      ...([6, /^failed: the device refused it with exception 3/m] as const),
    ],
    [
      'not sent',
      () => void (bench.device.answer = { kind: 'not-sent', reason: 'no connection' }),
      ...([5, /^failed: nothing was sent/m] as const),
    ],
    ['not answered', () => void (bench.device.answer = 'lost'), 5, /^unknown: /m],
  ])('what was %s says so, and leaves with its code', async (_, happens, code, said) => {
    happens();
    const done = await run(['set', 'furnace.sp=600', '-y']);
    expect(done.err).toMatch(said);
    expect(done.code).toBe(code);
  });

  test.each([
    [['furnace.pv=5'], 9, /^refused: .*furnace\.pv\. Nothing was written .*logged as mei$/m],
    [['furnace.sp=abc'], 9, /sp is a number, not "abc"/],
    [['furnace.sq=5'], 2, /did you mean sp/],
    [['furnaec.sp=5'], 2, /did you mean furnace/],
    [['furnace.sp=600', '--ttl', '5m'], 9, /ttlMs is 300000/],
    [['furnace.sp'], 'usage', /^$/],
    [['sp=5'], 'usage', /^$/],
    [['furnace.sp=600', '--lease', 'long'], 'usage', /^$/],
  ])('%j leaves with %s', async (words, code, said) => {
    const done = await run(['set', ...words, '-y']);
    expect(done.err).toMatch(said);
    expect(done.code).toBe(code);
    expect(bench.device.frames).toEqual([]);
  });

  test('what cannot be written is said before anybody is asked', async () => {
    const done = await run(['set', 'furnace.pv=5'], { answer: 'y' });
    expect(done).toMatchObject({ code: 9, asked: [] });
    expect(done.err).toMatch(/furnace\.pv: its device does not let it be written/);
  });

  test('without a question a point that is not to be written is an attempt: one result, one record', async () => {
    const done = await run(['set', 'furnace.pv=5', '-y', '--json']);
    expect(JSON.parse(done.out)).toMatchObject({ point: 'furnace.pv', outcome: 'refused' });
    const [record] = await control.audit({ limit: 1 });
    expect(record).toMatchObject({ point: 'furnace.pv', outcome: 'refused', who: { door: 'cli' } });
  });

  test('a reason, a lease and a key go with it', async () => {
    const words = ['furnace.sp=600', '-y', '--reason', 'run 14', '--lease', '5s', '--key', 'k1'];
    await run(['set', ...words]);
    const again = await run(['set', ...words, '--json']);
    expect(JSON.parse(again.out)).toMatchObject({ outcome: 'confirmed', old: 500, value: 600 });
    expect(bench.device.frames).toHaveLength(1);
    expect(bench.gate.status().leases.get('furnace.sp')?.ms).toBe(5_000);
    const [result] = await control.audit({ limit: 1 });
    expect(result).toMatchObject({ reason: 'run 14', who: { name: 'mei', door: 'cli' } });
  });

  test('a token is taken from the environment or the command', async () => {
    const sha256 = createHash('sha256').update(SECRET).digest('hex');
    access.use([{ name: 'scada', role: 'operator', sha256 }]);
    const words = ['set', 'furnace.sp=600', '-y'];
    expect(await run(words)).toMatchObject({
      code: 9,
      err: expect.stringContaining('this gateway wants a token') as string,
    });
    const env = { DINRAIL_TOKEN: SECRET };
    expect(await run(words, { env })).toMatchObject({
      code: 0,
      err: expect.stringContaining('logged as scada') as string,
    });
    expect(await run([...words, '--token', SECRET])).toMatchObject({ code: 0 });
  });
});

describe('maintenance', () => {
  test('on, status, off', async () => {
    const on = await run(['maintenance', 'on', 'furnace', '--why', 'new sensor', '--for', '2h']);
    expect(on.out).toMatch(/^furnace is locked by mei: new sensor, until \S+\n$/);
    expect((await run(['maintenance', 'status'])).out).toBe(on.out);
    expect((await run(['set', 'furnace.sp=600', '-y'])).code).toBe(9);
    const other = await run(['maintenance', 'off', 'furnace'], { env: { USER: 'ali' } });
    expect([other.code, other.err]).toEqual([9, expect.stringContaining('only they or an admin')]);
    expect(await run(['maintenance', 'off', 'furnace'])).toMatchObject({
      ...{ code: 0, out: 'nothing is locked\n' },
    });
  });

  test.each([
    [['on', 'furnace'], 'usage'],
    [['on', 'furnace', '--why', 'x', '--for', 'long'], 'usage'],
    [['on', 'furnace', '--why', 'x', '--until', 'late'], 'usage'],
    [['on', 'furnace', '--why', 'x', '--for', '1h', '--until', '2026-03-01T16:00:00Z'], 'usage'],
    [['on', 'furnaec', '--why', 'x'], 2],
    [['pause'], 'usage'],
  ])('%j leaves with %s', async (words, code) => {
    expect((await run(['maintenance', ...words])).code).toBe(code);
  });
});
