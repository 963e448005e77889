/**
 * What CAN costs: frames of the battery decoded per second, lines of a log read per second, and the
 * whole map read by a client of ours while a replay sends 2,000 frames per second.
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cycle } from '../src/can/cycle.ts';
import { emptyFrame, type CanFrame } from '../src/can/frame.ts';
import { MessageTable } from '../src/can/message-table.ts';
import { parseDbc } from '../src/can/parse-dbc.ts';
import { ByteLines } from '../src/can/source/byte-lines.ts';
import { CandumpLine, parseCandumpLine } from '../src/can/source/candump-line.ts';
import { cpuSeconds, firstLine, spawnOnCore } from './child.ts';
import { median, short, textTable } from './table.ts';

const BATTERY = join(import.meta.dirname, '../examples/battery');
const MAIN = join(import.meta.dirname, '../src/cli/main.ts');
const READER = join(import.meta.dirname, '../test/integration/pymodbus_battery.py');
const ROUNDS = 7;
const ROUND_MS = 500;
const DECODE_TARGET = 500_000;
const FRAMES_PER_SECOND = 2_000;
const READ_SECONDS = 10;

const log = await readFile(join(BATTERY, 'cycle.log'), 'utf8');
const lines = log.split('\n').filter((line) => line !== '');
const frames = lines.map((line): CanFrame => parseCandumpLine(line) ?? emptyFrame());

/** How often `run` does its `count` things in a second: the median of some rounds. */
function perSecond(count: number, run: () => void): number {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    let [done, elapsed] = [0, 0];
    while (elapsed < ROUND_MS) {
      for (let turn = 0; turn < 100; turn += 1) run();
      done += 100 * count;
      elapsed = performance.now() - begun;
    }
    rates.push((done * 1000) / elapsed);
  }
  return median(rates);
}

async function decoding(): Promise<{ readonly rate: number; readonly bytesPerFrame: number }> {
  const { dbc } = parseDbc(await readFile(join(BATTERY, 'anzen.dbc'), 'utf8'));
  const wanted = dbc.messages.flatMap((message) =>
    message.signals.map((signal) => ({ message, signal })),
  );
  let told = 0;
  const table: MessageTable = new MessageTable(wanted, {
    frame: (message, position) => {
      if (message.name === 'MonoblockVoltages') cycle.start(position, 0);
    },
    part: ({ index }) => cycle.part(index, 0),
  });
  const parts = table.parts.filter(({ message }) => message.name === 'MonoblockVoltages');
  const cycle = new Cycle({
    ...{ parts: parts.map(({ index }) => index), first: undefined, maxMs: 1e9 },
    tell: () => (told += 1),
  });
  const run = (): void => {
    for (const frame of frames) table.accept(frame);
  };
  const rate = perSecond(frames.length, run);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let turn = 0; turn < 3_000; turn += 1) run();
  const bytesPerFrame = (process.memoryUsage().heapUsed - before) / (3_000 * frames.length);
  if (told === 0) throw new Error('no cycle was told');
  return { rate, bytesPerFrame };
}

function reading(): number {
  const bytes = new TextEncoder().encode(log);
  const line = new CandumpLine();
  let count = 0;
  const cutter = new ByteLines('\n', 512, {
    line: (text, length) => {
      if (line.read(text, length) === 'frame') count += 1;
    },
    tooLong: () => undefined,
  });
  const rate = perSecond(lines.length, () => cutter.push(bytes));
  if (count === 0) throw new Error('no line was read');
  return rate;
}

interface Read {
  readonly maps: number;
  readonly torn: number;
  readonly failed: readonly string[];
  readonly p50: number;
  readonly p99: number;
}

/** The example with a log that goes `FRAMES_PER_SECOND`, read by pymodbus; share of a core it takes. */
async function served(): Promise<Read & { readonly cpu: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'dinrail-bench-can-'));
  const text = await readFile(join(BATTERY, 'gateway.yaml'), 'utf8');
  await copyFile(join(BATTERY, 'anzen.dbc'), join(folder, 'anzen.dbc'));
  await writeFile(
    join(folder, 'fast.log'),
    replay()
      .map(
        (frame, at) => `(${(1_623_766_061 + at / FRAMES_PER_SECOND).toFixed(6)}) can0 ${frame}\n`,
      )
      .join(''),
  );
  const site = text
    .replace(/battery: candump:\S+/, 'battery: candump:fast.log?loop=yes&bitrate=1000000')
    .replace('{ host: cpu-temperature }', "{ can: '= 23' }")
    .replace('cycle: Status', 'cycle: message')
    .replace('127.0.0.1:1502', '127.0.0.1:0')
    .replace('name: battery-room', 'name: bench\nweb: { listen: none }');
  await writeFile(join(folder, 'gateway.yaml'), site);
  const program = spawnOnCore(
    0,
    process.execPath,
    [MAIN, 'run', join(folder, 'gateway.yaml')],
    'stderr',
  );
  try {
    const match = await firstLine(program, /server="bms" host="[^"]+" port=(\d+)/);
    const port = match?.[1] ?? '';
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const before = cpuSeconds(program.pid);
    const reader = spawnSync('/usr/bin/python3', [READER, port, String(READ_SECONDS)], {
      encoding: 'utf8',
    });
    const cpu = (cpuSeconds(program.pid) - before) / READ_SECONDS;
    return { ...(JSON.parse(reader.stdout) as Read), cpu };
  } finally {
    program.kill('SIGTERM');
    await rm(folder, { recursive: true });
  }
}

/** Ten seconds of frames in which every monoblock of a cycle has the same voltage: another one is torn. */
function replay(): string[] {
  const others = lines
    .map((line) => line.split(' ').at(-1) ?? '')
    .filter((frame) => !frame.startsWith('1830'));
  const all: string[] = [];
  const hex = (value: number, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, '0');
  for (let round = 0; all.length < 10 * FRAMES_PER_SECOND; round += 1) {
    for (let page = 1; page <= 13; page += 1) {
      const first = 3 * page - 2;
      const words = [0, 1, 2].map((at) => hex(first + at <= 38 ? 14_000 + (round % 800) : 0, 4));
      all.push(`1830CCE8#${hex(page, 2)}${hex(first, 2)}${words.join('')}`);
    }
    if (round % 4 === 0) all.push(...others);
  }
  return all;
}

const { rate, bytesPerFrame } = await decoding();
const text = reading();
const read = await served();
console.log(
  textTable([
    ['', 'per second', ''],
    ['frames decoded', short(rate), `${bytesPerFrame.toFixed(1)} bytes of heap per frame`],
    ['lines of a log read', short(text), ''],
    [
      'maps read',
      (read.maps / READ_SECONDS).toFixed(1),
      `${read.torn} torn, ${read.failed.length} failed`,
    ],
  ]),
);
console.log(
  `a read while ${FRAMES_PER_SECOND} frames come in a second: p50 ${read.p50.toFixed(1)} ms, p99 ${read.p99.toFixed(1)} ms; the gateway takes ${(read.cpu * 100).toFixed(0)} % of a core`,
);
process.exitCode = rate < DECODE_TARGET || read.torn > 0 || read.failed.length > 0 ? 1 : 0;
