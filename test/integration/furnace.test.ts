import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { missing, startPeer } from '../support/peers.ts';
import { runProgramToEnd, startProgram, type Program } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'src/cli/main.ts');
const run = promisify(execFile);

const KEYS = ['pv', 'sp', 'wsp', 'op', 'sprate'] as const;
/** What Python makes of a float, whole or with the decimal of the instrument. */
const FLOAT = /^-?\d+\.\d$/;

const WAIT = { timeout: 20_000, interval: 100 };

let folder: string;
let furnace: Program;
let site: Program;
let textPort: number;
let agentPort: number;
const ends: (() => Promise<unknown>)[] = [];

/** A furnace on a line of 9600 baud, and the example that reads it. */
async function start(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-furnace-'));
  furnace = startProgram(['sim', 'eurotherm/3216', '--pty', '--pace', '9600 8N1']);
  ends.push(async () => furnace.end('SIGTERM'));
  const [, port = ''] = await furnace.said(/^serial:(\S+) answers/m);
  cpSync(join(ROOT, 'examples/furnace/gateway.yaml'), join(folder, 'gateway.yaml'));
  site = startProgram(['run', join(folder, 'gateway.yaml')], {
    ...{ FURNACE_PORT: port, STATE_DIRECTORY: join(folder, 'state') },
    ...{ WEB_PORT: '0', TEXT_PORT: '0', AGENT_PORT: '0' },
  });
  ends.push(async () => site.end('SIGTERM'));
  textPort = Number((await site.said(/the text port answers.*port[=:" ]+(\d+)/))[1]);
  agentPort = Number((await site.said(/the Zabbix agent answers.*port[=:" ]+(\d+)/))[1]);
  await vi.waitFor(async () => expect(await ask('Get:35')).toBe('600.0'), WAIT);
}

/** One request, without a line end, and all that comes until the other side closes. */
async function ask(request: string): Promise<string> {
  const socket = connect(textPort, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

async function zabbixGet(port: number, key: string): Promise<string> {
  const args = ['-s', '127.0.0.1', '-p', String(port), '-t', '30', '-k', key];
  const { stdout } = await run('zabbix_get', args);
  return stdout.trim();
}

describe.skipIf(missing('socat', 'zabbix tools', 'zabbix agent 2'))(
  'the furnace of the example, on a serial line',
  { timeout: 60_000 },
  () => {
    beforeAll(start, 60_000);
    afterAll(async () => {
      for (const end of ends.splice(0).reverse()) await end();
      rmSync(folder, { recursive: true });
    }, 30_000);

    test('answers on the text port as its own server did', async () => {
      expect(await ask('Status')).toBe('Ok');
      expect(await ask('Read')).toMatch(/^PV=\d+\.\d+;SP=\d+\.\d+;SPrate=\d+\.\d+;WOp=\d+\.\d+$/);
      expect(await ask('Get:2')).toBe('750.0');
      expect(await ask('Set:2:100')).toContain('Exception occurred: writing is not enabled');
      expect(await ask('Exit')).toContain('Exception occurred: exit is not enabled');
    });

    test('has the six keys of its script at the passive agent', async () => {
      for (const key of KEYS) {
        expect(await zabbixGet(agentPort, `eurotherm_data_${key}`)).toMatch(FLOAT);
        expect(await zabbixGet(agentPort, `eurotherm_data[-${key}]`)).toMatch(FLOAT);
      }
      expect(await zabbixGet(agentPort, 'eurotherm_data_sp')).toBe('750.0');
      expect(await zabbixGet(agentPort, 'eurotherm_data_sprate')).toBe('60.0');
    });

    test('is read by a real agent 2 with the user parameters of the script', async () => {
      const port = await startAgent2();
      for (const key of KEYS) {
        expect(await zabbixGet(port, `eurotherm_data_${key}`)).toMatch(FLOAT);
      }
      expect(await zabbixGet(port, 'eurotherm_data[-sp]')).toBe('750.0');
    });

    test('that is unplugged has no number anywhere, and least of all 0', async () => {
      await furnace.end('SIGTERM');
      await vi.waitFor(async () => {
        expect(await ask('Get:1')).toMatch(/^(None|Exception occurred: .+)$/);
      }, WAIT);
      expect(await zabbixGet(agentPort, 'eurotherm_data_pv')).toContain('ZBX_NOTSUPPORTED');
      const asked = await runProgramToEnd(['eurotherm-data', '-pv', '--port', String(textPort)]);
      expect(asked).toMatchObject({ code: 1, stdout: '' });
      expect(asked.stderr).not.toBe('');
    });
  },
);

/** The file of the example, with the path of the command alone changed. */
async function startAgent2(): Promise<number> {
  const command = join(folder, 'dinrail');
  writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@" --port ${textPort}\n`);
  chmodSync(command, 0o755);
  const parameters = readFileSync(
    join(ROOT, 'examples/furnace/eurotherm_user_parameter.conf'),
    'utf8',
  );
  const port = await freePort();
  const config = join(folder, 'agent2.conf');
  writeFileSync(
    config,
    `Server=127.0.0.1\nListenIP=127.0.0.1\nListenPort=${port}\nLogType=console\nTimeout=30\n` +
      `ControlSocket=${join(folder, 'agent.sock')}\nPidFile=${join(folder, 'agent2.pid')}\n` +
      parameters.replaceAll('/usr/bin/dinrail', command),
  );
  const agent = await startPeer('/usr/sbin/zabbix_agent2', ['-c', config], /Agent2 hostname/);
  ends.push(async () => agent.stop());
  await vi.waitFor(async () => expect(await zabbixGet(port, 'agent.ping')).toBe('1'), WAIT);
  return port;
}

/** The agent takes no port beyond 32767, where those begin that the system gives. */
async function freePort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); ; port += 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
