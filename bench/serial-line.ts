/**
 * How near our serial line comes to what its speed allows, beside modbus-serial: `node bench/serial-line.ts`.
 * How to read it: bench/README.md.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CAN_PIN, firstLine, spawnOnCore } from './child.ts';
import { textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Milliseconds of one measurement. */
    ms: { type: 'string', default: '4000' },
    only: { type: 'string' },
  },
});

const TURNAROUND_MS = 2;
const REQUEST_SIZE = 8;
const HERE = join(import.meta.dirname, 'serial');

interface Polled {
  readonly polls: number;
  readonly wrong: number;
  readonly cpuMs: number;
}

interface Seen {
  readonly cycles: number;
  readonly meanMs: number;
  readonly medianMs: number;
  readonly shortestGapMs: number;
  readonly tooShort: number;
}

function silenceMs(baud: number): number {
  return baud > 19_200 ? 1.75 : 35_000 / baud;
}

/** Request, silence, turnaround, answer, silence. */
function idealMs(baud: number, count: number): number {
  const bytes = REQUEST_SIZE + 5 + count * 2;
  return (bytes * 10_000) / baud + 2 * silenceMs(baud) + TURNAROUND_MS;
}

async function measure(library: string, baud: number, count: number): Promise<readonly string[]> {
  const device = [join(HERE, 'responder.py'), `${baud}`, `${TURNAROUND_MS}`];
  const responder = spawnOnCore(0, '/usr/bin/python3', device);
  const lines = responder.stdout;
  const path = (await firstLine(responder, /^ready (.*)$/))?.[1] ?? '';
  const args = [library, path, `${baud}`, `${count}`, values.ms];
  const child = spawnOnCore(1, process.execPath, [join(HERE, 'poll.ts'), ...args]);
  const polled = JSON.parse((await firstLine(child, /^\{.*\}$/))?.[0] ?? '{}') as Partial<Polled>;
  let text = '';
  lines?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  responder.kill('SIGTERM');
  await once(responder, 'close');
  const seen = JSON.parse(text) as Seen;
  const { polls = NaN, cpuMs = NaN, wrong = NaN } = polled;
  const ofIdeal = (cycleMs: number): string =>
    `${((idealMs(baud, count) / cycleMs) * 100).toFixed(1)} %`;
  return [
    `${library} ${baud} x ${count}`,
    seen.medianMs.toFixed(2),
    idealMs(baud, count).toFixed(2),
    ofIdeal(seen.medianMs),
    ofIdeal(seen.meanMs),
    `${seen.shortestGapMs.toFixed(2)} / ${silenceMs(baud).toFixed(2)}`,
    `${seen.tooShort} of ${seen.cycles}`,
    (cpuMs / polls).toFixed(2),
    `${wrong}`,
  ];
}

const rows: (readonly string[])[] = [
  ['', 'cycle ms', 'ideal', 'of ideal', 'mean', 'gap / t3.5', 'too short', 'cpu ms', 'wrong'],
];
const wanted = values.only?.split(',') ?? ['dinrail', 'modbus-serial'];
for (const baud of [9_600, 19_200, 115_200]) {
  for (const count of [10, 125]) {
    for (const library of wanted) rows.push(await measure(library, baud, count));
  }
}
console.log(`FC03, 8N1, ${TURNAROUND_MS} ms turnaround, ${CAN_PIN ? '' : 'not '}pinned`);
console.log(textTable(rows));
