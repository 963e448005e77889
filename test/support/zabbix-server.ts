import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';

/** A real Zabbix server with a database and an API of its own, in a temporary folder. */
export interface ZabbixServer {
  /** Where senders go. */
  readonly trapperPort: number;
  /** Calls a method of the API as its administrator. */
  api(method: string, params: unknown): Promise<unknown>;
  /** Has the server read its configuration again, as it does by itself once a minute. */
  reloadConfiguration(): void;
  stop(): Promise<void>;
}

/** Where it is also when the search path of a user does not lead there. */
const ZABBIX_SERVER = '/usr/sbin/zabbix_server';
const SERVER_FILES = '/usr/share/zabbix-server-pgsql';
const FRONTEND_FILES = '/usr/share/zabbix';

/** What the program cannot start without. The other 32 MB are templates for other people's devices. */
const NEEDED_TABLES = new Set([
  ...['config', 'config_autoreg_tls', 'users', 'usrgrp', 'users_groups', 'role', 'role_rule'],
  ...['hstgrp', 'regexps', 'expressions', 'graph_theme'],
]);

/** PostgreSQL and Zabbix do not run as root: there they run as nobody, who must own the folder. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const AS_NOBODY: SpawnOptions = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

export async function startZabbixServer(): Promise<ZabbixServer> {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-zabbix-'));
  const running: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of running.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    await startDatabase(folder, running);
    const [trapperPort, apiPort] = [await freePort(), await freePort()];
    const [server] = await Promise.all([
      startServer(folder, trapperPort, running),
      startFrontend(folder, apiPort, trapperPort, running),
    ]);
    const api = await login(apiPort);
    return {
      trapperPort,
      api,
      reloadConfiguration: () => {
        run(ZABBIX_SERVER, ['-c', server, '-R', 'config_cache_reload'], folder);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDatabase(folder: string, running: ChildProcess[]): Promise<void> {
  const programs = join(
    '/usr/lib/postgresql',
    readdirSync('/usr/lib/postgresql').sort().at(-1) ?? '',
    'bin',
  );
  const data = join(folder, 'data');
  run(
    join(programs, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'zabbix', '--no-sync', '-E', 'UTF8', '--locale=C'],
    folder,
  );
  // Nothing of it outlives the test, so nothing has to reach the disk.
  const settings = [
    ...['listen_addresses=', 'fsync=off', 'full_page_writes=off', 'synchronous_commit=off'],
    ...['wal_level=minimal', 'max_wal_senders=0', 'max_connections=60', 'shared_buffers=32MB'],
  ].flatMap((setting) => ['-c', setting]);
  await start(
    join(programs, 'postgres'),
    ['-D', data, '-k', folder, ...settings],
    /ready to accept connections/,
    folder,
    running,
  );
  const rows = gunzipSync(readFileSync(join(SERVER_FILES, 'data.sql.gz')))
    .toString()
    .split(/^(?=INSERT INTO )/m)
    .filter((statement) => NEEDED_TABLES.has(/^INSERT INTO (\w+)/.exec(statement)?.[1] ?? ''));
  const schema = gunzipSync(readFileSync(join(SERVER_FILES, 'schema.sql.gz'))).toString();
  const psql = [
    '-q',
    '-1',
    '-v',
    'ON_ERROR_STOP=1',
    '-h',
    folder,
    '-U',
    'zabbix',
    '-d',
    'postgres',
  ];
  run(join(programs, 'psql'), psql, folder, schema + rows.join(''));
}

async function startServer(folder: string, port: number, running: ChildProcess[]): Promise<string> {
  const settings = {
    ListenIP: '127.0.0.1',
    ListenPort: port,
    LogType: 'console',
    PidFile: join(folder, 'server.pid'),
    SocketDir: folder,
    DBHost: folder,
    DBName: 'postgres',
    DBUser: 'zabbix',
    // Few processes: two cores are shared with other tests.
    ...{ StartPollers: 1, StartPollersUnreachable: 1, StartPingers: 1, StartDiscoverers: 1 },
    ...{ StartTrappers: 2, StartHTTPPollers: 1, StartDBSyncers: 1, StartTimers: 1 },
    ...{ StartPreprocessors: 1, StartLLDProcessors: 1, StartEscalators: 1, StartAlerters: 1 },
    ...{ StartHistoryPollers: 1, StartODBCPollers: 0 },
    CacheUpdateFrequency: 1,
    StatsAllowedIP: '127.0.0.1',
  };
  const path = join(folder, 'server.conf');
  const text = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(path, text.join(''));
  await start(ZABBIX_SERVER, ['-f', '-c', path], /started \[trapper #2\]/, folder, running);
  return path;
}

/** The frontend has the path of its configuration built in, so a copy of it gets another. */
async function startFrontend(
  folder: string,
  port: number,
  trapperPort: number,
  running: ChildProcess[],
): Promise<void> {
  const site = join(folder, 'frontend');
  const unneeded = new Set(['assets', 'audio', 'fonts', 'js', 'locale', 'data']);
  cpSync(FRONTEND_FILES, site, {
    recursive: true,
    dereference: true,
    filter: (source) => !unneeded.has(basename(source)) || source.includes('/include/'),
  });
  const configuration = join(site, 'conf', 'test.conf.php');
  mkdirSync(join(site, 'conf'), { recursive: true });
  writeFileSync(
    configuration,
    `<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '${folder}';
$DB['PORT'] = '0';
$DB['DATABASE'] = 'postgres';
$DB['USER'] = 'zabbix';
$DB['PASSWORD'] = '';
$DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false;
$DB['VERIFY_HOST'] = false;
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '${trapperPort}';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
`,
  );
  const config = join(site, 'include/classes/core/CConfigFile.php');
  const code = readFileSync(config, 'utf8').replace('/etc/zabbix/zabbix.conf.php', configuration);
  writeFileSync(config, code);
  await start(
    'php',
    ['-d', 'memory_limit=256M', '-S', `127.0.0.1:${port}`, '-t', site],
    /Development Server .* started/,
    folder,
    running,
  );
}

async function login(port: number): Promise<ZabbixServer['api']> {
  const url = `http://127.0.0.1:${port}/api_jsonrpc.php`;
  const auth = await call(url, 'user.login', { username: 'Admin', password: 'zabbix' });
  return async (method, params) => call(url, method, params, auth);
}

async function call(
  url: string,
  method: string,
  params: unknown,
  auth?: unknown,
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json-rpc' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params, auth }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  if (error === undefined) return result;
  throw new Error(`${method}: ${JSON.stringify(error)}`);
}

/** Starts a program that stays, and resolves when it has printed a line that matches `ready`. */
async function start(
  command: string,
  args: readonly string[],
  ready: RegExp,
  cwd: string,
  running: ChildProcess[],
): Promise<void> {
  const child = spawn(command, args, { ...AS_NOBODY, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const output: string[] = [];
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        if (ready.test(line)) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`${command} ended with ${code}:\n${output.slice(-20).join('\n')}`));
    });
  });
}

function run(command: string, args: readonly string[], cwd: string, input = ''): void {
  const { error, status, stderr } = spawnSync(command, args, { ...AS_NOBODY, cwd, input });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.toString()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  // PostgreSQL takes SIGINT for "now, in order", where SIGTERM waits for its clients.
  child.kill('SIGINT');
  await exited;
}

/** The server takes no port above 32767, where the system would choose one. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
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
