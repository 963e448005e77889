import { resolve } from 'node:path';
import { UsageError, type GatewayError } from '../base/errors.ts';
import { localIso } from '../base/time-format.ts';
import {
  CAN_FORMS,
  isCanProblem,
  logEndpoint,
  readCanEndpoint,
  type CanEndpoint,
} from '../can/can-endpoint.ts';
import { FrameDescriber, type ShownSignal } from '../can/describe-frame.ts';
import { formatId, hexOf, type CanFrame } from '../can/frame.ts';
import { LogFile } from '../can/source/log-file.ts';
import { openCanSource } from '../can/source/open-source.ts';
import { textOption, type CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { openDbc } from './open-dbc.ts';
import { wholeOption } from './reading-options.ts';

const MAX_COUNT = 1_000_000_000;

/** Prints the frames of a bus, or of a log as fast as it can be read, and what they mean. */
export async function canDump(context: CliContext, input: CommandInput): Promise<number> {
  const [, source] = input.args;
  if (source === undefined) throw new UsageError(`which bus? ${CAN_FORMS}, or a candump log`);
  const endpoint = endpointOf(context, source);
  const file = textOption(input, 'dbc');
  const describer =
    file === undefined ? undefined : new FrameDescriber((await openDbc(context, file)).messages);
  const limit = wholeOption(input, 'count', 1, MAX_COUNT) ?? Infinity;
  const print = (frame: CanFrame, at: number): void => {
    context.stdout.write(`${lineOf(frame, at, describer)}\n`);
  };
  if (endpoint.kind === 'candump') return dumpLog(context, endpoint.path, limit, print);
  return dumpBus(context, endpoint, limit, print);
}

function endpointOf({ cwd }: CliContext, source: string): CanEndpoint {
  const endpoint = readCanEndpoint(source);
  if (endpoint === undefined && source.includes('://')) {
    throw new UsageError(`"${source}" is no CAN bus: ${CAN_FORMS}, or the file of a candump log`);
  }
  if (endpoint === undefined) {
    return logEndpoint({ path: resolve(cwd, source), speed: 1, isLooped: false });
  }
  if (isCanProblem(endpoint)) {
    const { message, hint } = endpoint;
    throw new UsageError(hint === undefined ? message : `${message}: ${hint}`);
  }
  if (endpoint.kind !== 'candump') return endpoint;
  return { ...endpoint, path: resolve(cwd, endpoint.path) };
}

function dumpLog(
  { stderr, signal }: CliContext,
  path: string,
  limit: number,
  print: (frame: CanFrame, at: number) => void,
): number {
  const log = readable(path, () => new LogFile(path));
  try {
    const next = (): boolean => readable(path, () => log.next());
    for (let count = 0; count < limit && !signal.aborted && next(); count += 1) {
      print(log.frame, log.at);
    }
  } finally {
    log.close();
  }
  if (log.damaged > 0) stderr.write(`${log.damaged} lines of ${path} are no frames\n`);
  return log.damaged > 0 ? EXIT.partly : EXIT.ok;
}

function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new UsageError(`cannot read ${path}`, { cause });
    }
    throw new UsageError(`there is no ${path}, and no bus has this name: ${CAN_FORMS}`);
  }
}

async function dumpBus(
  { clock, signal, stderr }: CliContext,
  endpoint: CanEndpoint,
  limit: number,
  print: (frame: CanFrame, at: number) => void,
): Promise<number> {
  const source = openCanSource(endpoint, clock);
  let count = 0;
  await new Promise<void>((done, fail) => {
    const cancel = source.start({
      frame(frame, at) {
        if (count >= limit) return;
        print(frame, at);
        count += 1;
        if (count >= limit) end();
      },
      up: () => stderr.write(`listens to ${source.url}\n`),
      // A person waits in front of it: the first failure is the answer.
      down: (error) => end(error),
    });
    const end = (error?: GatewayError): void => {
      cancel();
      if (error === undefined) done();
      else fail(error);
    };
    signal.addEventListener('abort', () => end(), { once: true });
    if (signal.aborted) end();
  });
  if (source.damaged > 0) stderr.write(`${source.damaged} pieces were no frames\n`);
  return EXIT.ok;
}

function lineOf(frame: CanFrame, at: number, describer: FrameDescriber | undefined): string {
  const time = Number.isNaN(at) ? '' : `${localIso(at).slice(11, 23)}  `;
  const head = `${time}${formatId(frame)}  ${dataOf(frame)}`;
  const shown = describer?.describe(frame);
  if (shown === undefined) return head.trimEnd();
  return `${head}  ${shown.message.name}  ${shown.signals.map(signalText).join('  ')}`;
}

function dataOf({ isError, isRemote, isFd, data, length }: CanFrame): string {
  if (isRemote) return `remote, ${length} bytes`;
  const bytes = hexOf(data, length).replaceAll(/(..)(?=.)/g, '$1 ');
  return `${isError ? 'error ' : ''}[${length}${isFd ? ' fd' : ''}] ${bytes}`;
}

function signalText({ signal, value, word, cause }: ShownSignal): string {
  if (cause !== undefined) return `${signal.name}=(${cause})`;
  const unit = signal.unit === undefined ? '' : ` ${signal.unit}`;
  return `${signal.name}=${String(value)}${unit}${word === undefined ? '' : ` (${word})`}`;
}
