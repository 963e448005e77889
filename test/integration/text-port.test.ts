/** Scripts of the furnace at the text port of a running gateway, with writing and the end of the program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { startProgram, type Program } from '../support/program.ts';
import { freePort } from '../support/reference-device.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinrail-text-'));
const tables = plainImage({ holding: 100, writable: true });
let device: ModbusServer;
let gateway: Program;
let port: number;
const frames: string[] = [];

function site(): string {
  return `
version: 1
writes: local
web: { listen: none }
devices:
  furnace1:
    at: tcp://127.0.0.1:${device.port}
    every: 100ms
    timeout: 500ms
    points:
      pv: { at: 'hr:1 i16 °C', valid: [-200, 2000] }
      sp: hr:2 i16 rw °C
      output: hr:4 u16
      rate: hr:35 u16
      total: hr:40 u32 rw
    writes:
      sp: { min: 0, max: 1200 }
      total: { min: 0, max: 5 }
servers:
  old: { type: text, listen: 127.0.0.1:${port}, device: furnace1, allowSet: true, allowExit: true }
`;
}

/** One request on a connection of its own, as the scripts have it: no line end, and all that comes. */
async function ask(request: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(received).toString()));
  });
}

beforeAll(async () => {
  port = await freePort();
  const interceptor = ({ functionCode, pdu }: { functionCode: number; pdu: Uint8Array }) => {
    if (functionCode > 4) frames.push(Buffer.from(pdu).toString('hex'));
    return undefined;
  };
  device = await listenTcp({ port: 0, units: tables, clock: systemClock, interceptor });
  tables.holding.setRegisters(1, [253, 1000, 0, 423]);
  tables.holding.set(35, 50);
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, site());
  gateway = startProgram(['run', file]);
  await gateway.said(/furnace1: answers/);
}, 30_000);

afterAll(async () => {
  await gateway.end('SIGKILL');
  await device.close();
  rmSync(folder, { recursive: true });
});

test('Set writes once through the gate, and no poll brings the old value back', async () => {
  await expect.poll(async () => ask('Get:1')).toBe('253.0');
  expect(await ask('Set:2:1005')).toBe('Ok');
  for (let round = 0; round < 10; round += 1) expect(await ask('Get:2')).toBe('1005.0');
  expect(frames).toEqual(['06000203ed']);
  expect(await ask('Set:2:1005')).toBe('Ok');
  expect(frames).toHaveLength(1);
});

test('what a rule forbids never reaches the device', async () => {
  const answers = await Promise.all(
    ['Set:2:1201', 'Set:2:65535', 'Set:40:1', 'Set:4:1', 'Set:2:7.5'].map(ask),
  );
  for (const answer of answers) expect(answer).toMatch(/^Exception occurred: /);
  expect(answers[2]).toBe('Exception occurred: register 40 is not writable');
  expect(frames).toHaveLength(1);
});

test('a broken sensor is told as the instrument sends it', async () => {
  tables.holding.set(1, 0x8000);
  await expect.poll(async () => ask('Get:1')).toBe('32768.0');
  tables.holding.set(1, 253);
  await expect.poll(async () => ask('Read')).toBe('PV=25.3;SP=100.5;SPrate=5.0;WOp=42.3');
});

test('many clients, and bytes that mean nothing, disturb nobody', async () => {
  const odd = [Buffer.from([0xff, 0xfe, 0x00, 0x80]), Buffer.from('Get'), Buffer.from('Set:2')];
  const answers = await Promise.all(
    Array.from({ length: 15 }, async (_, index) => ask(odd[index] ?? 'Get:4')),
  );
  expect(answers).toEqual([
    ...odd.map(() => 'Unknown command'),
    ...Array.from({ length: 12 }, () => '423.0'),
  ]);
});

test('Exit ends the whole program in order, with code 0', async () => {
  expect(await ask('Exit')).toBe('Exit');
  const { code, stderr } = await gateway.end();
  expect(code).toBe(0);
  expect(stderr).toMatch(/the program ends: a client of the text port asked for it/);
});
