/**
 * What our Modbus TCP server costs, beside its peers, in one run: `node bench/server.ts`.
 * How to read it: bench/README.md.
 */
import type { ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CAN_PIN, cpuSeconds, firstLine, spawnOnCore } from './child.ts';
import { median, short, textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Milliseconds of one measurement. */
    ms: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    /** Names of servers, separated by commas. */
    only: { type: 'string' },
  },
});

const CASES = [
  { name: '1x1', connections: 1, depth: 1 },
  { name: '1x16', connections: 1, depth: 16 },
  { name: '64x1', connections: 64, depth: 1 },
  { name: '16x16', connections: 16, depth: 16 },
] as const;

const HERE = join(import.meta.dirname, 'server');
const SERVERS: Readonly<Record<string, readonly [command: string, script: string]>> = {
  floor: [process.execPath, 'floor.ts'],
  dinrail: [process.execPath, 'dinrail.ts'],
  libmodbus: ['/usr/bin/python3', 'libmodbus.py'],
  jsmodbus: [process.execPath, 'jsmodbus.ts'],
  'modbus-serial': [process.execPath, 'modbus-serial.ts'],
};

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
}

interface Cell {
  readonly perSecond: number[];
  readonly cpuMicros: number[];
  wrong: number;
}

async function start(name: string, [command, script]: readonly [string, string]) {
  const child = spawnOnCore(0, command, [join(HERE, script), String(await freePort())]);
  child.on('error', () => undefined);
  const port = Number((await firstLine(child, /^ready (\d+)$/))?.[1]);
  if (port > 0) return { name, child, port };
  console.log(`${name} does not start here and is left out`);
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function measure({ child, port }: Running, connections: number, depth: number) {
  const before = cpuSeconds(child.pid);
  const args = [port, connections, depth, Number(values.ms)].map(String);
  const load = spawnOnCore(1, process.execPath, [join(HERE, 'load.ts'), ...args]);
  const line = (await firstLine(load, /^\{.*\}$/))?.[0] ?? '{"answers":0,"wrong":0,"elapsedMs":1}';
  const result = JSON.parse(line) as { answers: number; wrong: number; elapsedMs: number };
  const cpuMicros = ((cpuSeconds(child.pid) - before) / result.answers) * 1e6;
  return { perSecond: (result.answers / result.elapsedMs) * 1000, cpuMicros, wrong: result.wrong };
}

const wanted = values.only?.split(',') ?? Object.keys(SERVERS);
const servers: Running[] = [];
for (const [name, program] of Object.entries(SERVERS)) {
  const server = wanted.includes(name) ? await start(name, program) : undefined;
  if (server !== undefined) servers.push(server);
}

const cells = new Map<string, Cell>();
const cell = (server: string, name: string): Cell => {
  const key = `${server} ${name}`;
  const found = cells.get(key) ?? { perSecond: [], cpuMicros: [], wrong: 0 };
  cells.set(key, found);
  return found;
};

try {
  // Interleaved: what disturbs a moment disturbs all of them alike. The round before the first lets
  // the compilers of all of them finish.
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const { name, connections, depth } of CASES) {
      for (const server of servers) {
        const { perSecond, cpuMicros, wrong } = await measure(server, connections, depth);
        const target = cell(server.name, name);
        target.wrong += wrong;
        if (round === 0) continue;
        target.perSecond.push(perSecond);
        target.cpuMicros.push(cpuMicros);
      }
    }
  }
} finally {
  for (const { child } of servers) child.kill();
}

const header = ['', ...CASES.map(({ name }) => name)];
const names = servers.map(({ name }) => name);
function table(render: (server: string, name: string) => string): string {
  const rows = names.map((server) => [server, ...CASES.map(({ name }) => render(server, name))]);
  return textTable([header, ...rows]);
}

/** Median over the rounds of the ratio within each round. */
function ratio(server: string, name: string, kind: 'perSecond' | 'cpuMicros'): string {
  const own = cell('dinrail', name)[kind];
  const other = cell(server, name)[kind];
  return median(own.map((value, round) => value / (other[round] ?? NaN))).toFixed(2);
}

console.log(
  `FC03 x 125 registers, ${values.rounds} rounds of ${values.ms} ms, ${CAN_PIN ? '' : 'not '}pinned`,
);
console.log('\nanswers per second (connections x requests on the way)');
console.log(table((server, name) => short(median(cell(server, name).perSecond))));
console.log('\nprocessor time of the server per answer, microseconds');
console.log(table((server, name) => median(cell(server, name).cpuMicros).toFixed(2)));
if (names.includes('dinrail')) {
  console.log('\ndinrail as a multiple of each, answers per second');
  console.log(table((server, name) => ratio(server, name, 'perSecond')));
  console.log('\ndinrail as a multiple of each, processor time per answer (less is better)');
  console.log(table((server, name) => ratio(server, name, 'cpuMicros')));
}
const wrongs = [...cells].filter(([, { wrong }]) => wrong > 0);
for (const [key, { wrong }] of wrongs) console.log(`${key}: ${wrong} wrong answers`);
process.exit(wrongs.some(([key]) => key.startsWith('dinrail')) ? 1 : 0);
