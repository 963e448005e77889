import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { UsageError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { localIso, utcIso } from '../base/time-format.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { siteProblems } from '../gateway/site-problems.ts';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import { createLogger, type LogFormat, type LogLevel } from '../gateway/log.ts';
import { hasOption, textOption, type CommandSpec, type OptionSpec } from './command.ts';
import { stopped, type CliContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { ConfigError, openSiteFiles } from './load.ts';
import { superviseSite } from './supervise-site.ts';
import { Reloader, keep } from './reload.ts';
import { showSite } from './site-table.ts';

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export const LOG_OPTIONS: readonly OptionSpec[] = [
  { flags: '--log-level <level>', help: 'default info', choices: LOG_LEVELS },
  {
    flags: '--log-format <form>',
    help: 'text for people, json for machines',
    choices: ['text', 'json'],
  },
  { flags: '--utc', help: 'times in UTC instead of local time' },
];

export const runCommand: CommandSpec = {
  name: 'run',
  summary: 'Run a site: poll for ever, serve the page, feed the sinks',
  args: '[file]',
  options: LOG_OPTIONS,
  examples: ['dinrail run gateway.yaml'],
  async run(context, input) {
    const [file = 'gateway.yaml'] = input.args;
    if (!existsSync(file)) {
      throw new UsageError(
        `there is no ${file}; "dinrail demo" shows what dinrail does without one`,
      );
    }
    const readAt = context.clock.wallMicros();
    const { site, files } = await openSiteFiles(context, file);
    const [reason] = siteProblems(site);
    if (reason !== undefined) throw new ConfigError(reason);
    const options: SiteOptions = {
      level: (textOption(input, 'logLevel') as LogLevel | undefined) ?? 'info',
      format: (textOption(input, 'logFormat') as LogFormat | undefined) ?? 'text',
      utc: hasOption(input, 'utc'),
    };
    const logger = siteLogger(context, options);
    // Aborts as well when a client of the site ends the program.
    const ended = new AbortController();
    const exit = (): void => {
      ended.abort();
    };
    const gateway = await startSite(context, site, { ...options, exit }, logger);
    const table = site.sinks.find((sink) => sink.type === 'console' && sink.format === 'table');
    const hide =
      table !== undefined && context.stdout.isTerminal
        ? showSite(gateway.site, context.stdout, context.clock, [site.name])
        : (): void => undefined;
    const supervision = superviseSite(context, gateway, logger);
    const reloader = new Reloader(context, file, gateway, logger, {
      begins: () => supervision?.reloading(context.monotonicMicros?.()),
      ended: () => supervision?.ready(),
    });
    reloader.start(files, readAt);
    if (site.data !== undefined) await keep(site.data, file, readAt, logger);
    supervision?.ready();
    try {
      await stopped(AbortSignal.any([context.signal, ended.signal]));
    } finally {
      const told = supervision?.stopping();
      reloader.stop();
      hide();
      await gateway.stop();
      await told;
    }
    // An ordered stop is what was asked for, by whichever signal.
    return EXIT.ok;
  },
};

export interface SiteOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly utc: boolean;
  /** How a client of the site ends the program, where one may. */
  readonly exit?: () => void;
}

/** The log of a site, on stderr. */
function siteLogger({ stderr }: CliContext, { level, format }: SiteOptions): Logger {
  return createLogger((text) => stderr.write(text), { level, format });
}

/** Starts a site in this process. */
export async function startSite(
  context: CliContext,
  site: SiteConfig,
  options: SiteOptions,
  logger = siteLogger(context, options),
): Promise<Gateway> {
  const gateway = await startGateway(site, {
    clock: context.clock,
    logger,
    stdout: asWritable(context),
    formatTime: options.utc ? utcIso : localIso,
    version: context.version,
    exit: options.exit ?? ((): void => undefined),
    webRoot: join(context.packageRoot, 'dist', 'web'),
  });
  logger.info(`dinrail ${context.version} runs ${site.name}`, {
    devices: site.devices.length,
    points: site.devices.reduce((sum, { points }) => sum + points.length, 0),
  });
  if (gateway.url !== undefined) logger.info(`the page is at ${gateway.url}`);
  return gateway;
}

/** Sinks write to a stream, and a full pipe slows the sink, not the program. */
function asWritable({ stdout }: CliContext): Writable {
  if (stdout.stream instanceof Writable) return stdout.stream;
  return new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      stdout.write(chunk);
      done();
    },
  });
}
