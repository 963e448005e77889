import type { Writable } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { startApi, type Api } from '../api/server.ts';
import type { SiteConfig, SinkConfig } from '../config/site-config.ts';
import { Engine } from '../engine/engine.ts';
import type { LineSetup } from '../engine/setup.ts';
import { clientFor } from '../client/client-for.ts';
import { jsonLinesFileSink } from '../sink/file-sink.ts';
import { jsonLinesSink, textLinesSink } from '../sink/line-sink.ts';
import type { Site } from '../telemetry/site.ts';
import type { Sink } from '../telemetry/sink.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import { Outbox } from './outbox.ts';

/**
 * The engine demotes silent devices itself, so the clients below it only have to keep a lost endpoint
 * from being knocked at more than once a second.
 */
const RECONNECT = { firstMs: 500, maxMs: 1_000 };

/** How long the parts may take to stop, in milliseconds, before the program goes on without them. */
const STOP_LIMIT_MS = 1_500;

/** What the gateway needs from the program around it. */
export interface GatewayHost {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stdout: Writable;
  readonly formatTime: (micros: number) => string;
  readonly version: string;
  /** Folder of the built page. */
  readonly webRoot: string;
}

/** A running site. */
export interface Gateway {
  readonly site: Site;
  /** Where the page is; undefined when it is switched off. */
  readonly url: string | undefined;
  /** Ends everything in order: polling, then sinks with what waits, then the page. */
  stop(): Promise<void>;
}

/** Builds the parts of a site and starts them. Rejects when the page's port cannot be had. */
export async function startGateway(config: SiteConfig, host: GatewayHost): Promise<Gateway> {
  const { clock, logger } = host;
  const engine = new Engine(config.name, lineSetups(config, clock), clock, logger);
  const api = await startPage(config, engine, host);
  const outboxes = config.sinks.flatMap((sink) => {
    const made = makeSink(sink, host);
    return made === undefined ? [] : [{ sink, outbox: new Outbox(sink.name, made, clock, logger) }];
  });
  for (const { outbox } of outboxes) outbox.start(engine);
  engine.subscribe((changed) => {
    for (const { sink, outbox } of outboxes) {
      const wanted = changed.filter(({ point }) => sink.points.has(point.id));
      if (wanted.length > 0) outbox.push(wanted);
    }
  });
  engine.start();
  return {
    site: engine,
    url: api?.url,
    async stop() {
      engine.stop();
      await within(clock, STOP_LIMIT_MS, async () => {
        await Promise.all(outboxes.map(async ({ outbox }) => outbox.stop()));
        await api?.close();
      });
    },
  };
}

async function startPage(
  { web }: SiteConfig,
  site: Site,
  { clock, logger, version, webRoot }: GatewayHost,
): Promise<Api | undefined> {
  if (web.listen === undefined) return undefined;
  return startApi({ site, clock, logger, listen: web.listen, webRoot, version });
}

function lineSetups(config: SiteConfig, clock: Clock): readonly LineSetup[] {
  return config.lines.map((line) => ({
    name: line.name,
    inFlight: line.inFlight,
    client: clientFor(parseEndpoint(line.endpoint), {
      clock,
      inFlight: line.inFlight,
      pauseMs: line.pauseMs,
      backoff: RECONNECT,
    }),
    devices: config.devices.filter((device) => device.line === line.name),
  }));
}

/** The sink of a configuration; undefined for the table, which is a view and no destination. */
function makeSink(sink: SinkConfig, { stdout, formatTime }: GatewayHost): Sink | undefined {
  if (sink.type === 'jsonl') return jsonLinesFileSink(sink.path, formatTime);
  switch (sink.format) {
    case 'table':
      return undefined;
    case 'line':
      return textLinesSink(stdout, formatTime);
    case 'json':
      return jsonLinesSink(stdout, formatTime);
  }
}

/** Runs something that should end soon, and goes on when it does not. */
async function within(clock: Clock, ms: number, run: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.alarm(clock.now() + ms, resolve);
    run().then(resolve, reject).finally(cancel);
  });
}
