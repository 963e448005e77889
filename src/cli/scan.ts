import { UsageError, describeError } from '../base/errors.ts';
import { localIso } from '../base/time-format.ts';
import type { Endpoint, SerialEndpoint } from '../transport/endpoint.ts';
import { formatSerial } from '../transport/serial.ts';
import { addressList } from './address-list.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { usableProfiles } from './fingerprint.ts';
import { placeOf, shortUrl } from './place.ts';
import { TARGET_OPTIONS, durationOption, parseUnits, wholeOption } from './reading-options.ts';
import { scanNetwork } from './scan-network.ts';
import { ScanProgress } from './scan-progress.ts';
import { listRegisters } from './list-registers.ts';
import { lastScanFile, saveScan, scanLines, type ScanResult } from './scan-result.ts';
import {
  answersAnyUnit,
  emptyCatch,
  otherSettings,
  patienceMs,
  recognizeFound,
  scanUnits,
  settingsToTry,
  type Catch,
} from './scan-units.ts';

const ALL_UNITS = '1-247';
const RECOGNIZE_MS = 500;

export const scanCommand: CommandSpec = {
  name: 'scan',
  summary: 'Find devices: units on a line or behind a gateway, addresses of a network, registers',
  args: '<target>',
  options: [
    { flags: '--units <ids>', help: `which unit ids to ask (default ${ALL_UNITS})`, habits: { '-u': '--units', '-a': '--units', '--unit': '--units' } }, // prettier-ignore
    ...TARGET_OPTIONS.filter(({ flags }) => /--(?:baud|parity|serial|config)/.test(flags)),
    { flags: '--timeout <time>', help: 'patience with each id (default: fitted to the line)' },
    { flags: '--deep', help: 'try the common settings of serial lines until somebody answers' },
    { flags: '--port <n>', help: 'port of each address of a network (default 502)' },
    { flags: '--registers', help: 'find which registers one unit has, instead of units' },
    { flags: '--range <ranges>', help: 'with --registers: hr:0-999,co:0-63 (default hr and ir, 0-999)' }, // prettier-ignore
    { flags: '--json', help: 'the result as JSON' },
  ],
  examples: [
    'dinrail scan /dev/ttyUSB0',
    'dinrail scan /dev/ttyUSB0 --deep --units 1-20',
    'dinrail scan 192.168.1.0/24',
    'dinrail scan 192.168.1.50 --registers --range hr:0-9999',
  ],
  run: scan,
};

async function scan(context: CliContext, input: CommandInput): Promise<number> {
  const [target = ''] = input.args;
  if (hasOption(input, 'registers')) return listRegisters(context, input, target);
  const addresses = addressList(target);
  const into = emptyCatch();
  const startedAt = context.clock.now();
  const progress = new ScanProgress(
    context.stderr,
    context.clock,
    addresses === undefined ? 'unit' : 'address',
  );
  const onProgress = (): void => {
    progress.update(into.probed, into.total, into.found.length);
  };
  try {
    if (addresses === undefined)
      await scanPlace(context, input, { target, into, onProgress, progress }); // prettier-ignore
    else {
      const port = wholeOption(input, 'port', 1, 65_535) ?? 502;
      const timeoutMs = durationOption(input, 'timeout') ?? 500;
      await scanNetwork(context, { addresses, port, timeoutMs, onProgress }, into);
    }
    progress.clear();
    const profiles = await usableProfiles(context);
    await recognizeFound(context, profiles, RECOGNIZE_MS, into);
  } catch (error) {
    // What was found before Ctrl-C is worth as much as after it.
    if (!context.signal.aborted) throw error;
  } finally {
    progress.clear();
  }
  const seconds = (context.clock.now() - startedAt) / 1000;
  const result = resultOf(context, target, into, seconds);
  await show(context, input, result, into, addresses !== undefined);
  if (context.signal.aborted) return exitCodeOf(context.signal.reason);
  return into.found.length > 0 ? EXIT.ok : EXIT.noAnswer;
}

interface PlaceScan {
  readonly target: string;
  readonly into: Catch;
  readonly onProgress: () => void;
  readonly progress: ScanProgress;
}

async function scanPlace(
  context: CliContext,
  input: CommandInput,
  { target, into, onProgress, progress }: PlaceScan,
): Promise<void> {
  const { endpoint } = await placeOf(context, input, target);
  const named = textOption(input, 'units');
  const timeoutOf = (one: Endpoint): number => durationOption(input, 'timeout') ?? patienceMs(one);
  const units = parseUnits(named ?? ALL_UNITS);
  if (endpoint.kind !== 'serial') {
    if (hasOption(input, 'deep')) throw new UsageError('--deep is for serial ports');
    const isAlike =
      named === undefined && (await answersAnyUnit(context, endpoint, timeoutOf(endpoint), into));
    if (isAlike) return;
    await scanUnits(context, { endpoint, units, timeoutMs: timeoutOf(endpoint), onProgress }, into);
    return;
  }
  if (units.includes(0)) throw new UsageError('unit 0 is everybody on a serial line, and nobody answers'); // prettier-ignore
  for (const one of settingsToTry(endpoint, hasOption(input, 'deep'))) {
    await scanUnits(context, { endpoint: one, units, timeoutMs: timeoutOf(one), onProgress }, into);
    progress.clear();
    sayWhichSettings(context, input, one, into);
    // The devices of one line have one speed.
    if (into.found.length > 0) return;
  }
}

function sayWhichSettings(
  { stderr }: CliContext,
  input: CommandInput,
  endpoint: SerialEndpoint,
  { found, noise }: Catch,
): void {
  const mark =
    found.length > 0 ? '✓' : noise.length > 0 ? 'only damaged answers' : 'nobody answers';
  const isHint = found.length === 0 && !hasOption(input, 'deep');
  const hint = isHint ? `   --deep tries ${otherSettings(endpoint)} …` : '';
  stderr.write(`line settings  ${formatSerial(endpoint)}  ${mark}${hint}\n`);
}

function resultOf(
  { clock, signal }: CliContext,
  target: string,
  { probed, total, found, noise }: Catch,
  seconds: number,
): ScanResult {
  return {
    ...{ version: 1, at: localIso(clock.wallMicros()), target, probed, total },
    ...{ seconds: Number(seconds.toFixed(1)), interrupted: signal.aborted, found, noise },
  };
}

async function show(
  context: CliContext,
  input: CommandInput,
  result: ScanResult,
  { mute }: Catch,
  isNetwork: boolean,
): Promise<void> {
  const { stdout, stderr } = context;
  if (hasOption(input, 'json')) stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else for (const line of scanLines(result, isNetwork)) stdout.write(`${line}\n`);
  for (const url of mute) {
    stderr.write(`${shortUrl(url)} takes connections and answers no Modbus as unit 1, 255 or 0\n`);
  }
  const { probed, total, found, seconds, interrupted } = result;
  const stoppedEarly = interrupted ? `, stopped after ${probed} of ${total}` : '';
  stderr.write(`${found.length} found in ${seconds} s${stoppedEarly}\n`);
  // An empty result would only hide the one before.
  if (found.length === 0) return;
  const problem = await saveScan(context, result).catch(describeError);
  stderr.write(
    typeof problem === 'string'
      ? `the result could not be kept in ${lastScanFile(context)}: ${problem}\n`
      : 'write a configuration for these?  dinrail init --from-scan last\n',
  );
}
