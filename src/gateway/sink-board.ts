import type { SinkConfig } from '../config/site-config.ts';
import { csvSink } from '../sink/csv-sink.ts';
import { jsonLinesFileSink } from '../sink/file-sink.ts';
import { jsonLinesSink, textLinesSink } from '../sink/line-sink.ts';
import type { Site } from '../telemetry/site.ts';
import type { Sink } from '../telemetry/sink.ts';
import type { GatewayHost } from './gateway.ts';
import { Outbox } from './outbox.ts';

interface Entry {
  readonly config: SinkConfig;
  readonly outbox: Outbox;
}

/** All sinks of a site, each behind its outbox, fed from one subscription. */
export class SinkBoard {
  readonly #site: Site;
  readonly #host: GatewayHost;
  #entries: readonly Entry[] = [];

  constructor(site: Site, host: GatewayHost) {
    this.#site = site;
    this.#host = host;
    site.subscribe((changed) => {
      for (const { config, outbox } of this.#entries) {
        const wanted = changed.filter(({ point }) => config.points.has(point.id));
        if (wanted.length > 0) outbox.push(wanted);
      }
    });
  }

  /** Makes these the sinks: one that stays as it was keeps its queue, the others are made anew. */
  async apply(configs: readonly SinkConfig[]): Promise<void> {
    const before = new Map(this.#entries.map((entry) => [fingerprint(entry.config), entry]));
    const gone = new Set(this.#entries);
    this.#entries = configs.flatMap((config) => {
      const kept = before.get(fingerprint(config));
      if (kept !== undefined) {
        gone.delete(kept);
        return [kept];
      }
      const sink = makeSink(config, this.#host);
      if (sink === undefined) return [];
      const outbox = new Outbox(config.name, sink, this.#host.clock, this.#host.logger);
      outbox.start(this.#site);
      return [{ config, outbox }];
    });
    await Promise.all([...gone].map(async ({ outbox }) => outbox.stop()));
  }

  async stop(): Promise<void> {
    await this.apply([]);
  }
}

function fingerprint(config: SinkConfig): string {
  return JSON.stringify({ ...config, points: [...config.points] });
}

/** The sink of a configuration; undefined for the table, which is a view and no destination. */
function makeSink(sink: SinkConfig, { stdout, formatTime }: GatewayHost): Sink | undefined {
  if (sink.type === 'jsonl') return jsonLinesFileSink(sink.path, formatTime);
  if (sink.type === 'csv') return csvSink(sink.path, formatTime);
  if (sink.type !== 'console') return undefined;
  switch (sink.format) {
    case 'table':
      return undefined;
    case 'line':
      return textLinesSink(stdout, formatTime);
    case 'json':
      return jsonLinesSink(stdout, formatTime);
  }
}
