import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Debian's own interpreter: another python3 on the PATH would not see Debian's modules. */
export const PYTHON = '/usr/bin/python3';

/** Real servers and clients that tests use, each with the Debian package and a way to find it. */
const PEERS = {
  mbpoll: ['mbpoll', () => runs('mbpoll', ['-h'])],
  socat: ['socat', () => runs('socat', ['-V'])],
  pymodbus: [
    'python3-pymodbus, python3-serial-asyncio',
    () => runs(PYTHON, ['-c', 'import pymodbus.client, serial']),
  ],
  libmodbus: [
    'libmodbus5',
    () => runs(PYTHON, ['-c', 'import ctypes; ctypes.CDLL("libmodbus.so.5")']),
  ],
  'systemd-notify': ['systemd', () => existsSync('/usr/bin/systemd-notify')],
  tmux: ['tmux', () => runs('tmux', ['-V'])],
  zsh: ['zsh', () => runs('zsh', ['-c', 'true'])],
  fish: ['fish', () => runs('fish', ['-c', 'true'])],
  zabbix: ['zabbix-server-pgsql', () => runs('/usr/sbin/zabbix_server', ['-V'])],
  'zabbix tools': [
    'zabbix-agent',
    () => runs('zabbix_get', ['-V']) && runs('zabbix_sender', ['-V']),
  ],
  'zabbix agent 2': ['zabbix-agent2', () => runs('/usr/sbin/zabbix_agent2', ['-V'])],
  'zabbix frontend': ['zabbix-frontend-php', () => existsSync('/usr/share/zabbix/api_jsonrpc.php')],
  php: [
    'php-cli, php-pgsql',
    () => runs('php', ['-r', 'exit(extension_loaded("pgsql") ? 0 : 1);']),
  ],
  postgresql: ['postgresql', () => existsSync('/usr/lib/postgresql')],
  prometheus: ['prometheus', () => runs('prometheus', ['--version'])],
  influxd: ['influxdb', () => runs('influxd', ['version'])],
  victoriaMetrics: ['victoria-metrics', () => runs('victoria-metrics', ['-version'])],
  openssl: ['openssl', () => runs('openssl', ['version'])],
  curl: ['curl', () => runs('curl', ['--version'])],
  chromium: ['chromium', () => runs('chromium', ['--version'])],
  nginx: ['nginx-light', () => runs('/usr/sbin/nginx', ['-v'])],
  caddy: ['caddy', () => runs('caddy', ['version'])],
  tshark: ['tshark', () => runs('tshark', ['--version'])],
} as const satisfies Record<string, readonly [package_: string, found: () => boolean]>;

export type PeerName = keyof typeof PEERS;

/**
 * True when a peer is not installed, so that its tests are skipped, with a line that says why.
 * In CI nothing may be missing: there it throws.
 */
export function missing(...names: readonly PeerName[]): boolean {
  const absent = names.filter((name) => !PEERS[name][1]());
  for (const name of absent) {
    const line = `${name} is not installed (Debian package ${PEERS[name][0]})`;
    if (process.env['CI'] === 'true') throw new Error(`${line}, and CI skips nothing`);
    console.warn(`skipped: ${line}`);
  }
  return absent.length > 0;
}

function runs(command: string, args: readonly string[]): boolean {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore' });
  // mbpoll leaves with 1 after its help; a python import that fails does too.
  return error === undefined && (status === 0 || command === 'mbpoll');
}

export interface Peer {
  readonly child: ChildProcess;
  /** Ends the process we started, and waits for it. */
  stop(): Promise<void>;
}

/** Starts a program and resolves when it has printed a line that matches `ready`. `hear` gets every line. */
export async function startPeer(
  command: string,
  args: readonly string[],
  ready: RegExp,
  hear: (line: string) => void = () => undefined,
): Promise<Peer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        hear(line);
        if (ready.test(line)) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`${command} ended with ${code} before it was ready:\n${output.join('\n')}`));
    });
  });
  return {
    child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Two pseudo-terminals joined like a cable; `stop` unplugs it. */
export async function ptyPair(a: string, b: string): Promise<Peer> {
  return startPeer(
    'socat',
    ['-d', '-d', `pty,raw,echo=0,link=${a}`, `pty,raw,echo=0,link=${b}`],
    /starting data transfer loop/,
  );
}
