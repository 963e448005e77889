/** The demonstration: simulated devices and a gateway in one program, which leaves nothing behind. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinrail-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const running: Program[] = [];
afterEach(async () => {
  for (const program of running.splice(0)) await program.end('SIGTERM');
});

const leftBehind = (): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('dinrail-demo'));

function startDemo(...args: string[]): Program {
  const program = startProgram(['demo', '--web', '127.0.0.1:0', ...args], { TMPDIR: folder });
  running.push(program);
  return program;
}

test('shows all installations with good values, and leaves nothing behind', async () => {
  const demo = startDemo();
  for (const [device, points] of [
    ['furnace1', /pv \d+ °C/],
    ['bms', /system_voltage 49\d\.\d V/],
    ['main_meter', /frequency [45]\d\.\d+ Hz/],
    ['dye01', /process \w+/],
    ['dye02', /process \w+/],
    ['dye03', /process \w+/],
    ['pv1', /p_ac \d+ W/],
  ] as const) {
    const [, values = ''] = await demo.said(new RegExp(`^${device} +good +all \\d+ +(.*)$`, 'm'));
    expect(values, device).toMatch(points);
  }
  expect(leftBehind()).toHaveLength(1);
  expect((await demo.end('SIGTERM')).code).toBe(0);
  expect(leftBehind()).toEqual([]);
});

test('shows every point of one installation to who wants them', async () => {
  const demo = startDemo('--site', 'battery', '--points');
  await demo.said(/monoblock_32_voltage +12\.\d+ +V +good/);
  const { stdout, code } = await demo.end('SIGINT');
  expect(stdout).not.toMatch(/furnace1/);
  expect([code, leftBehind()]).toEqual([0, []]);
});

test('says so when a port is taken, and takes another', async () => {
  const first = startDemo('--site', 'meter');
  await first.said(/main_meter +good/);
  const second = startDemo('--site', 'meter');
  const [, port = ''] = await second.said(/port 1503 is in use, taking (\d+)/);
  await second.said(new RegExp(`main_meter .* tcp :${port} `));
  await second.said(/main_meter +good/);
});

test('stops by itself after the time that was asked for', async () => {
  const { code } = await runProgramToEnd(
    ['demo', '--site', 'pv', '--for', '500ms', '--web', '127.0.0.1:0'],
    { TMPDIR: folder },
  );
  expect([code, leftBehind()]).toEqual([0, []]);
});

test.each([
  [['--site', 'boiler'], 2, /none of furnace, battery, meter, dyeing, pv/],
  [['--for', '5'], 2, /5s or 5ms/],
  [['--web', 'nowhere'], 3, /listen/],
])('%j is refused, and nothing is left behind', async (words, expected, said) => {
  const { code, stderr } = await runProgramToEnd(['demo', ...words], { TMPDIR: folder });
  expect(stderr).toMatch(said);
  expect([code, leftBehind()]).toEqual([expected, []]);
});
