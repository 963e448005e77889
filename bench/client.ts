/**
 * What our Modbus TCP client costs, beside its peers, in one run: `node bench/client.ts`.
 * How to read it: bench/README.md.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CAN_PIN, firstLine, spawnOnCore } from './child.ts';
import { median, short, textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Milliseconds of one measurement. */
    ms: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    /** Names of clients, separated by commas. */
    only: { type: 'string' },
    /** Whom they ask: a script of bench/server. */
    server: { type: 'string', default: 'floor' },
  },
});

const CASES = [
  { name: '1x1', connections: 1, depth: 1 },
  { name: '1x16', connections: 1, depth: 16 },
  { name: '100x1', connections: 100, depth: 1 },
] as const;

const HERE = import.meta.dirname;
const POLL = [process.execPath, join(HERE, 'client/poll.ts')] as const;
const CLIENTS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  dinrail: [...POLL, 'dinrail'],
  libmodbus: ['/usr/bin/python3', join(HERE, 'client/libmodbus.py')],
  'modbus-serial': [...POLL, 'modbus-serial'],
  jsmodbus: [...POLL, 'jsmodbus'],
};

interface Result {
  readonly answers: number;
  readonly wrong: number;
  readonly elapsedMs: number;
  readonly cpuMicros: number;
  readonly rss: number;
}

const wanted = values.only?.split(',') ?? Object.keys(CLIENTS);
const names = Object.keys(CLIENTS).filter((name) => wanted.includes(name));
const results = new Map<string, Result[]>();

async function measure(name: string, port: number, connections: number, depth: number) {
  const [command = '', ...script] = CLIENTS[name] ?? [];
  const args = [port, connections, depth, Number(values.ms)].map(String);
  const child = spawnOnCore(1, command, [...script, ...args]);
  child.on('error', () => undefined);
  const line = (await firstLine(child, /^\{.*\}$/))?.[0];
  return line === undefined ? undefined : (JSON.parse(line) as Result);
}

const server = spawnOnCore(0, process.execPath, [join(HERE, `server/${values.server}.ts`)]);
try {
  const port = Number((await firstLine(server, /^ready (\d+)$/))?.[1]);
  // Interleaved: what disturbs a moment disturbs all of them alike.
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const { name: case_, connections, depth } of CASES) {
      for (const name of names) {
        const result = await measure(name, port, connections, depth);
        if (result === undefined) continue;
        const key = `${name} ${case_}`;
        results.set(key, [...(results.get(key) ?? []), result]);
      }
    }
  }
} finally {
  server.kill();
}

const of = (client: string, case_: string): readonly Result[] =>
  results.get(`${client} ${case_}`) ?? [];
const rate = ({ answers, elapsedMs }: Result): number => (answers / elapsedMs) * 1000;
function table(render: (client: string, case_: string) => string): string {
  const header = ['', ...CASES.map(({ name }) => name)];
  return textTable([
    header,
    ...names.map((one) => [one, ...CASES.map(({ name }) => render(one, name))]),
  ]);
}

console.log(
  `FC03 x 125 registers from ${values.server}, ${values.rounds} rounds of ${values.ms} ms, ${CAN_PIN ? '' : 'not '}pinned`,
);
console.log('\nanswers per second (connections x requests on the way)');
console.log(table((client, case_) => short(median(of(client, case_).map(rate)))));
console.log('\nprocessor time of the client per answer, microseconds');
console.log(
  table((client, case_) => median(of(client, case_).map((one) => one.cpuMicros)).toFixed(1)),
);
console.log('\nmemory, MB');
console.log(
  table((client, case_) => (median(of(client, case_).map(({ rss }) => rss)) / 1e6).toFixed(0)),
);
/** Median over the rounds of the ratio within each round. */
function ratio(client: string, case_: string, figure: (result: Result) => number): string {
  const own = of('dinrail', case_).map(figure);
  const rounds = of(client, case_).map((result, round) => (own[round] ?? NaN) / figure(result));
  return median(rounds).toFixed(2);
}
console.log('\ndinrail as a multiple of each, answers per second');
console.log(table((client, case_) => ratio(client, case_, rate)));
console.log('\ndinrail as a multiple of each, processor time per answer (less is better)');
console.log(table((client, case_) => ratio(client, case_, (one) => one.cpuMicros)));
let wrong = 0;
for (const [key, rounds] of results) {
  const count = rounds.reduce((sum, result) => sum + result.wrong, 0);
  if (count > 0) console.log(`${key}: ${count} wrong answers`);
  if (key.startsWith('dinrail ')) wrong += count;
}
process.exit(wrong > 0 ? 1 : 0);
