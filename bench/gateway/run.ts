import { spawnSync, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { firstLine, spawnOnCore } from '../child.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');
const WEB = join(ROOT, 'web');

export interface DevicePorts {
  readonly child: ChildProcess;
  readonly ports: readonly number[];
}

/** Devices in a process of their own, on the second core. */
export async function startDevices(
  count: number,
  options: { readonly registers?: number; readonly changing?: number; readonly silent?: number },
): Promise<DevicePorts> {
  const { registers = 100, changing = 1, silent = 0 } = options;
  const args = [count, registers, changing, silent].map(String);
  const child = spawnOnCore(1, process.execPath, [join(HERE, 'devices.ts'), ...args]);
  const match = await firstLine(child, /^ready (.+)$/);
  return { child, ports: match?.[1]?.split(' ').map(Number) ?? [] };
}

/**
 * Compiles the program as it is installed, with its page: what strips types at run time costs as much memory
 * as the program itself. Gives the file to start.
 */
export async function compileProgram(): Promise<string> {
  const out = join(ROOT, 'node_modules/.cache/dinrail-bench');
  mkdirSync(out, { recursive: true });
  const args = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(out, 'dist')];
  spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...args], {
    stdio: 'inherit',
  });
  copyFileSync(join(ROOT, 'package.json'), join(out, 'package.json'));
  const main = join(out, 'dist/cli/main.js');
  // A mistake in the types is for the tests to find, and no reason not to measure.
  if (!existsSync(main)) throw new Error('the program does not compile');
  await build({
    ...{ root: WEB, configFile: join(WEB, 'vite.config.ts'), logLevel: 'silent' },
    build: { outDir: join(out, 'dist/web'), emptyOutDir: true },
  });
  return main;
}

/** What the API says of a device, as far as the benches need it. */
export interface PolledDevice {
  readonly name: string;
  readonly state: string;
  readonly polls: number;
  readonly failures: number;
  readonly skipped: number;
}

export interface RunningGateway {
  readonly pid: number | undefined;
  /** Of the page. */
  readonly url: string;
  devices(): Promise<readonly PolledDevice[]>;
  stop(): Promise<void>;
}

/** `dinrail run` as an operator starts it, on the first core, with a site file of this text. */
export async function startGateway(
  main: string,
  site: string,
  nodeArgs: readonly string[] = [],
): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'dinrail-bench-'));
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, `version: 1\nweb: { listen: 0 }\n${site}`);
  const args = [...nodeArgs, main, 'run', file, '--log-level', 'info', '--log-format', 'text'];
  const child = spawnOnCore(0, process.execPath, args, 'stderr');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = (await firstLine(child, /the page is at (\S+)/))?.[1];
  if (url === undefined) throw new Error('the gateway did not start');
  // A full pipe would stop the log, and with it what is measured.
  child.stderr?.resume();
  const gateway: RunningGateway = {
    ...{ pid: child.pid, url },
    async devices() {
      const response = await fetch(new URL('/api/v1/devices', url));
      return (await response.json()) as readonly PolledDevice[];
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
  return gateway;
}

/** Memory of a process in MB: now, and at most so far. */
export function memoryMb(pid: number | undefined): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
  const of = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

export async function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
