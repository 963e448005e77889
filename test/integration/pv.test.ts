/** The smart meter of the solar array: the example as it is, with an array that writes and a controller that reads. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missing, ptyPair, PYTHON } from '../support/peers.ts';
import { startProgram, type Finished, type Program } from '../support/program.ts';

const exec = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const FIELD = join(import.meta.dirname, 'pymodbus_field.py');

/** Writes, and at least as many reads beside them. */
const ROUNDS = 5_000;

/** Linux answers on all of 127.0.0.0/8, so that each client has an address of its own. */
const [ESP32, OPTA] = ['127.0.0.2', '127.0.0.3'];

const NAMES = { PV_WRITERS: ESP32, PV_READERS: '127.0.0.0/8', PV_LISTEN: '127.0.0.1:0' };

let folder: string;
let file: string;
let program: Program | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-pv-'));
  file = join(folder, 'gateway.yaml');
  await cp(join(ROOT, 'examples/pv-concentrator/gateway.yaml'), file);
  await change('sinks:', 'web: { listen: none }\nsinks:');
});

afterEach(async () => {
  await program?.end('SIGTERM');
  program = undefined;
  await rm(folder, { recursive: true });
});

async function change(what: string, into: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  expect(text).toContain(what);
  await writeFile(file, text.replace(what, into));
}

/** Starts the site; gives what its server says of where it is: `port`, `tls`. */
async function run(env: NodeJS.ProcessEnv = NAMES): Promise<(name: string) => number> {
  program = startProgram(['run', file], env);
  const [line] = await program.said(/server="field" [^\n]+/);
  await program.said(/runs rpi1-smart-meter/);
  return (name) => Number(new RegExp(` ${name}=(\\d+)`).exec(line)?.[1]);
}

async function stop(): Promise<Finished> {
  if (program === undefined) throw new Error('nothing runs');
  const finished = await program.end('SIGTERM');
  program = undefined;
  return finished;
}

async function mbpoll(port: number, ...args: readonly string[]): Promise<string> {
  const [options, values] = [
    args.filter((it) => !/^\d/.test(it)),
    args.filter((it) => /^\d/.test(it)),
  ];
  const where = ['-0', '-1', '-t', '4', '-r', '0', ...options, '-p', String(port), '127.0.0.1'];
  const { stdout, stderr } = await exec('mbpoll', [...where, ...values]).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  const read = [...stdout.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(([, value = '']) => value);
  if (read.length > 0) return read.join(' ');
  return stderr.trim() === '' ? (stdout.trim().split('\n').at(-1) ?? '') : stderr.trim();
}

function field(port: number, role: 'write' | 'read', source: string) {
  const args = [FIELD, String(port), role, source, String(ROUNDS)];
  const child = spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ready: lines.next(),
    async go() {
      child.stdin.end('go\n');
      const { value } = await lines.next();
      return JSON.parse(String(value)) as Record<string, unknown>;
    },
  };
}

const SAMPLE = ['250', '260', '485', '536', '850', '456', '22150', '5600'];

/** As the manual of the smart meter prints them. */
const RX =
  '[RX FROM ESP32] 2016-01-01T06:00:00+00:00 | P_ac=250.0W P_dc=260.0W V_dc=48.50V I_dc=5.36A G=850.0W/m² T_cell=45.6°C | Total RX: 1';
const TX = '[TX TO OPTA] Served registers 0-7 | Total served: 1';

function startOf(port: number): string {
  const rule = '='.repeat(80);
  return `${rule}
RPI#1 - Smart Meter / RTU Server Starting
${rule}
Architecture:
  ESP32 → RPI#1: WiFi, Modbus TCP (writes data)
  RPI#1 ← Opta: Ethernet, Modbus TCP (reads data)

Configuration:
  TCP Server: 127.0.0.1:${port}
  Unit ID: 1
  Interfaces: WiFi (192.168.1.100) + Ethernet (192.168.2.100)
${rule}
Statistics task created
Starting Modbus TCP server on 127.0.0.1:${port}...
Waiting for:
  - ESP32 to write data (WiFi interface)
  - Opta to read data (Ethernet interface)`;
}

function endOf(received: number, served: number): RegExp {
  return new RegExp(
    `\\n={80}\\nSmart Meter Server Shutdown\\n={80}\\nFinal Statistics:\\n  Total Received \\(from ESP32\\): ${received}\\n` +
      `  Total Served \\(to Opta\\): ${served}\\n  Last Update: \\S+\\+00:00\\n={80}\\n$`,
  );
}

describe.skipIf(missing('mbpoll'))('mbpoll, as its manual has it', () => {
  test('writes and reads, and the program prints what the manual shows', async () => {
    const port = (await run({ ...NAMES, PV_WRITERS: '127.0.0.1' }))('port');
    expect(await mbpoll(port, '-c8')).toContain('Target device failed to respond');
    expect(await mbpoll(port, ...SAMPLE)).toBe('Written 8 references.');
    expect(await mbpoll(port, '-a17', '-c8')).toBe(SAMPLE.join(' '));
    const { code, stdout } = await stop();
    expect(code).toBe(0);
    expect(stdout.startsWith(`${startOf(port)}\n${RX}\n${TX}\n`)).toBe(true);
    expect(stdout).toMatch(endOf(1, 1));
    const samples = (await readFile(join(folder, 'pv1.jsonl'), 'utf8')).trim().split('\n');
    expect(samples).toHaveLength(9);
    expect(samples.map((line) => JSON.parse(line) as object)[7]).toMatchObject({
      ...{ device: 'pv1', point: 'efficiency', quality: 'good' },
    });
  });
});

describe.skipIf(missing('mbpoll', 'pymodbus'))('an array and a controller at once', () => {
  test('no block is torn, each may do what its network may, and every line is printed', async () => {
    const port = (await run())('port');
    const [esp32, opta] = [field(port, 'write', ESP32), field(port, 'read', OPTA)];
    await Promise.all([esp32.ready, opta.ready]);
    const [wrote, read] = await Promise.all([esp32.go(), opta.go()]);
    expect(wrote).toMatchObject({ blocks: ROUNDS, failed: 0 });
    expect(read).toMatchObject({ torn: 0, write: 1 });
    expect(Number(read['blocks']) + Number(read['failed'])).toBe(ROUNDS);
    expect(await mbpoll(port, ...SAMPLE)).toContain('Illegal function');
    const { stdout, stderr } = await stop();
    const lines = stdout.split('\n');
    const printed = lines.filter((line) => line.startsWith('[RX'));
    expect(printed).toEqual(Array.from({ length: ROUNDS }, (_, index) => written(index + 1)));
    expect(lines.filter((line) => line.startsWith('[TX'))).toHaveLength(Number(read['blocks']));
    expect(stdout).toMatch(endOf(ROUNDS, Number(read['blocks'])));
    expect(stderr).toMatch(/pv1\.\w+ is \S+.*, expected/);
    // What anybody can cause as fast as they can ask does not fill the log.
    expect(stderr.split('\n').length).toBeLessThan(100);
  });
});

/** What is printed for the block of round `k`: k, 2k, ... 8k. */
function written(k: number): string {
  const at = (factor: number): number => (k * factor) % 65_536;
  const cold = at(6) >= 0x8000 ? at(6) - 0x1_0000 : at(6);
  const seconds = at(7) * 65_536 + at(8);
  const time = new Date(seconds * 1_000).toISOString().replace('.000Z', '+00:00');
  return (
    `[RX FROM ESP32] ${time} | P_ac=${at(1)}.0W P_dc=${at(2)}.0W V_dc=${(at(3) / 10).toFixed(2)}V ` +
    `I_dc=${(at(4) / 100).toFixed(2)}A G=${at(5)}.0W/m² T_cell=${(cold / 10).toFixed(1)}°C | Total RX: ${k}`
  );
}

const WRITE = '0001 0000 0017 01 10 0000 0008 10 00FA 0104 01E5 0218 0352 01C8 5686 15E0';
const READ = '0002 0000 0006 01 03 0000 0008';

async function open(port: number, options: object): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ...options }, () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** One request and its answer, as hex without the header. */
async function ask(socket: TLSSocket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', (bytes: Buffer) => {
      resolve(bytes.subarray(7).toString('hex'));
    });
    socket.once('error', reject).once('close', () => {
      reject(new Error('closed'));
    });
    socket.write(Buffer.from(request.replaceAll(' ', ''), 'hex'));
  });
}

test.skipIf(missing('mbpoll'))(
  'a change of the device leaves clients connected and its values known',
  async () => {
    const port = (await run({ ...NAMES, PV_WRITERS: '127.0.0.1' }))('port');
    await mbpoll(port, ...SAMPLE);
    const socket = createConnection(port, '127.0.0.1');
    let closed = false;
    socket.on('error', () => undefined).on('close', () => (closed = true));
    await change('label: PV array 1', 'label: Roof\n    points: { twice: { expr: 2 * p_ac } }');
    program?.child.kill('SIGHUP');
    await program?.said(/configuration applied[^\n]*linesStarted=1/);
    expect(await mbpoll(port, '-c8')).toBe(SAMPLE.join(' '));
    await mbpoll(port, '300');
    expect(closed).toBe(false);
    socket.destroy();
    const { stdout } = await stop();
    expect(stdout).toMatch(endOf(2, 1));
    const samples = await readFile(join(folder, 'pv1.jsonl'), 'utf8');
    expect(samples).toContain('"point":"twice","value":600');
  },
);

test('what was answered before the end has reached the sinks', async () => {
  const port = (await run({ ...NAMES, PV_WRITERS: '127.0.0.1' }))('port');
  let answered = 0;
  const socket = createConnection(port, '127.0.0.1');
  const next = (): void => {
    const value = (answered + 1).toString(16).padStart(4, '0');
    socket.write(Buffer.from(`000100000006010600 00${value}`.replaceAll(' ', ''), 'hex'));
  };
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined).on('connect', next);
  socket.on('data', () => {
    answered += 1;
    if (answered === 200) program?.child.kill('SIGTERM');
    next();
  });
  await closed;
  const { stdout } = await stop();
  expect(answered).toBeGreaterThanOrEqual(200);
  const written = (await readFile(join(folder, 'pv1.jsonl'), 'utf8')).match(/"p_ac","value":\d+/g);
  const printed = stdout.match(/Total RX: \d+/g);
  // One more may have been written whose answer did not come through any more.
  expect(written?.length).toBe(printed?.length);
  expect(written?.length).toBeGreaterThanOrEqual(answered);
});

describe.skipIf(missing('openssl', 'mbpoll'))('TLS beside it', () => {
  function certificate(name: string): { cert: string; key: string } {
    const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = spawnSync('openssl', [
      ...[...kind, '-nodes', '-days', '2', ...names, '-keyout', key, '-out', cert],
    ]);
    expect(made.status, made.stderr.toString()).toBe(0);
    return { cert, key };
  }

  test('an encrypted client writes, a plain one reads, and the log says which is which', async () => {
    const { cert } = certificate('server');
    await change('# tls: { listen: 0.0.0.0:802', 'tls: { listen: 127.0.0.1:0');
    const portOf = await run({ ...NAMES, PV_WRITERS: '127.0.0.1' });
    const socket = await open(portOf('tls'), { ca: await readFile(cert) });
    expect(socket.getProtocol()).toBe('TLSv1.3');
    expect(await ask(socket, WRITE)).toBe('1000000008');
    socket.destroy();
    await expect(open(portOf('tls'), { maxVersion: 'TLSv1.1' })).rejects.toThrow();
    expect(await mbpoll(portOf('port'), '-c8')).toBe(SAMPLE.join(' '));
    const { stdout } = await stop();
    expect(stdout).toContain(RX.replace('ESP32', 'ESP32 via TLS'));
    expect(stdout).toContain(TX.replace('OPTA', 'OPTA via TCP'));
  });

  test('with ca a client without a certificate is turned away', async () => {
    const { cert } = certificate('server');
    const client = certificate('esp32');
    await change(
      '# tls: { listen: 0.0.0.0:802, cert: server.pem',
      'tls: { listen: 127.0.0.1:0, ca: esp32.pem, cert: server.pem',
    );
    const port = (await run({ ...NAMES, PV_WRITERS: '127.0.0.1' }))('tls');
    const ca = await readFile(cert);
    const stranger = open(port, { ca, maxVersion: 'TLSv1.2' });
    await expect(stranger).rejects.toThrow();
    const known = { cert: await readFile(client.cert), key: await readFile(client.key) };
    const socket = await open(port, { ca, ...known });
    expect(await ask(socket, READ)).toBe('830b');
    socket.destroy();
  });

  test('a certificate that is not there is said with its file', async () => {
    await change('# tls: { listen: 0.0.0.0:802', 'tls: { listen: 127.0.0.1:0');
    program = startProgram(['run', file], NAMES);
    const { code, stderr } = await program.end();
    program = undefined;
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/server field cannot use its certificate: .*server\.pem/);
  });
});

describe.skipIf(missing('mbpoll', 'socat'))('a serial line', () => {
  test('serves the same, and its clients write', async () => {
    const [near, far] = [join(folder, 'near'), join(folder, 'far')];
    const cable = await ptyPair(near, far);
    try {
      const text = await readFile(file, 'utf8');
      const servers = `servers:\n  field: { type: modbus-rtu, at: serial:${near} 19200 8E1, access: write, unit: 1 }\n\n`;
      await writeFile(
        file,
        text.replace(/servers:[^]*(?=devices:)/, servers).replace('field/any', 'field/1'),
      );
      program = startProgram(['run', file], NAMES);
      await program.said(/runs rpi1-smart-meter/);
      const rtu = async (...values: readonly string[]): Promise<string> => {
        const line = ['-m', 'rtu', '-b', '19200', '-P', 'even', '-a', '1', far];
        const count = values.length === 0 ? ['-c', '8'] : [];
        const what = ['-0', '-1', '-t', '4', '-r', '0', ...count, ...line, ...values];
        const { stdout } = await exec('mbpoll', what);
        return [...stdout.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(([, value]) => value).join(' ');
      };
      await rtu(...SAMPLE);
      expect(await rtu()).toBe(SAMPLE.join(' '));
    } finally {
      await cable.stop();
    }
  });
});
