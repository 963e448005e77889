import { sleep } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { UsageError, describeError } from '../base/errors.ts';
import { clientFor } from '../client/client-for.ts';
import { ReadSet, type Reading } from '../engine/read-once.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { GREEDY_REGISTERS, MAX_REGISTERS, planReads } from '../profile/read-plan.ts';
import { parseTarget } from '../transport/endpoint.ts';
import { textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openProfile } from './load.ts';
import { ENDIAN_CHOICES, inMeterOrder, type Endian } from './meter-order.ts';
import { pythonDict, pythonTime } from './python-form.ts';
import { wholeOption } from './reading-options.ts';

const DEFAULT_PROFILE = 'schneider/pm8000';

export const meterCommand: CommandSpec = {
  name: 'meter',
  summary: 'Poll one energy meter and log its values, with the flags of the Python meter reader',
  options: [
    { flags: '--host <host>', help: 'address of the meter' },
    { flags: '--port <port>', help: 'its port, usually 502' },
    { flags: '--timeout <s>', help: 'seconds to wait for an answer (default 1)' },
    { flags: '--interval <s>', help: 'seconds from one poll to the next (default 10)' },
    { flags: '--byteorder <order>', help: 'default BIG', choices: ENDIAN_CHOICES },
    { flags: '--wordorder <order>', help: 'default BIG', choices: ENDIAN_CHOICES },
    {
      flags: '--message_size <n>',
      help: `most registers per request (default ${GREEDY_REGISTERS})`,
      habits: { '--message-size': '--message_size' },
    },
    { flags: '--unit <id>', help: 'Modbus unit id (default 1)' },
    { flags: '--profile <name>', help: `whose registers (default ${DEFAULT_PROFILE})` },
  ],
  examples: ['dinrail meter --host 192.168.1.50 --port 502 --interval 5'],
  run: meter,
};

async function meter(context: CliContext, input: CommandInput): Promise<number> {
  const settings = meterSettings(input);
  const profile = await openProfile(context, textOption(input, 'profile') ?? DEFAULT_PROFILE);
  const points = profile.points
    .filter(({ table }) => table === 'holding')
    .map((point) => inMeterOrder(point, settings.byteOrder, settings.wordOrder));
  const reads = planReads(points, {
    strategy: 'greedy',
    registers: settings.messageSize,
    bits: 2000,
    gap: 0,
  });
  const { clock, signal } = context;
  const client = clientFor(parseTarget(`tcp://${settings.authority}`), { clock });
  const set = new ReadSet(client, settings.unit, reads, {
    clock,
    timeoutMs: settings.timeoutMs,
    retries: 1,
    signal,
  });
  const log = logTo(context);
  try {
    await pollForEver(context, set, log, settings);
    return EXIT.ok;
  } catch (error) {
    if (!signal.aborted) throw error;
    log('INFO', 'Polling stopped by user.');
    return EXIT.ok;
  } finally {
    client.close();
    log('INFO', 'Disconnected from Modbus device.');
  }
}

async function pollForEver(
  { clock, signal }: CliContext,
  set: ReadSet,
  log: Log,
  { intervalMs, authority }: MeterSettings,
): Promise<void> {
  const startedAt = clock.now();
  let connected = false;
  for (;;) {
    log('DEBUG', 'Polling data...');
    const readings = await set.read();
    const answered = readings.some(({ error }) => error === undefined);
    if (answered && !connected) log('INFO', `Connected to Modbus device at ${authority}`);
    connected = answered;
    for (const failure of failures(readings, authority)) log('ERROR', failure);
    if (answered) log('INFO', pythonDict(inOrder(readings)));
    const passed = Math.floor((clock.now() - startedAt) / intervalMs);
    await sleep(clock, startedAt + (passed + 1) * intervalMs - clock.now(), signal);
  }
}

/** A flat map in the order of the addresses, as the reader of old printed it. */
function inOrder(readings: readonly Reading[]): [RegisterPoint, Reading['value']][] {
  return [...readings]
    .sort((a, b) => a.point.address - b.point.address)
    .map(({ point, value }) => [point, value]);
}

/** Each failure once, with the points it took. */
function failures(readings: readonly Reading[], authority: string): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const { point, error } of readings) {
    if (error === undefined) continue;
    const text = describeError(error);
    byText.set(text, [...(byText.get(text) ?? []), point.name]);
  }
  return [...byText].map(([text, names]) => {
    const all = names.length === readings.length;
    return all ? `${authority}: ${text}` : `Can not read ${names.join(', ')}: ${text}`;
  });
}

type Log = (level: 'DEBUG' | 'INFO' | 'ERROR', message: string) => void;

function logTo({ stderr, clock }: CliContext): Log {
  return (level, message) => {
    stderr.write(`${pythonTime(clock.wallMicros())} - root - ${level} - ${message}\n`);
  };
}

interface MeterSettings {
  /** `host:port` */
  readonly authority: string;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly byteOrder: Endian;
  readonly wordOrder: Endian;
  readonly messageSize: number;
  readonly unit: number;
}

function meterSettings(input: CommandInput): MeterSettings {
  const host = textOption(input, 'host');
  const port = wholeOption(input, 'port', 1, 65_535);
  if (host === undefined || port === undefined) {
    throw new UsageError(
      '--host and --port say where the meter is: --host 192.168.1.50 --port 502',
    );
  }
  return {
    authority: `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`,
    timeoutMs: seconds(input, 'timeout', 1),
    intervalMs: seconds(input, 'interval', 10),
    byteOrder: (textOption(input, 'byteorder') as Endian | undefined) ?? 'BIG',
    wordOrder: (textOption(input, 'wordorder') as Endian | undefined) ?? 'BIG',
    messageSize: wholeOption(input, 'message_size', 1, MAX_REGISTERS) ?? GREEDY_REGISTERS,
    unit: wholeOption(input, 'unit', 0, 255) ?? 1,
  };
}

/** Milliseconds of bare seconds, which this command accepts for old habits, or of any duration. */
function seconds(input: CommandInput, name: string, fallback: number): number {
  const text = textOption(input, name) ?? String(fallback);
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === undefined || ms <= 0) {
    throw new UsageError(`--${name}: "${text}" is no time, expected seconds such as ${fallback}`);
  }
  return ms;
}
