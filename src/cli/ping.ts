import { sleep } from '../base/clock.ts';
import { UsageError, describeError } from '../base/errors.ts';
import { clientFor } from '../client/client-for.ts';
import type { ModbusClient } from '../client/client.ts';
import { hasOption, type CommandInput, type CommandSpec } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { pingLines, suggestedPauseMs, suggestedTimeoutMs, summarize } from './ping-statistics.ts';
import type { PingSummary } from './ping-statistics.ts';
import { placeOf } from './place.ts';
import { probe, type ProbeResult } from './probe.ts';
import { TARGET_OPTIONS, durationOption, readingOptions, wholeOption } from './reading-options.ts';
import { traceTo } from './trace.ts';

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1_000_000;
/** So long is waited where there is no connection to ask over. */
const LOST_PAUSE_MS = 500;

export const pingCommand: CommandSpec = {
  name: 'ping',
  summary: 'Ask a device many times: how fast, how often in vain, how often damaged',
  args: '<target>',
  options: [
    ...TARGET_OPTIONS.filter(({ flags }) => !/--(?:profile|retries)/.test(flags)),
    { flags: '-n, --count <n>', help: `how many questions (default ${DEFAULT_COUNT})` },
    {
      flags: '--pause <time>',
      help: 'silence between an answer and the next question (default 0)',
    },
    { flags: '--json', help: 'the result as JSON' },
  ],
  examples: ['dinrail ping 192.168.1.50 -n 100', 'dinrail ping /dev/ttyUSB0 -u 7 --pause 20ms'],
  run: ping,
};

async function ping(context: CliContext, input: CommandInput): Promise<number> {
  const { units, timeoutMs, verbosity } = readingOptions(input);
  const count = wholeOption(input, 'count', 1, MAX_COUNT) ?? DEFAULT_COUNT;
  const pauseMs = durationOption(input, 'pause') ?? 0;
  const place = await placeOf(context, input, input.args[0] ?? '');
  const unit = place.unit ?? units[0] ?? 1;
  if (units.length > 1) throw new UsageError('ping asks one unit at a time; scan asks many');
  const { clock, signal, stdout } = context;
  const client = clientFor(place.endpoint, {
    clock,
    ...(verbosity >= 3 && { trace: traceTo(context) }),
  });
  const results: ProbeResult[] = [];
  try {
    await client.connect(signal);
    context.stderr.write(`${place.name}  unit ${unit}  hr:0, ${count} times\n`);
    await askOften(context, client, { unit, count, timeoutMs, pauseMs }, results);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    client.close();
  }
  const summary = summarize(results);
  stdout.write(
    hasOption(input, 'json')
      ? `${JSON.stringify(asJson(summary, pauseMs))}\n`
      : pingLines(summary, pauseMs)
          .map((line) => `${line}\n`)
          .join(''),
  );
  return signal.aborted ? exitCodeOf(signal.reason) : codeOf(summary);
}

interface Series {
  readonly unit: number;
  readonly count: number;
  readonly timeoutMs: number;
  readonly pauseMs: number;
}

/** Fills `results`, so that an interrupted series keeps what it has. */
async function askOften(
  { clock, signal, stderr }: CliContext,
  client: ModbusClient,
  { unit, count, timeoutMs, pauseMs }: Series,
  results: ProbeResult[],
): Promise<void> {
  let told = '';
  while (results.length < count) {
    const result = await probe(client, unit, { clock, timeoutMs, signal });
    results.push(result);
    if (result.kind === 'lost') {
      const said = describeError(result.error);
      if (said !== told) stderr.write(`${said}\n`);
      told = said;
      await sleep(clock, LOST_PAUSE_MS, signal);
    } else if (pauseMs > 0 && results.length < count) {
      await sleep(clock, pauseMs, signal);
    }
  }
}

function asJson(summary: PingSummary, pauseMs: number): object {
  const { times } = summary;
  if (times === undefined) return summary;
  const rounded = Object.entries(times).map(([name, value]: [string, number]) => [
    `${name}Ms`,
    Number(value.toFixed(2)),
  ]);
  return {
    ...summary,
    times: Object.fromEntries(rounded) as object,
    suggestedTimeoutMs: suggestedTimeoutMs(times),
    suggestedPauseMs: suggestedPauseMs(summary, pauseMs),
  };
}

function codeOf({ sent, answered, damaged, lost }: PingSummary): number {
  if (answered === sent) return EXIT.ok;
  if (answered > 0) return EXIT.partly;
  if (damaged > 0) return EXIT.damaged;
  return lost === sent ? EXIT.cannotOpen : EXIT.noAnswer;
}
