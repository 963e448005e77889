import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { ConfigControl } from '../api/config-control.ts';
import type { Logger } from '../base/log.ts';
import { localIso, utcIso } from '../base/time-format.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import { createLogger, type LogFormat, type LogLevel } from '../gateway/log.ts';
import type { CliContext } from './context.ts';

export interface SiteOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly utc: boolean;
  /** How a client of the site ends the program, where one may. */
  readonly exit?: () => void;
  /** The files of the site, for those who change them. */
  readonly config?: ConfigControl;
}

/** The log of a site, on stderr. */
export function siteLogger({ stderr }: CliContext, { level, format }: SiteOptions): Logger {
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
    ...{ version: context.version, pid: context.pid },
    exit: options.exit ?? ((): void => undefined),
    webRoot: join(context.packageRoot, 'dist', 'web'),
    ...(options.config !== undefined && { config: options.config }),
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
