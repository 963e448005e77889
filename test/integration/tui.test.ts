/** The terminal page in a real terminal: tmux shows it, presses its keys, and says how it was left. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { missing } from '../support/peers.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';
import { TmuxTerminal } from '../support/tmux.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

test('without a terminal it says so, and what there is instead', async () => {
  const { code, stderr, stdout } = await runProgramToEnd(['tui']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/no terminal.*dinrail get/);
});

describe.skipIf(missing('tmux'))('in a terminal', () => {
  let demo: Program;
  let gateway: string;
  let battery: string;
  const terminals: TmuxTerminal[] = [];

  beforeAll(async () => {
    demo = startProgram([
      ...['demo', '--site', 'battery', '--site', 'furnace', '--web', '127.0.0.1:0'],
    ]);
    [, battery = ''] = await demo.said(/bms +Anzen BMS +tcp :(\d+)/);
    [, gateway = ''] = await demo.said(/page +http:\/\/(\S+?)\/? /);
  });
  afterAll(async () => demo.end('SIGTERM'));
  afterEach(() => {
    for (const terminal of terminals.splice(0)) terminal.close();
  });

  function open(
    args: readonly string[] = [gateway],
    options: ConstructorParameters<typeof TmuxTerminal>[1] = {},
  ): TmuxTerminal {
    const terminal = new TmuxTerminal([process.execPath, MAIN, 'tui', ...args], options);
    terminals.push(terminal);
    return terminal;
  }

  const shows = async (terminal: TmuxTerminal, pattern: RegExp): Promise<void> => {
    await expect.poll(() => terminal.screen(), { interval: 100 }).toMatch(pattern);
  };

  /** The terminal is the shell's again: its screen, its cursor, its line. */
  async function isGivenBack(terminal: TmuxTerminal, code: number): Promise<void> {
    await shows(terminal, new RegExp(`^before-the-page\\n(?:[^]*\\n)?ended with ${code}`));
    expect(terminal.modes()).toEqual({ otherScreen: false, cursor: true, wrap: true });
    await expect.poll(() => readdirSync(terminal.folder)).toContain('stty-after');
    expect(terminal.isLineRestored()).toBe(true);
  }

  test('shows every screen, takes other sizes, exports, and leaves the terminal as it was', async () => {
    const terminal = open();
    await shows(terminal, /DEVICES {2}2[^]*furnace1 +● good[^]*LINES[^]*furnace_line/);
    expect(terminal.modes()).toEqual({ otherScreen: true, cursor: false, wrap: false });
    for (const [key, pattern] of [
      ['2', /POINTS {2}\d+ of \d+[^]*furnace1 +pv +\d+ +°C +[\d.]+ s +good/],
      ['3', /Monoblock voltage \(V\)[^]*▼12\.\d{3}▼/],
      ['4', /TRAFFIC[^]*furnace_line +[\d.]+ %[^]* > +1 {2}read [^]* < +1 /],
      ['5', /ALARMS[^]*Monoblock 32 voltage 12\.\d+ V: 0\.\d+ V be/],
      ['6', /SINKS {2}1[^]*furnace_table +csv/],
      ['?', /HELP[^]*quit/],
    ] as const) {
      terminal.press(key);
      await shows(terminal, pattern);
    }
    terminal.press('x', '1', 'Down', 'Enter');
    await shows(terminal, /bms +Battery string A[^]*▼12\.\d{3}▼[^]*>system_voltage/);
    terminal.press('Escape');
    await shows(terminal, /DEVICES {2}2/);

    terminal.press('2', '/', 's', 'o', 'c', 'Enter');
    await shows(terminal, /POINTS {2}1 of \d+ .* filter soc[^]*>bms +soc/);
    terminal.press('e');
    await shows(terminal, /1 rows in \/\S+\/dinrail-points-/);
    const [file = ''] = readdirSync(terminal.folder).filter((name) => name.endsWith('.csv'));
    expect(readFileSync(join(terminal.folder, file), 'utf8')).toMatch(
      /^time,device,point,value,unit,quality\n\S+,bms,soc,\d+,%,good\n$/,
    );

    terminal.press('Escape');
    await shows(terminal, /sorted as configured *\n/);
    terminal.press('1');
    terminal.resize(120, 40);
    await shows(terminal, /^ demo .*\[\?\] help *\n[^]*e export p pause \? help q quit/);
    expect(terminal.screen().split('\n')[38 + 1]).toMatch(/1 overview 2 points/);
    terminal.resize(60, 20);
    await shows(terminal, /this terminal has 60 x 20\nthe page needs 80 x 24/);
    terminal.resize(80, 24);
    await shows(terminal, /DEVICES {2}2/);

    terminal.press('q');
    await isGivenBack(terminal, 0);
  });

  test.each([
    ['C-c', 130],
    ['SIGTERM', 0],
    ['SIGHUP', 0],
  ] as const)('%s gives the terminal back, with code %d', async (how, code) => {
    const terminal = open();
    await shows(terminal, /DEVICES/);
    if (how === 'C-c') terminal.press('C-c');
    else process.kill(terminal.pid(), how);
    await isGivenBack(terminal, code);
  });

  test('Ctrl-Z lends the terminal to the shell, which gets its own screen and gives it back', async () => {
    const terminal = open();
    await shows(terminal, /DEVICES/);
    terminal.press('C-z');
    await shows(terminal, /^before-the-page\n(?:[^]*\n)?suspended\n/);
    await shows(terminal, /DEVICES/);
    terminal.press('q');
    await isGivenBack(terminal, 0);
    expect(terminal.screen()).not.toMatch(/DEVICES/);
  });

  test('a crash gives the terminal back, and its stack can be read', async () => {
    const source = (file: string): string =>
      JSON.stringify(join(import.meta.dirname, '../../src', file));
    const crash = [
      `const { processTerminal } = await import(${source('cli/process-terminal.ts')});`,
      'const listener = { keys() {}, resized() {}, gone() {} };',
      'processTerminal(process).open(listener);',
      'setTimeout(() => { throw new Error("crashed on purpose"); }, 100);',
    ].join('\n');
    const terminal = new TmuxTerminal([process.execPath, '--input-type=module', '-e', crash]);
    terminals.push(terminal);
    await shows(terminal, /crashed on purpose/);
    await isGivenBack(terminal, 1);
  });

  test(
    'says so when nobody answers, and goes on when somebody does again',
    { timeout: 40_000 },
    async () => {
      const args = ['demo', '--site', 'pv', '--web'];
      const first = startProgram([...args, '127.0.0.1:0']);
      const [, where = ''] = await first.said(/page +http:\/\/(\S+?)\/? /);
      const terminal = open([where]);
      await shows(terminal, /pv1 +● good/);
      await first.end('SIGKILL');
      await shows(terminal, /NO ANSWER from 127\.0\.0\.1:\d+ for [\d.]+ s[^]*was good/);
      const second = startProgram([...args, where]);
      await shows(terminal, /^ demo +pv1 +● good/);
      terminal.press('q');
      await isGivenBack(terminal, 0);
      await second.end('SIGTERM');
    },
  );

  test('writes through the gate, with its limits in sight, and shows what became of it', async () => {
    const tables = plainImage({ holding: 10, writable: true });
    tables.holding.set(2, 550);
    const device = await listenTcp({ port: 0, units: tables, clock: systemClock });
    const folder = mkdtempSync(join(tmpdir(), 'dinrail-test-'));
    const file = join(folder, 'gateway.yaml');
    writeFileSync(
      file,
      [
        'version: 1',
        'writes: local',
        'web: { listen: 127.0.0.1:0 }',
        'devices:',
        '  furnace1:',
        `    at: tcp://127.0.0.1:${device.port}`,
        '    every: 100ms',
        '    points: { setpoint: { at: "hr:2 i16 rw °C", write: { min: 0, max: 900 } } }',
        '    writes: [setpoint]',
        '',
      ].join('\n'),
    );
    const site = startProgram(['run', file]);
    try {
      const [, where = ''] = await site.said(/page is at http:\/\/(\S+?)\/?$/m);
      const terminal = open([where]);
      await shows(terminal, /furnace1 +● good[^]*>setpoint +550 +°C/);
      terminal.press('w');
      await shows(terminal, /WRITE furnace1\.setpoint[^]*now +550 °C[^]*limits +0 … 900 °C/);
      terminal.press('7', '5', '0', 'Enter');
      await shows(terminal, /type 750 again/);
      terminal.press('7', '5', '0', 'Enter');
      await shows(terminal, /done: confirmed: .*750.*read back/);
      expect(tables.holding.get(2)).toBe(750);
      terminal.press('x', 'w', '9', '0', '1', 'Enter');
      await shows(terminal, /type 901 again/);
      terminal.press('9', '0', '1', 'Enter');
      await shows(terminal, /not done: refused: /);
      expect(tables.holding.get(2)).toBe(750);
    } finally {
      await site.end('SIGTERM');
      await device.close();
      rmSync(folder, { recursive: true });
    }
  });

  test('reads a device itself, with a profile, and writes nothing there', async () => {
    const terminal = open([`tcp://127.0.0.1:${battery}`, '--profile', 'anzen/bms']);
    await shows(terminal, /bms +● good[^]*▼12\.\d{3}▼[^]*>system_voltage/);
    terminal.press('w');
    await shows(terminal, /no writing here: that needs a gateway/);
    terminal.press('q');
    await isGivenBack(terminal, 0);
  });

  test('shows colours where they are wanted, and plain signs without any in a plain locale', async () => {
    const coloured = open();
    const plain = open([gateway], { env: { LANG: 'C', NO_COLOR: '1' } });
    await shows(coloured, /DEVICES/);
    coloured.press('3');
    await shows(coloured, /▼12\.\d{3}▼/);
    expect(coloured.styledScreen()).toMatch(/\u001b\[[0-9;]*31m▼12\./);
    await shows(plain, /DEVICES/);
    plain.press('3');
    await shows(plain, /v12\.\d{3}v/);
    expect(plain.screen()).toMatch(/^[\n -~]*$/);
    expect(plain.styledScreen()).not.toMatch(/\u001b\[[0-9;]*3[1-7]/);
  });

  test('is refused where no gateway is, before the screen is touched', async () => {
    const terminal = open(['127.0.0.1:1']);
    await isGivenBack(terminal, 4);
    expect(terminal.screen()).toMatch(/no gateway at 127\.0\.0\.1:1/);
  });
});
