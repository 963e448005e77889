import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ModbusExceptionError, RequestTimeoutError, describeError } from '../base/errors.ts';
import type { Reading } from '../engine/read-once.ts';
import { formatAddress } from '../profile/format.ts';
import type { Sample } from '../telemetry/sample.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { otherReadingHint, otherReadings } from './other-reading.ts';
import { resolveQueries, samplesOf, type Query } from './query.ts';
import { TARGET_OPTIONS, VALUE_OPTIONS, readingOptions } from './reading-options.ts';
import { render } from './render.ts';
import { renderInterpretations } from './render-interpretations.ts';

export const readCommand: CommandSpec = {
  name: 'read',
  summary: 'Read registers or named points once and print them',
  args: '<target> [items...]',
  options: [
    ...TARGET_OPTIONS,
    ...VALUE_OPTIONS,
    { flags: '--as <what>', help: 'all: every interpretation of the same words', choices: ['all'] },
    { flags: '--sort <by>', help: 'order of the lines: name or value', choices: ['name', 'value'] },
    { flags: '-o, --output <file>', help: 'write there instead of stdout' },
    { flags: '--try', help: 'where 40001 is not there, read hr:0, which the manual may mean' },
    { flags: '-1, --once', help: 'read once, which is what this command does' },
  ],
  examples: [
    'dinrail read 192.168.1.50 hr:3000+6:f32',
    'dinrail read /dev/ttyUSB0 ir:0+10 -u 7 --serial "9600 8E1"',
    'dinrail read 192.168.1.50 -p schneider/pm8000 "voltage_*" --json',
    'dinrail read 192.168.1.50 hr:42003+2 --as all',
  ],
  run: readOnce,
};

async function readOnce(context: CliContext, input: CommandInput): Promise<number> {
  const options = readingOptions(input);
  const queries = await resolveQueries(context, input);
  try {
    const results: { query: Query; readings: readonly Reading[] }[] = [];
    for (const query of queries) {
      const startedAt = context.clock.now();
      const readings = await query.read();
      const more = hasOption(input, 'try') ? await tryOthers(context, query, readings) : [];
      results.push({ query, readings: [...readings, ...more] });
      if (!options.quiet) head(context, query, context.clock.now() - startedAt);
    }
    const samples = results.flatMap(({ query, readings }) => samplesOf(query, readings));
    const lines =
      textOption(input, 'as') === 'all'
        ? results.flatMap(({ readings }) => renderInterpretations(readings))
        : render(sorted(samples, textOption(input, 'sort')), {
            format: options.format,
            formatTime: options.formatTime,
            words: queries.every(({ words }) => words),
          });
    await put(context, input, lines);
    const advice = hasOption(input, 'try') ? '' : ' Try --try.';
    for (const { query, readings } of results) {
      explainFailures(context, query, readings, { timeoutMs: options.timeoutMs, advice });
    }
    return exitCode(results.flatMap(({ readings }) => readings));
  } finally {
    for (const { client } of queries) client.close();
  }
}

/** Reads what a manual that counts from 40001 would mean, where that is not there. */
async function tryOthers(
  { stderr }: CliContext,
  query: Query,
  readings: readonly Reading[],
): Promise<readonly Reading[]> {
  const others = otherReadings(readings);
  if (others.length === 0) return [];
  const more = await query.readAlso(others);
  const there = more.find(({ value }) => value !== undefined);
  if (there !== undefined) {
    stderr.write(
      `${there.point.name} is there: your manual counts from 40001, say so with --modicon\n`,
    );
  }
  return more;
}

function head({ stderr }: CliContext, query: Query, elapsedMs: number): void {
  const count = query.requests();
  const where = `${query.device}  unit ${query.unit}`.padEnd(44);
  const requests = `${count} ${count === 1 ? 'request' : 'requests'}`;
  stderr.write(`${where}  ${requests}  ${elapsedMs.toFixed(0)} ms\n`);
}

async function put(
  context: CliContext,
  input: CommandInput,
  lines: readonly string[],
): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join('');
  const file = textOption(input, 'output');
  if (file === undefined) context.stdout.write(text);
  else await writeFile(resolve(context.cwd, file), text);
}

function sorted(samples: readonly Sample[], by: string | undefined): readonly Sample[] {
  if (by === undefined) return samples;
  const byName = (a: Sample, b: Sample): number =>
    a.point.id.localeCompare(b.point.id, 'en', { numeric: true });
  if (by === 'name') return [...samples].sort(byName);
  const order = ({ value }: Sample): number => (value === undefined ? Infinity : Number(value));
  return [...samples].sort((a, b) => order(a) - order(b) || byName(a, b));
}

/** Says once per kind of failure what happened and what is worth trying. */
export function explainFailures(
  { stderr }: CliContext,
  { device, unit }: Query,
  readings: readonly Reading[],
  { timeoutMs, advice = '' }: { readonly timeoutMs: number; readonly advice?: string },
): void {
  const told = new Set<string>();
  for (const { error, point } of readings) {
    if (error === undefined || told.has(describeError(error))) continue;
    told.add(describeError(error));
    stderr.write(`${explain(error, { device, unit, point, timeoutMs, advice })}\n`);
  }
}

const TABLE_NAMES = {
  coil: 'coil',
  discrete: 'discrete input',
  input: 'input register',
  holding: 'holding register',
} as const;

interface Failure {
  readonly device: string;
  readonly unit: number;
  readonly point: Reading['point'];
  readonly timeoutMs: number;
  /** What to type where an address may be meant in another notation. */
  readonly advice: string;
}

function explain(error: unknown, { device, unit, point, timeoutMs, advice }: Failure): string {
  if (error instanceof ModbusExceptionError && error.exception === 2) {
    const { table, address } = point;
    const hint = otherReadingHint(point);
    const more = hint === undefined ? '' : ` ${hint}${advice}`;
    return `${device} answers, but has no ${TABLE_NAMES[table]} ${address} (${formatAddress(point)}).${more}`;
  }
  if (error instanceof RequestTimeoutError) {
    const serial = device.startsWith('serial:')
      ? ` Most common: wrong unit or speed, A and B swapped, no power. Next: dinrail scan ${serialPath(device)} --deep`
      : ' The device is there but says nothing: wrong unit id, or a gateway whose line is silent.';
    return `${device}: no answer from unit ${unit} within ${timeoutMs} ms.${serial}`;
  }
  return `${device}: ${describeError(error)}`;
}

function serialPath(url: string): string {
  return url.replace(/^serial:(\S+).*$/, '$1');
}

/** 0 all good, 8 some, else the code of the first failure. */
export function exitCode(readings: readonly Reading[]): number {
  const failed = readings.filter(({ value }) => value === undefined);
  const first = failed[0];
  if (first === undefined) return EXIT.ok;
  if (failed.length < readings.length) return EXIT.partly;
  return first.error === undefined ? EXIT.other : exitCodeOf(first.error);
}
