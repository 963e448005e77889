/**
 * How soon a write reaches a line that polls without a pause: `node bench/write.ts`.
 * How to read it: bench/README.md.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLogger } from '../src/base/log.ts';
import { systemClock } from '../src/base/system-clock.ts';
import type { TraceEvent } from '../src/client/client.ts';
import { clientFor } from '../src/client/client-for.ts';
import { Engine } from '../src/engine/engine.ts';
import { parsePoints } from '../src/profile/points.ts';
import { parseTarget } from '../src/transport/endpoint.ts';
import { CAN_PIN, firstLine, spawnOnCore } from './child.ts';
import { textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Writes to a network; a slow line gets a share of them. */
    writes: { type: 'string', default: '500' },
  },
});

const DEVICES = 5;
const REGISTERS = 60;
const THINKING_MS = 5;
/** Polls are due more often than any of these lines can ask. */
const EVERY_MS = 1;
const HERE = import.meta.dirname;

interface Line {
  readonly name: string;
  readonly target: string;
  readonly settings?: string;
  readonly inFlight: number;
  readonly writes: number;
}

/** What one write met. */
interface Met {
  /** From asking until its frame leaves, and until its answer is there; in milliseconds. */
  readonly waitMs: number;
  readonly answerMs: number;
  /** Polls that were sent between asking and its frame. */
  readonly overtaken: number;
}

const { points } = parsePoints({
  ...Object.fromEntries(Array.from({ length: REGISTERS }, (_, at) => [`r${at}`, `hr:${at} u16`])),
  r0: 'hr:0 u16 rw',
});
const written = points.find(({ name }) => name === 'r0')!;

function engineOf({ target, settings, inFlight }: Line, trace: (event: TraceEvent) => void) {
  const clock = systemClock;
  const client = clientFor(parseTarget(target, settings), { clock, inFlight, trace });
  const devices = Array.from({ length: DEVICES }, (_, index) => ({
    ...{ name: `d${index + 1}`, unit: index + 1, timeoutMs: 2_000, retries: 0 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 10 } as const,
    points: points.map((point) => ({ point, everyMs: EVERY_MS, staleMs: 60_000 })),
  }));
  return new Engine('bench', [{ name: 'line', client, inFlight, devices }], clock, silentLogger);
}

async function measure(line: Line): Promise<readonly string[]> {
  const sent: { readonly at: number; readonly isWrite: boolean }[] = [];
  // The function code stands behind the header of TCP, or behind the unit id.
  const codeAt = line.settings === undefined ? 7 : 1;
  const engine = engineOf(line, ({ at, direction, bytes }) => {
    if (direction === 'sent') sent.push({ at, isWrite: bytes[codeAt] === 6 });
  });
  engine.start();
  await pause(line.settings === undefined ? 500 : 3_000);
  const begin = systemClock.now();
  const polled = sent.length;
  const met: Met[] = [];
  for (let index = 0; index < line.writes; index += 1) {
    await pause(Math.random() * 40);
    met.push(await write(engine, sent, 1 + (index % DEVICES), index));
  }
  const seconds = (systemClock.now() - begin) / 1000;
  const cycles = cyclesMs(sent);
  engine.stop();
  const [wait, answer] = [met.map(({ waitMs }) => waitMs), met.map(({ answerMs }) => answerMs)];
  const overtaken = Math.max(...met.map((one) => one.overtaken));
  if (overtaken > 0) process.exitCode = 1;
  return [
    line.name,
    ((sent.length - polled) / seconds).toFixed(0),
    ...[cycles, wait, answer].flatMap((ms) => [share(ms, 0.5), share(ms, 0.99)]).map(oneDigit),
    String(overtaken),
  ];
}

async function write(
  engine: Engine,
  sent: readonly { readonly at: number; readonly isWrite: boolean }[],
  unit: number,
  word: number,
): Promise<Met> {
  const port = engine.port(`d${unit}`);
  if (port === undefined) throw new Error('no such device');
  const [askedAt, before] = [systemClock.now(), sent.length];
  const result = await port.write(written, { function: 6, address: 0, word }, Infinity);
  const answerMs = systemClock.now() - askedAt;
  if (result.kind !== 'acknowledged') throw new Error(`the write is ${result.kind}`);
  const since = sent.slice(before);
  const overtaken = since.findIndex(({ isWrite }) => isWrite);
  return { waitMs: (since[overtaken]?.at ?? NaN) - askedAt, answerMs, overtaken };
}

/** How long polls have the line, each: between two frames in a row that are polls. */
function cyclesMs(sent: readonly { readonly at: number; readonly isWrite: boolean }[]): number[] {
  return sent.flatMap(({ at, isWrite }, index) => {
    const before = sent[index - 1];
    return before === undefined || isWrite || before.isWrite ? [] : [at - before.at];
  });
}

function oneDigit(ms: number): string {
  return ms.toFixed(1);
}

function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs a device of another process, and what is measured with it. */
async function withDevice<T>(
  command: string,
  args: readonly string[],
  run: (where: string) => Promise<T>,
): Promise<T> {
  const child: ChildProcess = spawnOnCore(1, command, args);
  try {
    const [, where = ''] = (await firstLine(child, /^ready (.*)$/)) ?? [];
    return await run(where);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}

const count = Number(values.writes);
const rows: (readonly string[])[] = [
  ['', 'frames/s', 'poll p50', 'p99', 'left p50', 'p99', 'done p50', 'p99', 'polls before'],
];
for (const inFlight of [1, 4]) {
  const device = [join(HERE, 'gateway/slow-device.ts'), String(THINKING_MS)];
  rows.push(
    await withDevice(process.execPath, device, async (port) =>
      measure({
        ...{ name: `TCP, ${inFlight} in flight`, inFlight, writes: count },
        target: `tcp://127.0.0.1:${port}`,
      }),
    ),
  );
}
for (const baud of [9_600, 115_200]) {
  const device = [join(HERE, 'serial/responder.py'), String(baud), String(THINKING_MS)];
  rows.push(
    await withDevice('/usr/bin/python3', device, async (path) =>
      measure({
        ...{ name: `serial, ${baud} baud`, target: path, settings: `${baud} 8N1`, inFlight: 1 },
        writes: Math.ceil(count / (baud < 20_000 ? 5 : 2)),
      }),
    ),
  );
}
console.log(
  `${DEVICES} devices, ${REGISTERS} registers each, ${THINKING_MS} ms to answer, ${CAN_PIN ? '' : 'not '}pinned`,
);
console.log(textTable(rows));
