/** The values of a site, asked for in Modbus and on the text port by clients that are not ours. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp, type ModbusServer } from '../../src/server/listen-tcp.ts';
import { plainImage, type UnitTables } from '../../src/server/unit-tables.ts';
import { missing, PYTHON } from '../support/peers.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

const exec = promisify(execFile);

let folder: string;
let file: string;
let image: UnitTables;
let device: ModbusServer;
let program: Program | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-serve-'));
  file = join(folder, 'gateway.yaml');
  image = plainImage({ coils: 10, discrete: 10, holding: 100, input: 100, writable: true });
  image.holding.setRegisters(1, [253, 1_000, 0, 424]);
  image.holding.setRegisters(35, [50]);
  // 12.5 as f32, and -40 as i16.
  image.input.setRegisters(10, [0x4148, 0, 0xffd8]);
  device = await listenTcp({ port: 0, units: new Map([[1, image]]), clock: systemClock });
});

afterEach(async () => {
  await program?.end('SIGTERM');
  program = undefined;
  await device.close();
  await rm(folder, { recursive: true });
});

const POINTS = `pv: "hr:1 i16 /10", sp: "hr:2 i16 /10", output: "hr:4 i16 /10", rate: "hr:35 u16 /10",
      level: "ir:10 f32", frost: "ir:12 i16", running: co:3`;

/** One point of each request that the plan makes of them. */
const READ_LAST = ['pv', 'output', 'rate', 'level', 'frost', 'running'];

async function writeSite(servers: string, points = POINTS): Promise<void> {
  await writeFile(
    file,
    `version: 1
name: lab
web: { listen: none }
sinks: { seen: { type: console, format: json } }
devices:
  furnace1:
    at: tcp://127.0.0.1:${device.port}
    every: 200ms
    timeout: 300ms
    retries: 0
    stale: 600ms
    points: { ${points} }
servers:
${servers}
`,
  );
}

/** Starts the site and waits until every register is known; gives the port of each server by name. */
async function run(): Promise<(name: string) => Promise<number>> {
  const started = startProgram(['run', file]);
  program = started;
  await started.said(/furnace1: answers/);
  for (const name of READ_LAST) await started.said(new RegExp(`"point":"${name}".*"good"`));
  return async (name) => {
    const [, port] = await started.said(new RegExp(`server="${name}" host="[^"]+" port=(\\d+)`));
    return Number(port);
  };
}

/** Asks until the answer is another; what a client sees follows the device with the next poll. */
async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 8_000;
  for (;;) {
    const answer = await ask();
    if (isSo(answer) || performance.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The values that mbpoll prints, or what it says of an exception. */
async function mbpoll(port: number, table: string, start: number, count: number): Promise<string> {
  const where = ['-1', '-0', '-t', table, '-r', `${start}`, '-c', `${count}`, '-p', `${port}`];
  const { stdout, stderr } = await exec('mbpoll', [...where, '127.0.0.1']).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  const values = [...stdout.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(([, value = '']) => value);
  return values.length > 0 ? values.join(' ') : stderr.trim();
}

const READ_WITH_PYMODBUS = `
import sys
from pymodbus.client import ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer
framer = ModbusRtuFramer if sys.argv[2] == "rtu" else ModbusSocketFramer
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), framer=framer, timeout=1)
assert client.connect()
print(client.read_holding_registers(0, 6, slave=1).registers)
print(client.read_input_registers(0, 4, slave=1).registers)
print(client.read_coils(0, 1, slave=1).bits[0])
print(client.write_register(0, 7, slave=1).exception_code)
print(client.read_holding_registers(90, 1, slave=1).exception_code)
print(getattr(client.read_holding_registers(0, 1, slave=9), "exception_code", "silence"))
`;

async function pymodbus(port: number, framing: string): Promise<string[]> {
  const { stdout } = await exec(PYTHON, ['-c', READ_WITH_PYMODBUS, `${port}`, framing]);
  return stdout.trim().split('\n');
}

/** Sends a request without a line end, as the scripts of the furnace do, and reads to the end. */
async function ask(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = createConnection(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', reject).on('close', () => {
      resolve(answer);
    });
  });
}

describe.skipIf(missing('mbpoll'))('mbpoll', () => {
  test('reads what a device answers, and an exception when it is silent', async () => {
    await writeSite('  scada: { type: modbus-tcp, listen: 127.0.0.1:0 }');
    const port = await (await run())('scada');
    const read = async (): Promise<string> => mbpoll(port, '4', 0, 4);
    const known = '253 1000 424 50';
    expect(await until(read, (text) => text === known)).toBe(known);
    image.holding.setRegisters(1, [260]);
    const changed = await until(
      async () => mbpoll(port, '4', 0, 1),
      (value) => value === '260',
    );
    expect(changed).toBe('260');
    await device.close();
    const silent = await until(
      async () => mbpoll(port, '4', 0, 1),
      (text) => text !== '260',
    );
    expect(silent).toContain('Target device failed to respond');
    expect(await mbpoll(port, '4', 70, 1)).toContain('Illegal data address');
    expect(
      (await program?.said(/no such address[^\n]*request="read hr:70\+1"/))?.[0],
    ).toBeDefined();
  });

  test('a value that is held stays, and another is the number that stands for unknown', async () => {
    await writeSite(`  held: { type: modbus-tcp, listen: 127.0.0.1:0, whenStale: hold }
  marked: { type: modbus-tcp, listen: 127.0.0.1:0, whenStale: 32768, map: { furnace1.pv: hr:7 } }`);
    const portOf = await run();
    const [held, marked] = [await portOf('held'), await portOf('marked')];
    expect([await mbpoll(held, '4', 0, 1), await mbpoll(marked, '4', 7, 1)]).toEqual([
      '253',
      '253',
    ]);
    await device.close();
    const gone = await until(
      async () => mbpoll(marked, '4', 7, 1),
      (value) => value !== '253',
    );
    expect(gone).toBe('32768');
    expect(await mbpoll(held, '4', 0, 1)).toBe('253');
  });
});

describe.skipIf(missing('pymodbus'))('pymodbus', () => {
  // On a line nobody answers for a unit that is not there.
  test.each([
    ['mbap', '11'],
    ['rtu', 'silence'],
  ])('reads a map of our own, framed as %s', async (framing, stranger) => {
    await writeSite(`  plc:
    type: modbus-tcp
    listen: 127.0.0.1:0
    framing: ${framing}
    map: { furnace1.level: hr:0, furnace1.pv: "hr:2 f32@CDAB", furnace1.frost: hr:4, furnace1.sp: "hr:5 i16", furnace1.running: co:0 }`);
    image.coil.set(3, true);
    const port = await (await run())('plc');
    // 12.5 as f32, 25.3 as f32 with words swapped, -40, and 100.0 without its decimal.
    expect(await pymodbus(port, framing)).toEqual([
      '[16712, 0, 26214, 16842, 65496, 100]',
      '[16712, 0, 26214, 16842]',
      'True',
      '2',
      '2',
      stranger,
    ]);
  });
});

test('the text port answers what the furnace last said, and nothing else', async () => {
  await writeSite('  old: { type: text, listen: 127.0.0.1:0, device: furnace1 }');
  const port = await (await run())('old');
  expect(await ask(port, 'Status')).toBe('Ok');
  expect(await ask(port, 'Get:1')).toBe('253.0');
  expect(await ask(port, 'Get:1\r\n')).toBe('253.0');
  expect(await ask(port, 'Read')).toBe('PV=25.3;SP=100.0;SPrate=5.0;WOp=42.4');
  expect(await ask(port, 'Get:3')).toMatch(/^Exception occurred: register 3 is read by no point/);
  expect(await ask(port, 'Set:2:5')).toBe('Exception occurred: writing is not enabled');
  expect(await ask(port, 'Exit')).toBe('Exception occurred: exit is not enabled');
  // Raw and unsigned, whatever the point makes of it.
  image.holding.setRegisters(1, [0xfff6]);
  const changed = await until(
    async () => ask(port, 'Get:1'),
    (text) => text !== '253.0',
  );
  expect(changed).toBe('65526.0');
  await device.close();
  const silent = await until(
    async () => ask(port, 'Get:1'),
    (text) => text !== changed,
  );
  expect(silent).toMatch(/^(None|Exception occurred: )/);
});

test('places stay when points come and go, and the list says what is served', async () => {
  const servers = '  scada: { type: modbus-tcp, listen: 127.0.0.1:0 }';
  await writeSite(servers, 'a: hr:1, b: hr:2, c: hr:4');
  const list = async (): Promise<string[]> => {
    const { stdout } = await runProgramToEnd(['export', 'registers', file, '--format', 'csv']);
    return stdout.split('\r\n').map((line) => line.split(',').filter(Boolean).join(' '));
  };
  expect((await list()).slice(1, 4)).toEqual([
    'hr 0 400001 1 u16 furnace1.a',
    'hr 1 400002 1 u16 furnace1.b',
    'hr 2 400003 1 u16 furnace1.c',
  ]);
  const lock = join(folder, 'dinrail-data', 'servers', 'scada-unit-1.json');
  expect(await readFile(lock, 'utf8')).toContain('"furnace1.b"');
  await writeSite(servers, 'd: hr:35, c: hr:4, a: hr:1');
  expect((await list()).slice(1, 5)).toEqual([
    'hr 0 400001 1 u16 furnace1.a',
    'hr 1 400002 1 not used any more',
    'hr 2 400003 1 u16 furnace1.c',
    'hr 3 400004 1 u16 furnace1.d',
  ]);
  await writeFile(lock, '{');
  const { code, stderr } = await runProgramToEnd(['run', file]);
  expect(stderr).toContain('says where registers are, and cannot be read');
  expect(code).not.toBe(0);
});

test('a change of the file moves one server and leaves the others their clients', async () => {
  const stays = `  old: { type: text, listen: 127.0.0.1:0, device: furnace1 }
  scada: { type: modbus-tcp, listen: 127.0.0.1:0 }`;
  await writeSite(`${stays}\n  one: { type: modbus-tcp, listen: 127.0.0.1:0 }`);
  const portOf = await run();
  const [one, old, scada] = [await portOf('one'), await portOf('old'), await portOf('scada')];
  await writeSite(`${stays}\n  two: { type: modbus-tcp, listen: 127.0.0.1:0 }`);
  // The device is another one for the engine, and the same for who asks here.
  await writeFile(file, (await readFile(file, 'utf8')).replace('every: 200ms', 'every: 250ms'));
  image.holding.setRegisters(1, [254]);
  program?.child.kill('SIGHUP');
  const two = await portOf('two');
  await expect(ask(one, '')).rejects.toThrow('ECONNREFUSED');
  const read = async (port: number): Promise<string> => {
    const target = `127.0.0.1:${port}`;
    const { stdout } = await runProgramToEnd(['read', target, 'hr:0', '-f', 'plain']);
    return stdout.trim();
  };
  for (const port of [scada, two]) {
    const value = await until(
      async () => read(port),
      (text) => text === '254',
    );
    expect(value).toBe('254');
  }
  expect(await ask(old, 'Get:1')).toBe('254.0');
});

/** Asks for register 0 of unit 1 from an address of this machine; hex, empty when nobody talks to it. */
async function askFrom(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, localAddress: address }, () =>
      socket.write(Buffer.from('000100000006010300000001', 'hex')),
    );
    socket.on('data', (bytes) => {
      resolve(bytes.toString('hex'));
      socket.destroy();
    });
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve('');
      });
  });
}

test('who is on the list may ask, for the units it names, and nobody else', async () => {
  await writeSite(`  scada:
    type: modbus-tcp
    listen: 127.0.0.1:0
    units: { 1: {}, 2: {} }
    allow: [127.0.0.2, { from: 127.0.0.3, units: [2], name: panel }]`);
  const port = await (await run())('scada');
  const known = '00010000000501030200fd';
  expect(
    await until(
      async () => askFrom('127.0.0.2', port),
      (text) => text === known,
    ),
  ).toBe(known);
  // Illegal function: the panel may do nothing to unit 1.
  expect(await askFrom('127.0.0.3', port)).toBe('000100000003018301');
  expect(await askFrom('127.0.0.1', port)).toBe('');
  expect((await program?.said(/read refused[^\n]*client="panel"/))?.[0]).toBeDefined();
});

const WRITE_WITH_PYMODBUS = `
import sys
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=3)
assert client.connect()
def told(answer):
    return getattr(answer, "exception_code", "done")
print(told(client.write_register(0, 450, slave=1)), client.read_holding_registers(0, 1, slave=1).registers)
print(told(client.write_registers(0, [20000], slave=1)), told(client.write_register(1, 5, slave=1)))
`;

test.skipIf(missing('pymodbus'))(
  'a client writes to the device what the site lets be written, and hears of it when it is there',
  async () => {
    const points = POINTS.replace('hr:2 i16 /10', 'hr:2 i16 /10 rw');
    const servers = `  plc:
    type: modbus-tcp
    listen: 127.0.0.1:0
    map: { furnace1.sp: hr:0 rw, furnace1.pv: hr:1 }
    allow: [{ from: loopback, access: write, name: PLC }]`;
    await writeSite(servers, points);
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text
        .replace('name: lab', 'name: lab\nwrites: local')
        .replace('    every:', '    writes: { sp: { min: 0, max: 900 } }\n    every:'),
    );
    const port = await (await run())('plc');
    const { stdout } = await exec(PYTHON, ['-c', WRITE_WITH_PYMODBUS, `${port}`]);
    // 45.0 goes to the device as 450; 2000.0 is beyond the range, and pv is only served.
    expect(stdout.trim().split('\n')).toEqual(['done [450]', '3 2']);
    expect(image.holding.get(2)).toBe(450);
    expect(
      (await program?.said(/write to furnace1\.sp refused[^\n]*client="PLC"/))?.[0],
    ).toBeDefined();
  },
);

test('a port that is taken ends the start with what to do', async () => {
  await writeSite(`  scada: { type: modbus-tcp, listen: '127.0.0.1:${device.port}' }`);
  const { code, stderr } = await runProgramToEnd(['run', file]);
  expect(stderr).toContain(
    `server scada cannot listen on 127.0.0.1 port ${device.port}: another program has the port`,
  );
  expect(code).not.toBe(0);
});

test('a map whose values lie over each other is found by check', async () => {
  await writeSite(
    '  scada: { type: modbus-tcp, map: { furnace1.level: hr:0, furnace1.pv: hr:1 } }',
  );
  const { code, stdout } = await runProgramToEnd(['check', file]);
  expect(stdout).toContain(
    'server scada: furnace1.pv at hr:1+1 lies over furnace1.level at hr:0+2',
  );
  expect(code).toBe(3);
});
