import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RequestTimeoutError } from '../base/errors.ts';
import { systemClock } from '../base/system-clock.ts';
import { loadSite } from '../config/load-site.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { listenTcp } from '../server/listen-tcp.ts';
import { plainImage } from '../server/unit-tables.ts';
import type { BenchLine, BenchQuestion } from '../workbench/bench-line.ts';
import { testDevice } from './test-device.ts';

let folder: string;
let running: SiteConfig;
let asked: BenchQuestion[];
let device: Awaited<ReturnType<typeof listenTcp>> | undefined;

const RUNNING = `
lines:
  bus: serial:/dev/ttyUSB9 9600 8N1
devices:
  meter1: { line: bus, unit: 1, points: { power: "hr:1 u16 W" } }
`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-test-'));
  running = await siteOf(RUNNING);
  asked = [];
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await device?.close();
  device = undefined;
});

async function siteOf(text: string): Promise<SiteConfig> {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, `version: 1\n${text}`);
  const { site, issues } = await loadSite(file, { env: {}, profilesDirs: [] });
  if (site === undefined) throw new Error(JSON.stringify(issues));
  return site;
}

/** A line on which every register holds its own address. */
const LINE: BenchLine = {
  async read(question) {
    asked.push(question);
    if (question.unit === 9) throw new RequestTimeoutError('no answer within 1000 ms');
    const words = Array.from({ length: question.count }, (_, index) => question.start + index);
    return {
      data: Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255])),
      tookMs: 1,
      at: 0,
    };
  },
};

async function ask(text: string, name = 'meter1') {
  const bench = (line: string): BenchLine | undefined => (line === 'bus' ? LINE : undefined);
  return testDevice(await siteOf(text), name, { clock: systemClock, running, bench });
}

test('a device is asked as the text says, through the line that runs', async () => {
  const found = await ask(RUNNING.replace('hr:1 u16 W', 'hr:7 u16 *0.1 kW'));
  expect(found).toMatchObject({ line: 'running', requests: 1, more: 0 });
  expect(found?.points).toEqual([
    { name: 'power', unit: 'kW', decimals: 1, value: 0.7, text: '0.7 kW', raw: [7] },
  ]);
  expect(found?.problem).toBeUndefined();
  expect(asked).toEqual([{ unit: 1, table: 'holding', start: 7, count: 1 }]);
});

test('a line under another name is the same line where it is the same port', async () => {
  const found = await ask(RUNNING.replaceAll('bus', 'other').replace('unit: 1', 'unit: 2'));
  expect(found).toMatchObject({ line: 'running' });
  expect(asked.map(({ unit }) => unit)).toEqual([2]);
});

test('nobody speaks beside a port that is in use with other settings', async () => {
  const found = await ask(RUNNING.replace('9600', '19200'));
  expect(found).toMatchObject({ points: [], requests: 0 });
  expect(found?.problem).toContain('/dev/ttyUSB9 is in use by line bus');
  expect(asked).toEqual([]);
});

test('twenty points are asked at most, and a silent device says so', async () => {
  const points = Array.from({ length: 30 }, (_, at) => `p${at}: "hr:${at * 200}"`).join(', ');
  const many = await ask(RUNNING.replace('power: "hr:1 u16 W"', points));
  expect(many).toMatchObject({ more: 10, requests: 20 });
  expect(many?.points).toHaveLength(20);
  const silent = await ask(RUNNING.replace('unit: 1', 'unit: 9'));
  expect(silent).toMatchObject({
    requests: 1,
    points: [{ value: null, text: '—', cause: 'timeout' }],
  });
  expect(silent?.problem).toContain('no answer');
});

test('an address that nobody uses gets a connection of its own, and what is there is read', async () => {
  const tables = plainImage({ holding: 10 });
  tables.holding.setRegisters(1, [42]);
  device = await listenTcp({ port: 0, units: new Map([[1, tables]]), clock: systemClock });
  const at = `devices:\n  meter1: { at: "tcp://127.0.0.1:${device.port}", unit: 1, points: { power: "hr:1" } }\n`;
  expect(await ask(at)).toMatchObject({ line: 'own', requests: 1, points: [{ value: 42 }] });
});

test('an address where nobody is says so', async () => {
  const free = await listenTcp({ port: 0, units: new Map(), clock: systemClock });
  const { port } = free;
  await free.close();
  const at = `devices:\n  meter1: { at: "tcp://127.0.0.1:${port}", unit: 1, points: { power: "hr:1" } }\n`;
  const found = await ask(at);
  expect(found).toMatchObject({ line: 'own', points: [{ value: null }] });
  expect(found?.problem).toBeDefined();
});

test('what speaks by itself is not asked, and what is not there is nothing', async () => {
  const text = `${RUNNING}  host1: { at: "host:", points: { cpu: { host: cpu-temperature } } }\n`;
  expect((await ask(text, 'host1'))?.problem).toContain('come by themselves');
  expect(await ask(text, 'nobody')).toBeUndefined();
});
