import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeSite } from '../../test/support/fake-site.ts';
import { ADMIN, GateBench, SETPOINT } from '../../test/support/gate-bench.ts';
import {
  ConnectError,
  ModbusExceptionError,
  NotSentError,
  OverloadError,
  RequestTimeoutError,
} from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { listAudit } from '../gate/audit-read.ts';
import type { RegisterDoor } from '../gate/register-writes.ts';
import { refusal } from '../gate/write-request.ts';
import type { BenchAnswer, BenchLine, BenchQuestion } from '../workbench/bench-line.ts';
import { Workbench, type WorkbenchControl } from '../workbench/workbench.ts';
import { Access } from './access.ts';
import type { ConfigControl } from './config-control.ts';
import type { ProblemJson, ScanJson, WorkbenchJson } from './contract.ts';
import { startApi, type Api } from './server.ts';

let api: Api;
let bench: GateBench;
let workbench: Workbench;
let asked: BenchQuestion[];
let answer: (question: BenchQuestion) => Promise<BenchAnswer>;
const access = new Access();
const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const as = (role: string) => ({ authorization: `Bearer ${role}-of-the-workbench` });

const LINE: BenchLine = {
  async read(question) {
    asked.push(question);
    return answer(question);
  },
};
/** Two registers, or sixteen bits. */
const DATA = Uint8Array.of(0x12, 0x34, 0xab, 0xcd);

const CONFIG = {
  files: async () => ({
    ok: { files: [{ name: 'gateway.yaml', kind: 'site', text: '', etag: '' }], mayChange: true },
  }),
} as unknown as ConfigControl;

// One server; each test has a workbench of its own behind it.
const behind: WorkbenchControl = new Proxy({} as WorkbenchControl, {
  get: (_, name) => {
    const value = Reflect.get(workbench, name) as unknown;
    return typeof value === 'function' ? (value.bind(workbench) as unknown) : value;
  },
});

beforeAll(async () => {
  ({ bench } = { bench: await GateBench.open([SETPOINT]) });
  const { clock } = bench;
  const device = { name: 'furnace', line: 'bus', unit: 7, state: 'good' as const };
  const counts = { polls: 0, failures: 0, skipped: 0 };
  const site = Object.assign(new FakeSite(clock), {
    devices: () => [
      { ...device, ...counts },
      { ...device, ...counts, name: 'bms', line: 'can' },
    ],
    lines: () => ['bus', 'can'].map((name) => ({ name }) as never),
  });
  workbench = workbenchOf(bench);
  api = await startApi({
    ...{
      site,
      clock,
      logger: silentLogger,
      version: '1',
      webRoot: '/no',
      workbench: behind,
      config: CONFIG,
    },
    ...{ access, listen: { host: '127.0.0.1', port: 0 } },
  });
});
afterAll(async () => api.close());
beforeEach(async () => {
  access.use(
    (['viewer', 'operator', 'admin'] as const).map((role) => ({
      ...{ name: `${role}-1`, role, sha256: sha256(`${role}-of-the-workbench`) },
    })),
  );
  bench = await GateBench.open([SETPOINT]);
  bench.device.words[100] = 0x2ee;
  workbench = workbenchOf(bench);
  asked = [];
  answer = async () => ({ data: DATA, tookMs: 12.345, at: bench.clock.wallMicros() });
});

function workbenchOf({ gate, clock }: GateBench): Workbench {
  const registers: RegisterDoor = {
    writeRegisters: async (wish) => gate.writeRegisters(wish),
    unlockRegisters: async (who, why) => gate.unlockRegisters(who, why),
    lockRegisters: async (who) => gate.lockRegisters(who),
    unlocks: () => gate.unlocks(),
    registersProblem: (device) =>
      device === 'furnace' ? undefined : refusal('device-off', `nothing is written to ${device}`),
  };
  return new Workbench({
    ...{ registers, clock },
    lineOf: (name) => (name === 'bus' ? LINE : undefined),
    planName: async ([file], { name }) =>
      name === 'taken'
        ? { message: 'there is a point taken already', hint: 'take another name' }
        : { file: file?.name ?? '', edits: [{ path: ['points', name], value: 'hr:100 u16' }] },
  });
}

async function ask(method: string, path: string, body?: unknown, role = 'operator') {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(new URL(`/api/v1/workbench${path}`, api.url), {
    ...{ method, headers: { ...json, ...as(role) } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Partial<ProblemJson> };
}

const QUESTION = { device: 'furnace', table: 'holding', start: 100, count: 2 };

describe('reading', () => {
  test('answers with words, when they came and how long the line was busy', async () => {
    const { status, body } = await ask('POST', '/read', QUESTION);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ line: 'bus', unit: 7, table: 'holding', start: 100, count: 2 },
      ...{ words: [0x1234, 0xabcd], ms: 12.3, time: expect.stringContaining('T') as unknown },
    });
    expect(asked).toEqual([{ unit: 7, table: 'holding', start: 100, count: 2 }]);
  });

  test('of coils answers with bits', async () => {
    const { body } = await ask('POST', '/read', { ...QUESTION, table: 'coil', count: 5 });
    expect(body).toMatchObject({ bits: [0, 1, 0, 0, 1] });
  });

  test.each([
    [{ device: 'furnace', unit: 9 }, 9],
    [{ line: 'bus', unit: 200 }, 200],
  ])('asks another unit of the line for %o', async (target, unit) => {
    const { device: _, ...question } = QUESTION;
    await ask('POST', '/read', { ...question, ...target });
    expect(asked).toMatchObject([{ unit }]);
  });

  const failures: [string, Error, status: number, code: string, words: RegExp][] = [
    ['2', new ModbusExceptionError(2, 3), 502, 'modbus-exception', /illegal data address.*100 to/s],
    ['1', new ModbusExceptionError(1, 3), 502, 'modbus-exception', /no such table/],
    ['11', new ModbusExceptionError(11, 3), 502, 'modbus-exception', /no such unit behind/],
    ['timeout', new RequestTimeoutError('no answer'), 504, 'request-timeout', /unit is right/],
    ['queue', new OverloadError('4 wait'), 429, 'overload', /wait for the answers/],
    ['busy', new NotSentError('no time'), 503, 'not-sent', /poll less/],
    ['away', new ConnectError('refused'), 503, 'no-connection', /look at the line/],
  ];
  test.each(failures)('tells of %s in words', async (_, error, status, code, words) => {
    answer = async () => Promise.reject(error);
    const found = await ask('POST', '/read', QUESTION);
    expect(found).toMatchObject({ status, body: { code } });
    expect(`${found.body.detail ?? ''} ${found.body.fix ?? ''}`).toMatch(words);
  });

  const refusals: [string, unknown, status: number, code: string][] = [
    ['no body that makes sense', { ...QUESTION, table: 'x' }, 400, 'wrong-body'],
    ['a key too many', { ...QUESTION, type: 'f32' }, 400, 'wrong-body'],
    ['a line without a unit', { ...QUESTION, device: undefined, line: 'bus' }, 400, 'wrong-body'],
    ['both a device and a line', { ...QUESTION, line: 'bus' }, 400, 'wrong-body'],
    ['half a register', { ...QUESTION, start: 0.5 }, 400, 'wrong-body'],
    ['too many', { ...QUESTION, count: 126 }, 400, 'invalid-request'],
    ['another device', { ...QUESTION, device: 'press' }, 404, 'no-such-device'],
    ['a device that speaks by itself', { ...QUESTION, device: 'bms' }, 404, 'no-such-line'],
    ['another line', { ...QUESTION, device: undefined, line: 'x', unit: 1 }, 404, 'no-such-line'],
  ];
  test.each(refusals)('%s is refused', async (_, question, status, code) => {
    expect(await ask('POST', '/read', question)).toMatchObject({ status, body: { code } });
    expect(asked).toEqual([]);
  });
});

test('what can be asked is told with why it cannot be written', async () => {
  await bench.gate.unlockRegisters({ ...ADMIN, name: 'jo' }, 'looking');
  const { body } = await ask('GET', '');
  const { lines, unlocks } = body as WorkbenchJson;
  expect(lines).toEqual([{ name: 'bus', devices: [{ name: 'furnace', unit: 7 }] }]);
  expect(unlocks).toMatchObject([{ who: 'jo', reason: 'looking', from: 'local', mine: false }]);
});

test('a scan runs one at a time, can be looked at and ended', async () => {
  const begun = await ask('POST', '/scans', { ...QUESTION, count: 500 });
  expect(begun).toMatchObject({ status: 200, body: { state: 'finding', id: '1' } });
  expect(await ask('POST', '/scans', QUESTION)).toMatchObject({ status: 429 });
  await expect
    .poll(async () => ((await ask('GET', '/scans/1')).body as ScanJson).state)
    .toBe('watching');
  expect((await ask('DELETE', '/scans/1')).body).toMatchObject({
    ...{ state: 'stopped', found: [{ start: 100, count: 500 }] },
  });
  expect(await ask('GET', '/scans/2')).toMatchObject({ status: 404 });
});

describe('writing', () => {
  const WRITE = { device: 'furnace', start: 100, words: [0x2ef], reason: 'try' };
  const unlock = async (role = 'admin') => ask('POST', '/unlock', { reason: 'finding' }, role);

  test('is refused while it is locked, and stands in the audit once it is not', async () => {
    expect(await ask('POST', '/write', WRITE, 'admin')).toMatchObject({
      ...{ status: 403, body: { code: 'locked' } },
    });
    expect(await unlock()).toMatchObject({ status: 200, body: [{ who: 'admin-1', mine: true }] });
    const written = await ask('POST', '/write', WRITE, 'admin');
    expect(written).toMatchObject({
      status: 200,
      body: { outcome: 'confirmed', old: '02ee', readback: '02ef', point: 'furnace.hr:100' },
    });
    const [last] = await listAudit(bench.folder, { kind: 'result' });
    expect(last).toMatchObject({
      ...{ point: 'furnace.hr:100', old: '02ee', value: '02ef', reason: 'try' },
      who: { name: 'admin-1', door: 'workbench', from: 'local' },
    });
    expect(await ask('DELETE', '/unlock', undefined, 'admin')).toMatchObject({ body: [] });
    expect(await ask('POST', '/write', WRITE, 'admin')).toMatchObject({ status: 403 });
  });

  test('of one coil is a bit', async () => {
    await unlock();
    const { words: _, ...rest } = WRITE;
    const { body } = await ask('POST', '/write', { ...rest, bits: [1] }, 'admin');
    expect(body).toMatchObject({ outcome: 'confirmed', value: true, point: 'furnace.co:100' });
  });

  const refusals: [string, object, status: number, code: string][] = [
    ['the register of a point', { start: 2 }, 403, 'named'],
    ['two kinds at once', { bits: [1] }, 400, 'wrong-body'],
    ['nothing', { words: [] }, 400, 'wrong-body'],
    ['more than a word', { words: [0x1_0000] }, 400, 'wrong-body'],
    ['another device', { device: 'press' }, 404, 'no-such-device'],
  ];
  test.each(refusals)('%s is refused', async (_, change, status, code) => {
    await unlock();
    const found = await ask('POST', '/write', { ...WRITE, ...change }, 'admin');
    expect(found).toMatchObject({ status, body: { code } });
    expect(bench.device.frames).toEqual([]);
  });

  test('without a reason is not unlocked', async () => {
    expect(await ask('POST', '/unlock', { reason: ' ' }, 'admin')).toMatchObject({ status: 400 });
  });
});

describe('naming', () => {
  const WISH = { device: 'furnace', table: 'holding', start: 100, name: 'flow', type: 'u16' };
  const name = async (wish: object) => ask('POST', '/name', { ...WISH, ...wish }, 'admin');

  test('answers with the file and what would change in it', async () => {
    expect(await name({})).toMatchObject({
      status: 200,
      body: { file: 'gateway.yaml', edits: [{ path: ['points', 'flow'], value: 'hr:100 u16' }] },
    });
  });

  test.each([
    [{ name: 'taken' }, 422, 'wrong-name'],
    [{ device: 'press' }, 404, 'no-such-device'],
    [{ decimals: -1 }, 400, 'invalid-request'],
    [{ start: 70_000 }, 400, 'invalid-request'],
  ])('%o is refused', async (wish, status, code) => {
    expect(await name(wish)).toMatchObject({ status, body: { code } });
  });
});

describe('who may not:', () => {
  const rows: [role: string, method: string, path: string, body?: unknown][] = [
    ['viewer', 'GET', ''],
    ['viewer', 'POST', '/read', QUESTION],
    ['viewer', 'POST', '/scans', QUESTION],
    ['viewer', 'DELETE', '/scans/1'],
    ['operator', 'POST', '/unlock', { reason: 'x' }],
    [
      'operator',
      'POST',
      '/name',
      { device: 'furnace', table: 'holding', start: 1, name: 'a', type: 'u16' },
    ],
    ['operator', 'POST', '/write', { device: 'furnace', start: 100, words: [1] }],
  ];
  test.each(rows)('%s %s %s', async (role, method, path, body) => {
    expect(await ask(method, path, body, role)).toMatchObject({
      ...{ status: 403, body: { code: 'role' } },
    });
    expect(asked).toEqual([]);
  });
});
