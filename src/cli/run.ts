import { existsSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import { siteProblems } from '../gateway/site-problems.ts';
import type { LogFormat, LogLevel } from '../gateway/log.ts';
import { hasOption, textOption, type CommandSpec, type OptionSpec } from './command.ts';
import { stopped } from './context.ts';
import { EXIT } from './exit-code.ts';
import { ConfigError, openSiteFiles } from './load.ts';
import { startManaged } from './managed-site.ts';
import { showSite } from './site-table.ts';
import { siteLogger, type SiteOptions } from './start-site.ts';
import { superviseSite } from './supervise-site.ts';

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
    const read = { file, site, files, readAt };
    const managed = await startManaged(context, read, { ...options, exit }, logger);
    const { gateway } = managed;
    const table = site.sinks.find((sink) => sink.type === 'console' && sink.format === 'table');
    const hide =
      table !== undefined && context.stdout.isTerminal
        ? showSite(gateway.site, context.stdout, context.clock, [site.name])
        : (): void => undefined;
    const supervision = superviseSite(context, gateway, logger);
    await managed.begin({
      begins: () => supervision?.reloading(context.monotonicMicros?.()),
      ended: () => supervision?.ready(),
    });
    supervision?.ready();
    try {
      await stopped(AbortSignal.any([context.signal, ended.signal]));
    } finally {
      const told = supervision?.stopping();
      hide();
      await managed.stop();
      await told;
    }
    // An ordered stop is what was asked for, by whichever signal.
    return EXIT.ok;
  },
};
