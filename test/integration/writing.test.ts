/** Writes through a running gateway, from the wish to the wire and into the audit. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import type { InterceptedRequest } from '../../src/server/fault.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';
import { freePort } from '../support/reference-device.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinrail-writing-'));
const file = join(folder, 'gateway.yaml');
const gate = join(folder, 'dinrail-data', 'gate');
const TOKEN = 'operator-0123456789abcdef';
const ENV = { USER: 'mei', DINRAIL_TOKEN: '', SCADA_TOKEN: TOKEN };

/** Writes that reached the device: function code, address, and what else is in the frame. */
const frames: string[] = [];
/** What the device does with the next write. */
let onWrite: () => Promise<'normal' | 'none'> = async () => 'normal';
const tables = plainImage({ holding: 100, coils: 10, writable: true });

let device: Awaited<ReturnType<typeof listenTcp>>;
let gateway: Program;
let api: string;
let port: number;

async function intercept({ functionCode, pdu }: InterceptedRequest) {
  if (functionCode < 5) return undefined;
  frames.push(Buffer.from(pdu).toString('hex'));
  return { answer: await onWrite() };
}

function site({ writes = 'local', web = '', rules = '' } = {}): string {
  const at = `tcp://127.0.0.1:${device.port}`;
  return [
    'version: 1',
    `writes: ${writes}`,
    `web: { listen: 127.0.0.1:${port}${web} }`,
    'devices:',
    '  furnace1:',
    `    at: ${at}`,
    '    every: 100ms',
    '    timeout: 500ms',
    '    points:',
    '      setpoint: { at: "hr:2 i16 rw °C", write: { min: 0, max: 1200, maxChange: 400, wear: { cycles: 100000 } } }',
    '      door: hr:5.0',
    '      limit: { at: "hr:6 u16 rw", write: { min: 0, max: 10 } }',
    '      fan: { at: "hr:7.3", write: { function: mask } }',
    '      pump: co:4 bool rw',
    '      batch: hr:20 str(6) rw',
    '      heat: { at: "hr:8 u16 rw", write: { min: 0, max: 100, lease: { safeValue: 20, max: 5s } } }',
    '    writes:',
    `      setpoint: { max: 900${rules} }`,
    '      fan: true',
    '      pump: true',
    '      batch: true',
    '      heat: true',
    '',
  ].join('\n');
}

async function start(): Promise<void> {
  gateway = startProgram(['run', file], ENV);
  await gateway.said(/furnace1: answers/);
}

/** Rewrites the site file; resolves when it is applied. */
async function apply(settings: Parameters<typeof site>[0]): Promise<void> {
  const applied = (): number => (gateway.text().match(/configuration applied/g) ?? []).length;
  const before = applied();
  writeFileSync(file, site(settings));
  await expect.poll(applied, { timeout: 10_000 }).toBeGreaterThan(before);
}

async function put(value: unknown, headers: object = {}, point = 'setpoint') {
  const answer = await fetch(`${api}/api/v1/values/furnace1/${point}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ value }),
  });
  return { status: answer.status, ...((await answer.json()) as { code: string; id?: string }) };
}

const cli = async (...words: readonly string[]) =>
  runProgramToEnd(words, { ...ENV, DINRAIL_GATEWAY: api });

beforeAll(async () => {
  port = await freePort();
  api = `http://127.0.0.1:${port}`;
  const common = { units: tables, clock: systemClock, framing: 'mbap' } as const;
  device = await listenTcp({ ...common, port: 0, interceptor: intercept });
  tables.holding.setRegisters(2, [500]);
  writeFileSync(file, site());
  await start();
}, 30_000);

afterAll(async () => {
  await gateway.end('SIGTERM');
  await device.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  frames.length = 0;
  onWrite = async () => 'normal';
});

describe('a site that lets one point be written', () => {
  test('writes it for a program, and shows it at once', async () => {
    expect(await put(700)).toMatchObject({ status: 200, outcome: 'confirmed', old: 500 });
    expect(frames).toEqual(['06000202bc']);
    const shown = await fetch(`${api}/api/v1/values/furnace1/setpoint?format=plain`);
    expect(await shown.text()).toBe('700\n');
  });

  test('writes it from the command line, which says old, new, limits and wear', async () => {
    const { code, stderr } = await cli('set', 'furnace1.setpoint=650', '-y', '--reason', 'run 14');
    expect(stderr).toMatch(/furnace1\.setpoint \(hr:2\) +now 700 °C +→ +650 °C +limits 0 … 900 °C/);
    expect(stderr).toMatch(/memory wear: 1 writes today, 1 of 100 000 in the life of the device/);
    expect(stderr).toMatch(/confirmed: setpoint is 650, read back.*logged as mei/);
    expect(code).toBe(0);
    expect(frames).toEqual(['060002028a']);
  });

  test.each<[string, () => Promise<{ code: string }>, string]>([
    ['a value above the limit of the device', async () => put(950), 'range'],
    ['a value beyond 16 bits', async () => put(65_536 + 700), 'not-encodable'],
    ['a step that is too large', async () => put(100), 'max-change'],
    ['a word', async () => put('hot'), 'type'],
    ['a point that is only read', async () => put(true, {}, 'door'), 'not-writable'],
    ['a point that is not listed', async () => put(5, {}, 'limit'), 'not-writable'],
    [
      'a page of another port',
      async () => put(700, { origin: 'http://127.0.0.1:1' }),
      'foreign-site',
    ],
    [
      'a page of another site',
      async () => put(700, { 'sec-fetch-site': 'cross-site' }),
      'foreign-site',
    ],
    ['a form', async () => put(700, { 'content-type': 'text/plain' }), 'no-json'],
    ['a token that nobody has', async () => put(700, { authorization: 'Bearer x' }), 'wrong-token'],
  ])('%s reaches no wire', async (_, ask, code) => {
    expect(await ask()).toMatchObject({ code });
    expect(frames).toEqual([]);
  });

  test.each([
    ['a bit of a register', 'fan', true, '160007fff70008'],
    ['a coil', 'pump', 'on', '050004ff00'],
    ['a text in three registers, in one frame', 'batch', 'B 4711', '1000140003064220343731 31'],
  ])('%s', async (_, point, value, frame) => {
    tables.holding.setRegisters(7, [0b0101]);
    expect(await put(value, {}, point)).toMatchObject({ status: 200, outcome: 'confirmed' });
    expect(frames).toEqual([frame.replace(' ', '')]);
    if (point === 'fan') expect(tables.holding.registers(7, 1)[0]).toBe(0b1101);
  });

  test('a value that nobody renews gives way to the safe one', async () => {
    const answer = await fetch(`${api}/api/v1/values/furnace1/heat`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ value: 80, leaseMs: 700 }),
    });
    expect(answer.status).toBe(200);
    expect(frames).toEqual(['0600080050']);
    await expect.poll(() => frames.at(-1), { timeout: 5_000 }).toBe('0600080014');
    expect(frames).toHaveLength(2);
  });

  test('a refusal on the command line leaves with 9, and nobody to ask writes nothing', async () => {
    const [range, alone] = await Promise.all([
      cli('set', 'furnace1.setpoint=950', '-y'),
      cli('set', 'furnace1.setpoint=600'),
    ]);
    expect(range.stderr).toMatch(/refused: setpoint: 950 is above the highest, 900 °C/);
    expect(alone.stderr).toMatch(/nobody is here to confirm/);
    expect([range.code, alone.code, frames]).toEqual([9, 9, []]);
  });

  test('a device under maintenance is left alone', async () => {
    const locked = await cli('maintenance', 'on', 'furnace1', '--why', 'new sensor', '--for', '2h');
    expect(locked.stdout).toMatch(/furnace1 is locked by mei: new sensor, until /);
    expect(await put(660)).toMatchObject({ status: 409, code: 'maintenance' });
    expect((await cli('maintenance', 'off', 'furnace1')).stdout).toBe('nothing is locked\n');
    expect(frames).toEqual([]);
  });

  test('a condition that is not met stops it, and one that is lets it pass', async () => {
    await apply({ rules: ', interlocks: [{ if: door, message: close the door }]' });
    expect(await put(660)).toMatchObject({ status: 409, code: 'interlock' });
    expect(frames).toEqual([]);
    tables.holding.setRegisters(5, [1]);
    await expect.poll(async () => (await put(660)).status).toBe(200);
    expect(frames).toEqual(['0600020294']);
  });

  test('with tokens, only who has one that may', async () => {
    await apply({ web: ', tokens: [{ name: scada, role: operator, token: "${SCADA_TOKEN}" }]' });
    expect(await put(670)).toMatchObject({ status: 401, code: 'token-needed' });
    const nearly = { authorization: `Bearer ${TOKEN.slice(0, -1)}x` };
    expect(await put(670, nearly)).toMatchObject({ status: 401, code: 'wrong-token' });
    expect(frames).toEqual([]);
    const { code, stderr } = await runProgramToEnd(['set', 'furnace1.setpoint=670', '-y'], {
      ...{ ...ENV, DINRAIL_GATEWAY: api, DINRAIL_TOKEN: TOKEN },
    });
    expect(stderr).toMatch(/confirmed.*logged as scada/);
    expect([code, frames]).toEqual([0, ['060002029e']]);
    expect(gateway.text()).not.toContain(TOKEN.slice(0, -1));
  });

  test('a site that writes nothing any more refuses', async () => {
    await apply({ writes: 'none' });
    expect(await put(680)).toMatchObject({ status: 403, code: 'writes-off' });
    expect(frames).toEqual([]);
    await apply({});
  });

  test('kill -9 in the middle: nothing is sent again, and the audit says that nobody knows', async () => {
    const arrived = new Promise<void>((resolve) => {
      onWrite = async () => {
        resolve();
        return 'none';
      };
    });
    const asked = put(690).catch(() => undefined);
    await arrived;
    await gateway.end('SIGKILL');
    await asked;
    expect(frames).toEqual(['06000202b2']);
    await start();
    const [checked, listed] = await Promise.all([
      cli('audit', 'verify', file),
      cli('audit', 'list', file, '--outcome', 'unknown'),
    ]);
    expect(checked.stdout).toMatch(/every line is as it was written/);
    expect(checked.code).toBe(0);
    expect(listed.stdout).toMatch(/furnace1\.setpoint {2}670 → 690 {2}unknown interrupted/);
    // Every frame of this file, and no more, is counted as wear of the register.
    const state = JSON.parse(readFileSync(join(gate, 'state.json'), 'utf8')) as {
      wear: Record<string, { total: number }>;
    };
    expect(state.wear['furnace1 hr:2']?.total).toBe(5);
    expect(frames).toHaveLength(1);
  }, 20_000);

  test('an audit that somebody has changed is found', async () => {
    const [name = ''] = readdirSync(gate).filter((it) => it.endsWith('.jsonl'));
    const path = join(gate, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace('run 14', 'run 15'));
    const { code, stderr } = await cli('audit', 'verify', file);
    expect(stderr).toMatch(/the line, or one before it, was changed/);
    expect(code).toBe(7);
  });
});
