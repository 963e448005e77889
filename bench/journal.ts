/**
 * What the journal costs: appending, draining, the size of a sample, and the memory that a backlog takes:
 * `node bench/journal.ts`. How to read it: bench/README.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/system-clock.ts';
import type { NewRecord } from '../src/journal/journal.ts';
import { openJournal } from '../src/journal/open-journal.ts';
import type { Point } from '../src/telemetry/point.ts';
import type { Sample } from '../src/telemetry/sample.ts';
import { CAN_PIN, firstLine, spawnOnCore } from './child.ts';
import { short, textTable } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Samples of the backlog; ten million with --long. */
    samples: { type: 'string', default: '1000000' },
    long: { type: 'boolean', default: false },
    /** Samples of one record, what one answer has brought: 10 and 1 unless it is said. */
    record: { type: 'string' },
    /** Where to write; a file system in memory says nothing about a disk. */
    folder: { type: 'string', default: tmpdir() },
    /** For the processes of the bench itself. */
    phase: { type: 'string' },
  },
});

const SAMPLES = values.long ? 10_000_000 : Number(values.samples);
const PER_RECORD = Number(values.record ?? '10');
const POINTS = 1000;
const TARGETS = { append: 500_000, drain: 200_000, bytes: 20, memoryMb: 150 };

const points: Point[] = [];
for (let index = 0; index < POINTS; index += 1) {
  const device = `furnace${Math.floor(index / 10)}`;
  const name = `temperature${index % 10}`;
  points.push({
    ...{ id: `${device}.${name}`, device, name, address: `hr:${index % 10}` },
    ...{ type: 'f32', unit: '°C', kind: 'gauge', writable: false, everyMs: 1000 },
  });
}

/** A third are doubles with all digits, a third have one decimal, a third are whole. */
function value(number: number): number {
  const kind = number % 3;
  if (kind === 0) return 20 + Math.sin(number / 100) * 15;
  return kind === 1 ? ((number * 7) % 5000) / 10 : number % 3000;
}

/** The record with a sequence; its samples are numbered through. */
function recordOf(sequence: number): NewRecord {
  const at = systemClock.wallMicros();
  const samples: Sample[] = [];
  for (let index = 0; index < PER_RECORD; index += 1) {
    const number = sequence * PER_RECORD + index;
    const point = points[number % POINTS]!;
    const known = { point, value: value(number), quality: 'good' } as const;
    samples.push({ ...known, at, requestedAt: at - 8000, goodAt: at });
  }
  return { kind: 'samples', samples };
}

interface Outcome {
  /** Milliseconds: in our calls alone, by the clock, of the processor with all threads. */
  readonly insideMs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly memoryMb: number;
  readonly bytes: number;
  readonly openMs: number;
  readonly wrong: number;
}

let memoryMb = 0;
function look(): void {
  memoryMb = Math.max(memoryMb, process.memoryUsage.rss() / 1e6);
}

async function phase(
  work: (journal: Awaited<ReturnType<typeof open>>) => Promise<Partial<Outcome>>,
) {
  const openedAt = performance.now();
  const journal = await open();
  const openMs = performance.now() - openedAt;
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const outcome = await work(journal);
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  const { bytes } = journal.status();
  await journal.close();
  const cpuMs = (user + system) / 1000;
  console.log(JSON.stringify({ ...outcome, wallMs, cpuMs, openMs, bytes, memoryMb }));
}

async function open() {
  return openJournal({ folder: values.folder, clock: systemClock, limits: { bytes: 4e9 } });
}

async function append(): Promise<void> {
  await phase(async (journal) => {
    let insideMs = 0;
    const count = SAMPLES / PER_RECORD;
    for (let next = 0; next < count;) {
      const batch: NewRecord[] = [];
      for (let ahead = 0; ahead < 100; ahead += 1) batch.push(recordOf(next + ahead));
      const startedAt = performance.now();
      let taken = 0;
      while (taken < batch.length && journal.append(batch[taken]!) !== undefined) taken += 1;
      insideMs += performance.now() - startedAt;
      next += taken;
      look();
      if (taken < batch.length) await journal.sync();
      else await new Promise((resolve) => setImmediate(resolve));
    }
    await journal.sync();
    return { insideMs, wrong: 0 };
  });
}

async function drain(): Promise<void> {
  await phase(async (journal) => {
    let wrong = 0;
    for (let next = journal.first; next < journal.durable;) {
      const result = await journal.read(next, { samples: 1000 });
      for (const record of result.records) {
        const samples = record.kind === 'samples' ? record.samples : [];
        const number = record.sequence * PER_RECORD;
        if (samples.length !== PER_RECORD || samples[0]!.value !== value(number)) wrong += 1;
      }
      wrong += result.lost;
      next = result.next;
      look();
    }
    return { insideMs: NaN, wrong };
  });
}

async function run(name: string, folder: string, perRecord: number): Promise<Outcome> {
  const args = ['--phase', name, '--folder', folder];
  args.push('--samples', String(SAMPLES), '--record', String(perRecord));
  const child = spawnOnCore(0, process.execPath, [import.meta.filename, ...args]);
  const line = (await firstLine(child, /^\{.*\}$/))?.[0];
  if (line === undefined) throw new Error(`the process that should ${name} has failed`);
  return JSON.parse(line) as Outcome;
}

/** One column; true when all targets are met. */
async function measure(perRecord: number): Promise<{ column: string[]; isMet: boolean }> {
  const folder = mkdtempSync(join(values.folder, 'dinrail-bench-'));
  try {
    const appended = await run('append', folder, perRecord);
    const drained = await run('drain', folder, perRecord);
    const perSecond = (ms: number): number => (SAMPLES / ms) * 1000;
    const bytes = appended.bytes / SAMPLES;
    const inside = perSecond(appended.insideMs);
    const all = perSecond(appended.cpuMs);
    const drainRate = perSecond(drained.cpuMs);
    const column = [
      `x ${perRecord}`,
      ...[short(inside), short(all), short(perSecond(appended.wallMs))],
      `${(all / TARGETS.append).toFixed(1)} x`,
      ...[short(drainRate), short(perSecond(drained.wallMs))],
      `${(drainRate / TARGETS.drain).toFixed(1)} x`,
      ...[bytes.toFixed(1), appended.memoryMb.toFixed(0), drained.memoryMb.toFixed(0)],
      ...[drained.openMs.toFixed(0), String(drained.wrong)],
    ];
    const isMet =
      drained.wrong === 0 &&
      all >= TARGETS.append &&
      drainRate >= TARGETS.drain &&
      bytes <= TARGETS.bytes &&
      Math.max(appended.memoryMb, drained.memoryMb) < TARGETS.memoryMb;
    return { column, isMet };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NAMES = [
  ...['', 'append: our calls alone', '  processor, all threads', '  by the clock, to the disk'],
  ...[`  of the target (${short(TARGETS.append)}/s)`, 'drain: processor', '  by the clock'],
  ...[`  of the target (${short(TARGETS.drain)}/s)`, `bytes of a sample (${TARGETS.bytes})`],
  ...[`memory appending, MB (${TARGETS.memoryMb})`, `memory draining, MB (${TARGETS.memoryMb})`],
  ...['opening, ms', 'wrong or lost'],
];

async function main(): Promise<void> {
  const cases = values.record === undefined ? [10, 1] : [PER_RECORD];
  const columns: string[][] = [];
  for (const perRecord of cases) {
    const { column, isMet } = await measure(perRecord);
    columns.push(column);
    if (!isMet) process.exitCode = 1;
  }
  console.log(
    `${short(SAMPLES)} samples in records of so many, ${CAN_PIN ? '' : 'not '}on one core`,
  );
  console.log(textTable(NAMES.map((name, row) => [name, ...columns.map((one) => one[row] ?? '')])));
}

if (values.phase === 'append') await append();
else if (values.phase === 'drain') await drain();
else await main();
