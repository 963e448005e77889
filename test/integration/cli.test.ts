import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { UnitTables } from '../../src/server/unit-tables.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinrail-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOLDING = { start: 0, count: 4000 };

/** A device in this process: what holds, what was asked, and what happens to a write. */
let tables: UnitTables;
let device: ModbusServer;
const asked: { start: number; count: number }[] = [];

beforeAll(async () => {
  tables = new UnitTables(
    {
      holding: { extents: [HOLDING], writable: [{ start: 0, count: 100 }] },
      coil: { extents: [{ start: 0, count: 16 }], writable: true },
    },
    {
      onWrite(table, start) {
        // Register 50 belongs to a controller that has its own mind.
        if (table === 'holding' && start === 50) tables.holding.set(50, 1);
      },
    },
  );
  device = await listenTcp({
    port: 0,
    units: new Map([[1, tables]]),
    unknownUnit: 'silence',
    clock: systemClock,
    interceptor: ({ pdu }) => {
      if (pdu[0] === 3)
        asked.push({ start: (pdu[1]! << 8) | pdu[2]!, count: (pdu[3]! << 8) | pdu[4]! });
      return undefined;
    },
  });
});
afterAll(async () => device.close());

const target = (): string => `127.0.0.1:${device.port}`;

describe('read', () => {
  test('prints values on stdout, and everything else on stderr', async () => {
    tables.holding.setRegisters(10, [0x4048, 0xf5c3, 7]);
    const { code, stdout, stderr } = await runProgramToEnd([
      'read',
      target(),
      'hr:10:f32',
      'hr:12',
    ]);
    expect(stdout).toBe('  hr:10  3.14  0x4048 0xF5C3\n  hr:12     7  0x0007\n');
    expect(stderr).toMatch(/unit 1 .* 1 request  \d+ ms/);
    expect(code).toBe(0);
  });

  test('gives the same object as everywhere under --json', async () => {
    tables.holding.setRegisters(20, [0xffff, 0xffff, 0xffff, 0xffff]);
    const { stdout } = await runProgramToEnd(['read', target(), 'hr:20:u64', '--json', '--utc']);
    expect(JSON.parse(stdout)).toEqual([
      {
        ...{ device: target(), point: 'hr:20', value: '18446744073709551615', exact: true },
        ...{ quality: 'good', raw: [65535, 65535, 65535, 65535], address: 'hr:20' },
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
    ]);
  });

  test.each([
    ['a wrong type', ['hr:0:float'], 2, /did you mean f32\?/],
    ['nothing to read', [], 2, /Name registers/],
    ['a register that is not there', ['hr:9000'], 6, /has no holding register 9000/],
    ['one that is there and one that is not', ['hr:0', 'hr:9000'], 8, /hr:9000/],
    [
      'a unit that does not answer',
      ['hr:0', '-u', '9', '--timeout', '100ms', '--retries', '0'],
      5,
      /unit 9/,
    ],
    ['a bare number as timeout', ['hr:0', '--timeout', '5'], 2, /5s or 5ms/],
  ])('of %s says so in words and in the exit code', async (_, words, expected, said) => {
    const { code, stderr } = await runProgramToEnd(['read', target(), ...words]);
    expect(stderr).toMatch(said);
    expect(code).toBe(expected);
  });

  test('of a closed port cannot open it', async () => {
    const { code, stderr } = await runProgramToEnd(['read', '127.0.0.1:1', 'hr:0']);
    expect(stderr).toMatch(/cannot connect to tcp:\/\/127\.0\.0\.1:1/);
    expect(code).toBe(4);
  });

  test('by the names of a profile takes patterns', async () => {
    const { stdout, code } = await runProgramToEnd([
      ...['read', target(), '-p', 'schneider/pm8000', 'voltage_*', '-f', 'csv'],
    ]);
    expect(stdout.split('\n').map((line) => line.split(',').slice(2).join(','))).toEqual([
      'point,value,unit,quality',
      'voltage_phase_a,0,V,good',
      'voltage_phase_b,0,V,good',
      'voltage_phase_c,0,V,good',
      '',
    ]);
    expect(code).toBe(0);
  });
});

test('watch prints a reading per interval, on its grid, when piped', async () => {
  const { stdout, code } = await runProgramToEnd([
    ...['watch', target(), 'hr:12', '-i', '50ms', '-n', '3', '-f', 'csv'],
  ]);
  const times = stdout
    .split('\n')
    .slice(1, -1)
    .map((line) => Date.parse(line.split(',')[0] ?? ''));
  expect(times).toHaveLength(3);
  // The grid is 0, 50, 100 ms; the first answer may come late, after the connection is made.
  expect(times[2]! - times[0]!).toBeGreaterThan(50);
  expect(code).toBe(0);
});

describe('write', () => {
  test('shows old and new, writes and reads back', async () => {
    tables.holding.set(30, 550);
    const { code, stderr } = await runProgramToEnd(['write', target(), 'hr:30=750', '-y']);
    expect(stderr).toMatch(/now 550 {2}→ {2}750/);
    expect(stderr).toMatch(/written, read back 750/);
    expect([code, tables.holding.get(30)]).toEqual([0, 750]);
  });

  test('of a coil and of a float', async () => {
    const { code } = await runProgramToEnd([
      'write',
      target(),
      'co:3=true',
      'hr:40:f32=21.5',
      '-y',
    ]);
    expect([code, tables.coil.get(3), [...tables.holding.registers(40, 2)]]).toEqual([
      ...[0, true],
      [0x41ac, 0],
    ]);
  });

  test.each([
    ['nobody confirms', ['hr:31=1'], 9, /add --yes/],
    ['the value does not fit', ['hr:31=65536', '-y'], 9, /refused: .*65535/],
    ['the table cannot be written', ['ir:31=1', '-y'], 9, /read only/],
    ['the profile forbids it', ['-p', 'eurotherm/3216', 'pv=1', '-y'], 9, /read only/],
    ['it is above the limit', ['-p', 'eurotherm/3216', 'setpoint=5000', '-y'], 9, /refused/],
    ['the device refuses', ['hr:200=1', '-y'], 6, /exception/],
    ['the device keeps something else', ['hr:50=5', '-y'], 10, /reads back as 1/],
    ['there is no value', ['hr:31', '-y'], 2, /no assignment/],
  ])('where %s', async (_, words, expected, said) => {
    tables.holding.set(31, 7);
    const { code, stderr } = await runProgramToEnd(['write', target(), ...words]);
    expect(stderr).toMatch(said);
    expect([code, tables.holding.get(31)]).toEqual([expected, 7]);
  });
});

describe('meter', () => {
  const host = (): string[] => ['meter', '--host', '127.0.0.1', '--port', String(device.port)];

  test('sends its three requests and logs one line per poll as Python does', async () => {
    tables.holding.setRegisters(2999, [0x40a8, 0]);
    tables.holding.setRegisters(3109, [0x4247, 0xeb85]);
    tables.holding.setRegisters(3203, [0, 0, 0x075b, 0xcd15]);
    asked.length = 0;
    const meter = startProgram([...host(), '--interval', '1']);
    const [line = ''] = await meter.said(/^.* - root - INFO - \{.*\}$/m);
    expect(line).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - root - INFO - \{'current_phase_a': 5\.25, /,
    );
    expect(line).toContain("'frequency': 49.97999954223633, 'active_energy_import': 123456789, ");
    expect(asked.slice(0, 3)).toEqual([
      { start: 2999, count: 78 },
      { start: 3109, count: 98 },
      { start: 3207, count: 36 },
    ]);
    const { code, stderr, stdout } = await meter.end('SIGINT');
    expect(stderr).toMatch(
      /INFO - Polling stopped by user\.\n.*INFO - Disconnected from Modbus device\.\n$/,
    );
    expect([code, stdout]).toEqual([0, '']);
  });

  test.each([
    [['--message_size', '126'], /1\.\.125/],
    [['--message_size', '3'], /active_energy_import/],
    [['--byteorder', 'MIDDLE'], /AUTO, BIG, LITTLE/],
    [['--interval', '0'], /--interval/],
  ])('refuses %j before anything is asked', async (words, said) => {
    asked.length = 0;
    const { code, stderr } = await runProgramToEnd([...host(), ...words]);
    expect(stderr).toMatch(said);
    expect([code, asked]).toEqual([2, []]);
  });

  test('wants to know where the meter is', async () => {
    expect((await runProgramToEnd(['meter'])).code).toBe(2);
  });

  test('outlives its meter, and says so', async () => {
    const first = await listenTcp({ port: 0, units: tables, clock: systemClock });
    const meter = startProgram([
      ...['meter', '--host', '127.0.0.1', '--port', String(first.port), '--interval', '0.2'],
    ]);
    await meter.said(/INFO - \{/);
    const { port } = first;
    await first.close();
    await meter.said(/ERROR - 127\.0\.0\.1:\d+: /);
    const again = await listenTcp({ port, units: tables, clock: systemClock });
    await meter.said(/ERROR[^]*INFO - \{/);
    await meter.end('SIGTERM');
    await again.close();
  });
});

describe('sim', () => {
  test('answers as a device, as another run of the program can see', async () => {
    const sim = startProgram(['sim', 'schneider/pm8000', '--listen', '0']);
    const [, port = ''] = await sim.said(/127\.0\.0\.1:(\d+) answers as Schneider/);
    const { stdout } = await runProgramToEnd([
      ...['read', `127.0.0.1:${port}`, '-p', 'schneider/pm8000', 'frequency', '-f', 'plain'],
    ]);
    expect(Math.abs(Number(stdout) - 50)).toBeLessThan(0.1);
    expect((await sim.end('SIGTERM')).code).toBe(0);
  });

  test('serves a plain register image that takes writes', async () => {
    const file = join(folder, 'image.yaml');
    writeFileSync(
      file,
      'profile: test/image\nimage: { coils: 3000, discrete: 3000, holding: 3000, input: 3000, writable: true }\n',
    );
    const sim = startProgram(['sim', file, '--listen', 'rtu+tcp://127.0.0.1:0']);
    const [, url = ''] = await sim.said(/(rtu\+tcp:\/\/127\.0\.0\.1:\d+) answers/);
    const wrote = await runProgramToEnd(['write', url, 'hr:2999=42', 'co:0=true', '-y']);
    const { stdout } = await runProgramToEnd([
      'read',
      url,
      'hr:2999',
      'co:0',
      'ir:2999',
      'di:0',
      '-f',
      'plain',
    ]);
    expect([wrote.code, stdout]).toEqual([0, '42\ntrue\n0\nfalse\n']);
    await sim.end('SIGTERM');
  });
});

describe('run', () => {
  let running: Program | undefined;
  afterEach(async () => {
    await running?.end('SIGKILL');
    running = undefined;
  });

  function site(name: string, web: string): string {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      [
        'version: 1',
        `name: ${name}`,
        `web: { listen: "${web}" }`,
        'defaults: { every: 100ms, timeout: 200ms }',
        'devices:',
        `  here: { at: "tcp://${target()}", points: { level: "hr:12 u16 /10 m", gone: "hr:9000 u16" } }`,
        '  away: { at: "tcp://127.0.0.1:1", points: { x: "hr:0 u16" } }',
        'sinks:',
        `  file: { type: jsonl, path: ${name}.jsonl }`,
        '  screen: { type: console, format: json }',
        '',
      ].join('\n'),
    );
    return file;
  }

  interface Json {
    readonly device: string;
    readonly point: string;
    readonly value: unknown;
    readonly quality: string;
    readonly cause?: string;
  }

  test('polls, serves the values, feeds the sinks, and stops in order', async () => {
    tables.holding.set(12, 4974);
    running = startProgram(['run', site('plant', '127.0.0.1:0')]);
    const [, url = ''] = await running.said(/the page is at (\S+)/);
    await running.said(/"device":"here","point":"level","value":497\.4/);
    await running.said(/"device":"away".*"cause":"no-connection"/);
    const values = (await (await fetch(new URL('api/v1/values', url))).json()) as
      { values: Json[] } | Json[];
    const list = Array.isArray(values) ? values : values.values;
    expect(
      list.map(({ device: d, point, value, quality, cause }) => [
        `${d}.${point}`,
        value,
        quality,
        cause,
      ]),
    ).toEqual([
      ['here.level', 497.4, 'good', undefined],
      ['here.gone', null, 'bad', 'exception-2'],
      ['away.x', null, 'bad', 'no-connection'],
    ]);
    expect((await fetch(new URL('healthz', url))).status).toBe(200);

    const startedAt = performance.now();
    const { code } = await running.end('SIGTERM');
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(code).toBe(0);
    const lines = readFileSync(join(folder, 'plant.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as Json)).toContainEqual(
      expect.objectContaining({ device: 'here', point: 'level', value: 497.4 }),
    );
  });

  test('stops within two seconds while a device is being waited for', async () => {
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const file = join(folder, 'silent.yaml');
    writeFileSync(
      file,
      `version: 1\nweb: { listen: none }\ndevices: { m: { at: "tcp://127.0.0.1:${port}", timeout: 30s, points: { x: "hr:0 u16" } } }\n`,
    );
    running = startProgram(['run', file]);
    await running.said(/dinrail .* runs silent/);
    const startedAt = performance.now();
    expect((await running.end('SIGINT')).code).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    silent.close();
  });

  test('applies a changed file, also on SIGHUP, and a broken one changes nothing', async () => {
    tables.holding.setRegisters(60, [1, 2]);
    const file = join(folder, 'reload.yaml');
    const content = (points: string): string =>
      [
        'version: 1',
        'web: { listen: none }',
        'data: kept',
        'defaults: { every: 100ms }',
        'devices:',
        `  steady: { at: "tcp://${target()}", unit: 1, points: { s: "hr:60 u16" } }`,
        `  other: { at: "tcp://localhost:${device.port}", points: { ${points} } }`,
        'sinks: { screen: { type: console, format: line } }',
        '',
      ].join('\n');
    writeFileSync(file, content('a: "hr:60 u16"'));
    running = startProgram(['run', file]);
    await running.said(/other\.a {2}1 {2}good/);
    writeFileSync(file, content('b: "hr:61 u17"'));
    await running.said(/unknown type "u17"[^]*was not applied, what runs goes on/);
    writeFileSync(file, content('b: "hr:61 u16"'));
    await running.said(/configuration applied linesStarted=1 linesStopped=1 linesKept=1/);
    await running.said(/other\.b {2}2 {2}good/);
    running.child.kill('SIGHUP');
    await running.said(/SIGHUP: applying[^]*linesStarted=0 linesStopped=0 linesKept=2/);
    expect((await running.end('SIGTERM')).code).toBe(0);
    expect(readdirSync(join(folder, 'kept', 'config-history'))).toHaveLength(2);
  });

  test('says which port is taken', async () => {
    running = startProgram(['run', site('taken', target())]);
    const { code, stderr } = await running.end();
    expect(stderr).toMatch(new RegExp(`${device.port}`));
    expect(code).toBe(4);
  });
});
