import { InvalidRequestError, ModbusExceptionError, UsageError } from '../base/errors.ts';
import type { ModbusClient } from '../client/client.ts';
import { ReadSet, type Reading } from '../engine/read-once.ts';
import { writePoint } from '../engine/write-point.ts';
import { encodeWrite } from '../profile/encode.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import { planReads } from '../profile/read-plan.ts';
import { parseValueText } from '../profile/value-text.ts';
import { formatSample, formatValue } from '../telemetry/format-value.ts';
import { railPoint } from '../engine/rail-point.ts';
import { hasOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { resolveQueries, toSamples, type Query } from './query.ts';
import { TARGET_OPTIONS, VALUE_OPTIONS, readingOptions } from './reading-options.ts';

export const writeCommand: CommandSpec = {
  name: 'write',
  summary: 'Write values once: shows old and new, asks, writes, reads back',
  args: '<target> <assignments...>',
  options: [
    ...TARGET_OPTIONS,
    ...VALUE_OPTIONS.filter(({ flags }) => !/--(?:format|json)/.test(flags)),
    { flags: '-y, --yes', help: 'do not ask' },
    { flags: '--no-input', help: 'never ask; without --yes nothing is written' },
    { flags: '--no-verify', help: 'do not read back' },
  ],
  examples: [
    'dinrail write 192.168.1.50 hr:10=750',
    'dinrail write 192.168.1.50 hr:20:f32@CDAB=21.5 -y',
    'dinrail write /dev/ttyUSB0 -p eurotherm/3216 setpoint=750',
  ],
  run: write,
};

interface Change {
  readonly point: RegisterPoint;
  readonly value: Value;
  readonly before?: Reading;
}

async function write(context: CliContext, input: CommandInput): Promise<number> {
  const [target = '', ...assignments] = input.args;
  const pairs = assignments.map(splitAssignment);
  const items = { ...input, args: [target, ...pairs.map(([item]) => item)] };
  const options = readingOptions(input);
  if (options.units.length > 1)
    throw new UsageError('write to one unit at a time: --unit takes one id here');
  const [query] = await resolveQueries(context, items, 'write');
  if (query === undefined) throw new UsageError('there is nothing to write');
  try {
    if (query.points.length !== pairs.length) {
      throw new UsageError('each assignment names one value: hr:10=750, not a range or a pattern');
    }
    const wanted = query.points.map((point, index) => ({
      point,
      value: parseValueText(point, pairs[index]?.[1] ?? ''),
    }));
    for (const { point, value } of wanted) allow(point, value);
    const changes = await withPresent(context, query, wanted, options);
    for (const change of changes) checkChange(change);
    announce(context, query, changes);
    if (!(await confirmed(context, input, changes))) {
      context.stderr.write('nothing was written\n');
      return EXIT.refused;
    }
    return await perform(context, input, query, changes, options);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    context.stderr.write(`refused: ${error.message}. Nothing was written\n`);
    return EXIT.refused;
  } finally {
    query.client.close();
  }
}

/** A limit of ours forbids the write. */
class RefusedError extends Error {}

function splitAssignment(text: string): readonly [item: string, value: string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`"${text}" is no assignment, expected such as hr:10=750`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Encodes once ahead of everything, so that what is refused is refused before the device is asked. */
function allow(point: RegisterPoint, value: Value): void {
  try {
    encodeWrite(point, value);
  } catch (error) {
    if (error instanceof InvalidRequestError) throw new RefusedError(error.message);
    throw error;
  }
}

function checkChange({ point, value, before }: Change): void {
  const maxChange = point.write?.maxChange;
  if (maxChange === undefined || typeof value !== 'number') return;
  if (typeof before?.value !== 'number') {
    throw new RefusedError(
      `${point.name} may change by ${maxChange} at most, and its present value is not known`,
    );
  }
  const change = Math.abs(value - before.value);
  if (change > maxChange) {
    throw new RefusedError(`${point.name} may change by ${maxChange} at most, this is ${change}`);
  }
}

async function withPresent(
  context: CliContext,
  query: Query,
  wanted: readonly { point: RegisterPoint; value: Value }[],
  options: { timeoutMs: number; retries: number },
): Promise<readonly Change[]> {
  const readings = await readBack(
    context,
    query,
    wanted.map(({ point }) => point),
    options,
  );
  return wanted.map(({ point, value }) => {
    const before = readings.find((reading) => reading.point.name === point.name);
    return { point, value, ...(before !== undefined && { before }) };
  });
}

async function readBack(
  { clock, signal }: CliContext,
  { client, unit }: { client: ModbusClient; unit: number },
  points: readonly RegisterPoint[],
  { timeoutMs, retries }: { timeoutMs: number; retries: number },
): Promise<readonly Reading[]> {
  const reads = planReads(points, { strategy: 'auto', registers: 125, bits: 2000, gap: 0 });
  return new ReadSet(client, unit, reads, { clock, timeoutMs, retries, signal }).read();
}

function announce({ stderr }: CliContext, query: Query, changes: readonly Change[]): void {
  for (const { point, value, before } of changes) {
    const now =
      before === undefined
        ? 'cannot be read'
        : `now ${toSamples(query, [before]).map(formatSample).join('')}`;
    stderr.write(`${query.device} ${point.name}   ${now}  →  ${withUnit(query, point, value)}\n`);
  }
}

function withUnit({ device }: Query, point: RegisterPoint, value: Value): string {
  const text = formatValue(railPoint(device, point, 0), value);
  return point.unit === undefined ? text : `${text} ${point.unit}`;
}

async function confirmed(
  { ask, stderr }: CliContext,
  input: CommandInput,
  changes: readonly Change[],
): Promise<boolean> {
  if (hasOption(input, 'yes')) return true;
  if (ask === undefined || input.options['input'] === false) {
    stderr.write('nobody is here to confirm; add --yes to write without asking\n');
    return false;
  }
  const answer = await ask(
    `write ${changes.length === 1 ? 'it' : `these ${changes.length}`}? [y/N] `,
  );
  return /^y(?:es)?$/i.test(answer.trim());
}

async function perform(
  context: CliContext,
  input: CommandInput,
  query: Query,
  changes: readonly Change[],
  options: { timeoutMs: number; retries: number },
): Promise<number> {
  const verify = input.options['verify'] !== false;
  for (const { point, value } of changes) {
    const startedAt = context.clock.now();
    try {
      await writePoint(query.client, query.unit, point, value, options.timeoutMs);
    } catch (error) {
      if (error instanceof ModbusExceptionError) {
        context.stderr.write(`${point.name}: ${error.message}, not written\n`);
        return exitCodeOf(error);
      }
      // Whether the device has done it nobody knows: it is read back and never blindly repeated.
      context.stderr.write(`${point.name}: the outcome is not known: ${String(error)}\n`);
      if (!verify) return exitCodeOf(error);
    }
    if (!verify || point.access === 'wo') {
      context.stderr.write(`${point.name}: written, not read back\n`);
      continue;
    }
    const [after] = await readBack(context, query, [point], options);
    const ms = (context.clock.now() - startedAt).toFixed(0);
    if (after?.value === undefined) {
      context.stderr.write(`${point.name}: written, but it could not be read back\n`);
      return EXIT.differs;
    }
    const text = withUnit(query, point, after.value);
    if (after.value !== value) {
      context.stderr.write(`${point.name}: written, but reads back as ${text}\n`);
      return EXIT.differs;
    }
    context.stderr.write(`${point.name}: written, read back ${text}   ${ms} ms\n`);
  }
  return EXIT.ok;
}
