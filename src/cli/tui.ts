import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectError, UsageError } from '../base/errors.ts';
import { parseTarget } from '../transport/endpoint.ts';
import { runTui, type Ended } from '../tui/app.ts';
import type { TuiSource } from '../tui/source.ts';
import type { Palette } from '../tui/style.ts';
import type { Terminal } from '../tui/terminal.ts';
import { hasOption, textOption, type CommandInput, type CommandSpec } from './command.ts';
import { StopSignal, type CliContext } from './context.ts';
import { deviceSource } from './device-source.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { GATEWAY_OPTION, GatewayClient, TOKEN_OPTION } from './gateway-client.ts';
import { problemText, RefusedError } from './gateway-problem.ts';
import { gatewaySource } from './gateway-source.ts';
import { openProfile } from './load.ts';
import { serialSettings } from './query.ts';
import { TARGET_OPTIONS, durationOption, readingOptions } from './reading-options.ts';

const DEFAULT_PORT = 8502;

export const tuiCommand: CommandSpec = {
  name: 'tui',
  summary: 'Show a running gateway, or a device itself, as a page in the terminal',
  args: '[target]',
  options: [
    GATEWAY_OPTION,
    TOKEN_OPTION,
    ...TARGET_OPTIONS.filter(({ flags }) => !/--(?:config|verbose)/.test(flags)),
    { flags: '-i, --interval <time>', help: 'how often a device is read; default: its profile' },
    { flags: '--no-color', help: 'no colours, also with NO_COLOR or TERM=dumb' },
    { flags: '--ascii', help: 'plain signs, also where the locale is not UTF-8 (LANG=C)' },
  ],
  examples: [
    'dinrail tui',
    'dinrail tui http://plant-gateway:8502',
    'dinrail tui tcp://192.168.1.50 --profile anzen/bms',
  ],
  async run(context, input) {
    const { terminal } = context;
    if (terminal === undefined) {
      throw new UsageError(
        'this is no terminal, and the page needs one for its keys and its screen; ' +
          '"dinrail get" and "dinrail watch" print values for scripts',
      );
    }
    const source = await sourceOf(context, input);
    try {
      return exitCode(context, await show(context, input, terminal, source));
    } finally {
      source.stop?.();
    }
  },
};

type StoppableSource = TuiSource & { stop?(): void };

async function sourceOf(context: CliContext, input: CommandInput): Promise<StoppableSource> {
  const [target] = input.args;
  const profileName = textOption(input, 'profile');
  if (target !== undefined && (profileName !== undefined || isDevice(target))) {
    return deviceOf(context, input, target, profileName);
  }
  const gateway = new GatewayClient(context, target === undefined ? input : at(input, target));
  // Whoever has mistyped an address shall read so, and not wait in front of an empty page.
  const answer = await gateway.get('/api/v1/status');
  if (answer.status !== 200) {
    const why = `${gateway.host}: ${problemText(answer)}`;
    throw [401, 403].includes(answer.status) ? new RefusedError(why) : new ConnectError(why);
  }
  return gatewaySource(gateway);
}

/** Could this be nothing but a device? A bare host may be a gateway as well. */
function isDevice(target: string): boolean {
  return /^(?:tcp:|rtu\+tcp:|serial:|\/|com\d)/i.test(target);
}

function at(input: CommandInput, target: string): CommandInput {
  const hasPort = target.includes('://') || /:\d+$/.test(target);
  const gateway = hasPort ? target : `${target}:${DEFAULT_PORT}`;
  return { ...input, options: { ...input.options, gateway } };
}

async function deviceOf(
  context: CliContext,
  input: CommandInput,
  target: string,
  profileName: string | undefined,
): Promise<StoppableSource> {
  if (profileName === undefined) {
    throw new UsageError(
      `what is ${target}? Say so with --profile, such as anzen/bms; "dinrail identify ${target}" finds out`,
    );
  }
  const endpoint = parseTarget(target, serialSettings(input));
  const { units, timeoutMs, retries } = readingOptions(input);
  const everyMs = durationOption(input, 'interval');
  return deviceSource({
    ...{ endpoint, units, timeoutMs, retries, clock: context.clock, version: context.version },
    profile: await openProfile(context, profileName),
    ...(everyMs !== undefined && { everyMs }),
  });
}

async function show(
  { clock, signal, env, cwd }: CliContext,
  input: CommandInput,
  terminal: Terminal,
  source: TuiSource,
): Promise<Ended> {
  return runTui({
    ...{ source, terminal, clock, signal, palette: paletteOf(env, input) },
    ascii: hasOption(input, 'ascii') || !isUtf8(env),
    async save(name, text) {
      const path = join(cwd, name);
      // A file that is there already is somebody's.
      await writeFile(path, text, { flag: 'wx' });
      return path;
    },
  });
}

function paletteOf(env: CliContext['env'], { options }: CommandInput): Palette {
  if (env['TERM'] === 'dumb') return 'none';
  const isPlain = (env['NO_COLOR'] ?? '') !== '' || options['color'] === false;
  return isPlain ? 'mono' : 'colour';
}

/** POSIX, section 8.2: the first of these that is set says how characters are written. */
function isUtf8(env: CliContext['env']): boolean {
  const [locale = 'C'] = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].filter(Boolean);
  return /utf-?8/i.test(locale);
}

function exitCode({ signal }: CliContext, ended: Ended): number {
  if (ended === 'interrupted') return EXIT.interrupted;
  const reason: unknown = signal.reason;
  return ended === 'stopped' && reason instanceof StopSignal ? exitCodeOf(reason) : EXIT.ok;
}
