/** A battery on CAN: its frames over real byte streams, its registers read by clients that are not ours. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { listenTcp } from '../../src/server/listen-tcp.ts';
import { plainImage } from '../../src/server/unit-tables.ts';
import { missing, PYTHON, startPeer, type Peer } from '../support/peers.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

const exec = promisify(execFile);
const BATTERY = join(import.meta.dirname, '../../examples/battery');

let folder: string;
let program: Program | undefined;
let bus: Server | undefined;
let cable: Peer | undefined;
const open = new Set<Socket>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-can-'));
});

afterEach(async () => {
  await program?.end('SIGTERM');
  await cable?.stop();
  for (const socket of open) socket.destroy();
  bus?.close();
  [program, bus, cable] = [undefined, undefined, undefined];
  await rm(folder, { recursive: true });
});

/** The example, with its bus elsewhere, on free ports, and a temperature that no sensor has to give. */
async function writeBattery(at: string, more = ''): Promise<string> {
  const text = await readFile(join(BATTERY, 'gateway.yaml'), 'utf8');
  const file = join(folder, 'gateway.yaml');
  await copyFile(join(BATTERY, 'anzen.dbc'), join(folder, 'anzen.dbc'));
  await writeFile(
    file,
    text
      .replace(/battery: candump:\S+/, `battery: '${at}'`)
      .replace('{ host: cpu-temperature }', "{ can: '= 23' }")
      .replace('127.0.0.1:1502', '127.0.0.1:0')
      .replace('name: battery-room', `name: battery-room\nweb: { listen: none }\n${more}`),
  );
  return file;
}

async function run(file: string): Promise<number> {
  program = startProgram(['run', file]);
  const [, port] = await program.said(/server="bms" host="[^"]+" port=(\d+)/);
  return Number(port);
}

/** The registers as mbpoll reads them; its message instead, while there is none. */
async function mbpoll(
  port: number,
  start: number,
  count: number,
): Promise<readonly number[] | string> {
  const args = ['-m', 'tcp', '-p', String(port), '-a', '1', '-0', '-1', '-q', '-t', '4'];
  const place = ['-r', String(start), '-c', String(count), '127.0.0.1'];
  try {
    const { stdout } = await exec('mbpoll', [...args, ...place], { timeout: 5_000 });
    return [...stdout.matchAll(/^\[\d+\]:\s+(\d+)/gm)].map(([, value]) => Number(value));
  } catch (error) {
    return String((error as { stderr?: string }).stderr);
  }
}

const LINES = /Values received successfully: \[([^\]]*)\]/g;

async function bmsLines(port: number): Promise<readonly string[]> {
  const { stdout } = await runProgramToEnd(['bms', '-a', '127.0.0.1', '-p', String(port), '-d']);
  return [...stdout.matchAll(LINES)].map(([, values]) => values ?? '');
}

async function cycle(): Promise<readonly string[]> {
  const log = await readFile(join(BATTERY, 'cycle.log'), 'utf8');
  return [...log.matchAll(/can0 (\S+)/g)].map(([, frame]) => frame ?? '');
}

describe('the lines of the battery client', () => {
  /** Raw values as the sample of the battery's documents prints them. */
  const SAMPLE = [
    [4974, 0, 244, 38],
    [74, 66, 72, 74, 103],
    [16000, 16000, 16000],
    [0, 7, 5, 61782, 17016, 16000, 16616, 32, 61, 2021, 6, 15, 14, 47, 41],
    [
      ...[
        13141, 13128, 13126, 13151, 13134, 13129, 13132, 13128, 13096, 13107, 13110, 13118, 13112,
      ],
      ...[
        13122, 12894, 13092, 13137, 13106, 13111, 13103, 13121, 13125, 13121, 13116, 13109, 13026,
      ],
      ...[13067, 13111, 13089, 13120, 13118, 12460, 13104, 13126, 13129, 13119, 13128, 13130],
    ],
    [
      ...[72, 72, 74, 70, 72, 72, 74, 71, 73, 73, 74, 71, 74, 75, 74, 71, 73, 74, 73],
      ...[73, 73, 72, 74, 73, 74, 87, 75, 75, 73, 72, 73, 73, 72, 75, 73, 73, 73, 71],
    ],
    [1, 0, 1, 0],
    new Array<number>(25).fill(0),
  ] as const;

  test('are its eight, character for character, and nothing without -d', async () => {
    const image = plainImage({
      coils: 50,
      discrete: 0,
      holding: 50_000,
      input: 0,
      writable: false,
    });
    const [volts, temperatures, amps, health, monoblocks, monoblockTemperatures] = SAMPLE;
    image.holding.setRegisters(40_000, [...volts, ...monoblocks]);
    image.holding.setRegisters(41_000, [...temperatures, ...monoblockTemperatures]);
    image.holding.setRegisters(42_000, [...health]);
    image.holding.setRegisters(43_000, [...amps]);
    image.coil.set(40, true);
    image.coil.set(42, true);
    const server = await listenTcp({ port: 0, units: new Map([[1, image]]), clock: systemClock });
    try {
      const place = ['bms', '-a', '127.0.0.1', '-p', String(server.port)];
      const shown = await runProgramToEnd([...place, '-d']);
      const expected = SAMPLE.map(
        (values) => `Values received successfully: [${values.join(', ')}]\n`,
      );
      expect(shown).toMatchObject({ code: 0, stdout: expected.join(''), stderr: '' });
      expect(await runProgramToEnd(place)).toMatchObject({ code: 0, stdout: '', stderr: '' });
      const wrong = await runProgramToEnd([...place, '-u', '9', '-d']);
      expect(wrong).toMatchObject({ stdout: '' });
      expect(wrong.code).not.toBe(0);
    } finally {
      await server.close();
    }
  });
});

describe.skipIf(missing('mbpoll', 'pymodbus'))('the map of the battery', () => {
  test('is whole, and no reader sees half of a cycle while 2000 frames come in a second', async () => {
    // Every value of a cycle is the number of the cycle: two that differ are torn.
    const lines: string[] = [];
    const frames = 2_000 * 8;
    const word = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
    const other = await cycle();
    const rest = other.filter((frame) => !/^183[0]CCE8/.test(frame));
    for (let round = 0; lines.length < frames; round += 1) {
      const value = 14_000 + (round % 800);
      for (let page = 1; page <= 13; page += 1) {
        const first = 3 * page - 2;
        const words = [0, 1, 2].map((at) => (first + at <= 38 ? word(value) : '0000')).join('');
        const head = [page, first].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
        lines.push(`1830CCE8#${head.join('')}${words}`);
      }
      if (round % 4 === 0) lines.push(...rest);
    }
    const start = 1_623_766_061;
    const log = lines.map(
      (frame, index) => `(${(start + index / 2_000).toFixed(6)}) can0 ${frame}\n`,
    );
    await writeFile(join(folder, 'fast.log'), log.join(''));
    const file = await writeBattery('candump:fast.log?loop=yes&bitrate=1000000');
    const text = (await readFile(file, 'utf8')).replace('cycle: Status', 'cycle: message');
    await writeFile(file, text);
    const port = await run(file);
    await expect.poll(async () => mbpoll(port, 40_003, 1), { timeout: 15_000 }).toEqual([38]);
    const script = join(import.meta.dirname, 'pymodbus_battery.py');
    const { stdout } = await exec(PYTHON, [script, String(port), '2'], { timeout: 20_000 });
    const seen = JSON.parse(stdout) as {
      readonly maps: number;
      readonly torn: number;
      readonly different: number;
      readonly failed: readonly string[];
    };
    expect(seen.failed).toEqual([]);
    expect(seen.torn).toBe(0);
    expect(seen.maps).toBeGreaterThan(20);
    // The values do move meanwhile.
    expect(seen.different).toBeGreaterThan(5);
    expect(await mbpoll(port, 42_000, 9)).toEqual([
      80, 99, 4, 16_120, 15_970, 16_016, 16_616, 32, 61,
    ]);
    expect(await mbpoll(port, 43_000, 3)).toEqual([16_029, 16_029, 16_044]);
    expect(await mbpoll(port, 41_000, 5)).toEqual([72, 65, 68, 72, 63]);
  }, 60_000);
});

/** A server of socketcand: it greets, opens, and hands what it is told to every client. */
async function startSocketcand(hear: (text: string, socket: Socket) => void): Promise<number> {
  bus = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (text: string) => hear(text, socket));
    socket.write('< hi >');
  });
  bus.listen(0, '127.0.0.1');
  await once(bus, 'listening');
  return (bus.address() as { port: number }).port;
}

test.skipIf(missing('mbpoll'))(
  'over socketcand: in pieces, between garbage, after a lost connection, and stale when it is silent',
  async () => {
    const frames = await cycle();
    let connections = 0;
    const asked: string[] = [];
    const port = await startSocketcand((text, socket) => {
      if (text.includes('< open')) socket.write('< o');
      if (text.includes('< open')) socket.write('k >');
      const sent = /< send ([^>]*) >/.exec(text)?.[1];
      if (sent !== undefined) {
        asked.push(sent);
        socket.write('< frame 1814F4E8 1.0 01 04 00 98 00 26 00 00 >');
      }
      if (!text.includes('< rawmode >')) return;
      connections += 1;
      socket.write('< ok >< frame zz >noise\u0000\u00ff<<');
      const own = frames.filter((frame) => !frame.startsWith('1814'));
      // The first page of Status ends the cycle before it.
      for (const frame of [...own, ...own, ...own, own[0] ?? '']) {
        const [id, data] = frame.split('#');
        const message = `< frame ${id} 1623766061.1 ${data} >`;
        socket.write(message.slice(0, 9));
        socket.write(message.slice(9));
      }
      if (connections === 1) socket.destroySoon();
    });
    const file = await writeBattery(`socketcand://127.0.0.1:${port}/can0?bitrate=250000`);
    const text = (await readFile(file, 'utf8'))
      .replace('# requests:', 'requests:')
      .replace('stale: 10s', 'stale: 2s');
    await writeFile(file, text);
    const served = await run(file);
    await program?.said(/hears nothing.*ended the connection/);
    await expect
      .poll(async () => mbpoll(served, 40_000, 4), { timeout: 10_000 })
      .toEqual([5603, 5734, 241, 38]);
    expect(connections).toBeGreaterThan(1);
    expect(asked[0]).toBe('181FE8F4 8 14 00 00 00 00 00 00 00');
    // Nothing comes any more: old values are not served for ever.
    await expect
      .poll(async () => mbpoll(served, 40_000, 3), { timeout: 10_000 })
      .toContain('failed');
  },
  40_000,
);

test.skipIf(missing('mbpoll', 'socat'))(
  'over an SLCAN adapter on a pseudo-terminal, with garbage and half lines',
  async () => {
    const [ours, theirs] = [join(folder, 'gateway'), join(folder, 'adapter')];
    const pty = (path: string): string => `pty,raw,echo=0,link=${path}`;
    cable = await startPeer(
      'socat',
      ['-d', '-d', pty(ours), pty(theirs)],
      /starting data transfer/,
    );
    const adapter = await openFile(theirs, 'r+');
    try {
      const file = await writeBattery(`slcan:${ours} 250000`);
      const port = await run(file);
      let opened = '';
      while (!opened.endsWith('O\r')) {
        const { buffer, bytesRead } = await adapter.read(Buffer.alloc(64), 0, 64);
        opened += buffer.toString('latin1', 0, bytesRead);
      }
      expect(opened).toBe('\r\rC\rS5\rO\r');
      const frames = await cycle();
      const lines = frames.map((frame) => {
        const [id = '', data = ''] = frame.split('#');
        return `T${id}${data.length / 2}${data}\r`;
      });
      const speak = async (): Promise<number> => {
        await adapter.write(Buffer.from(`\u0007garbage\rT1834CC\r${lines.join('')}`, 'latin1'));
        return Number((await mbpoll(port, 40_004, 1))[0]);
      };
      await expect.poll(speak, { timeout: 15_000, interval: 300 }).toBe(14_770);
      expect((await bmsLines(port))[0]).toBe('5603, 5734, 241, 38');
    } finally {
      await adapter.close();
    }
  },
  40_000,
);
