import { UsageError, describeError } from '../base/errors.ts';
import { hasOption, textOption, type CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { placeOf, probingClient, type Place } from './place.ts';
import { durationOption, parseUnits } from './reading-options.ts';
import { ScanProgress } from './scan-progress.ts';
import { countOf, parseRanges, scanRegisters, spanLines, type Span } from './scan-registers.ts';

/** `scan --registers`: which registers one unit has. What is known before Ctrl-C is printed. */
export async function listRegisters(
  context: CliContext,
  input: CommandInput,
  target: string,
): Promise<number> {
  const { stdout, stderr, signal } = context;
  const place = await placeOf(context, input, target);
  const unit = oneUnit(input, place);
  const spans = parseRanges(textOption(input, 'range'));
  const timeoutMs = durationOption(input, 'timeout') ?? 1000;
  const client = probingClient(place.endpoint, context);
  const found: Span[] = [];
  const failure = await listInto(context, { client, unit, spans, timeoutMs }, found);
  client.close();
  if (failure !== undefined && found.length === 0 && !signal.aborted) throw failure;
  const json = {
    endpoint: place.endpoint.url,
    unit,
    complete: failure === undefined,
    spans: found,
  };
  const lines = hasOption(input, 'json') ? [JSON.stringify(json, undefined, 2)] : spanLines(found);
  stdout.write(lines.map((line) => `${line}\n`).join(''));
  stderr.write(`${place.name}  unit ${unit}  ${client.counters.requests} requests\n`);
  if (failure === undefined) return found.length > 0 ? EXIT.ok : EXIT.exception;
  stderr.write(signal.aborted ? 'stopped early\n' : `stopped early: ${describeError(failure)}\n`);
  return signal.aborted ? exitCodeOf(signal.reason) : EXIT.partly;
}

function oneUnit(input: CommandInput, place: Place): number {
  const [unit = 1, ...more] = parseUnits(textOption(input, 'units') ?? String(place.unit ?? 1));
  if (more.length > 0) throw new UsageError('--registers asks one unit: say which with --units');
  return unit;
}

interface Listing {
  readonly client: ReturnType<typeof probingClient>;
  readonly unit: number;
  readonly spans: readonly Span[];
  readonly timeoutMs: number;
}

/** Gives what ended it early. */
async function listInto(
  { stderr, clock, signal }: CliContext,
  { client, unit, spans, timeoutMs }: Listing,
  found: Span[],
): Promise<Error | undefined> {
  const progress = new ScanProgress(stderr, clock, 'register');
  const total = countOf(spans);
  const onProgress = (done: number): void => {
    progress.update(done, total, countOf(found));
  };
  try {
    await client.connect(signal);
    await scanRegisters(client, spans, { unit, timeoutMs, signal, onProgress }, found);
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    progress.clear();
  }
}
