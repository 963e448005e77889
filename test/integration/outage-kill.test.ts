import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutageJson } from '../../src/api/contract.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { UnitTables } from '../../src/server/unit-tables.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

let folder: string;
let tables: UnitTables;
let furnace: ModbusServer;
const running: Program[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-outage-'));
  tables = new UnitTables({ holding: { extents: [{ start: 0, count: 100 }] } });
  furnace = await listenTcp({ port: 0, units: tables, clock: systemClock });
});
afterEach(async () => {
  for (const program of running.splice(0)) await program.end('SIGKILL');
  await furnace.close();
  rmSync(folder, { recursive: true });
});

const WAIT = { timeout: 10_000, interval: 50 };

async function run(): Promise<{ program: Program; url: string }> {
  const program = startProgram(['run', join(folder, 'gateway.yaml')]);
  running.push(program);
  const [, url = ''] = await program.said(/the page is at (http:\S+)/);
  return { program, url };
}

async function ask(url: string): Promise<readonly OutageJson[]> {
  return (await (await fetch(`${url}api/v1/outages`)).json()) as OutageJson[];
}

test(
  'a power cut is reported after the start: last before, first after, how long, lowest, highest',
  { timeout: 100_000 },
  async () => {
    writeFileSync(
      join(folder, 'gateway.yaml'),
      `version: 1
name: furnace-pi
web: { listen: 127.0.0.1:0 }
devices:
  furnace1: { at: 'tcp://127.0.0.1:${furnace.port}', points: { pv: hr:1 i16 °C, sp: hr:2 i16 °C }, every: 100ms }
outages: { gap: 1s, settle: 4s, report: [furnace1.pv] }
`,
    );
    tables.holding.setRegisters(1, [812, 900]);
    const first = await run();
    const value = async (): Promise<string> =>
      (await fetch(`${first.url}api/v1/values/furnace1/pv?format=plain`)).text();
    await expect.poll(value, WAIT).toBe('812\n');
    // What is on the disk behind the value was written after it.
    const signs = signsOfLife();
    await expect.poll(signsOfLife, WAIT).toBeGreaterThan(signs + 1);
    await first.program.end('SIGKILL');

    const killedAt = systemClock.now();
    tables.holding.setRegisters(1, [640]);
    await expect.poll(() => systemClock.now() - killedAt, WAIT).toBeGreaterThan(1_500);
    const second = await run();
    await second.program.said(/a value is back after an outage/);
    tables.holding.setRegisters(1, [635]);
    await second.program.said(/report of an outage/);
    const [report, ...more] = await ask(second.url);
    expect(more).toEqual([]);
    expect(report).toMatchObject({
      ...{ device: 'furnace1', point: 'pv', unit: '°C' },
      // On a busy machine the first value may come more than the gap after the start.
      reason: expect.stringMatching(/^(gateway-off|both)$/) as string,
      ...{ before: { value: 812 }, after: { value: 640 }, lowest: 635, highest: 640 },
      settling: false,
    });
    expect(report?.seconds).toBeGreaterThan(1.5);
    expect(report?.seconds).toBeLessThan(100);

    const printed = await runProgramToEnd(['outages', '--gateway', second.url]);
    expect(printed.stdout).toMatch(/furnace1\.pv .* 812 °C .* 640 °C .* gateway (was )?off/);
    await second.program.end('SIGTERM');
    const kept = readFileSync(join(folder, 'dinrail-data/outages.jsonl'), 'utf8');
    expect(kept.trim().split('\n')).toHaveLength(1);

    const third = await run();
    expect((await ask(third.url))[0]).toMatchObject({ before: { value: 812 }, lowest: 635 });
    expect((await third.program.end('SIGTERM')).code).toBe(0);
  },
);

/** How many the journal has on the disk. */
function signsOfLife(): number {
  const journal = join(folder, 'dinrail-data/journal');
  const texts = readdirSync(journal).map((name) => readFileSync(join(journal, name), 'latin1'));
  return texts.join('').split('outage-mark').length - 1;
}
