import { join } from 'node:path';
import { describeError } from '../base/errors.ts';
import { globPattern } from '../config/glob.ts';
import type { SinkConfig, SiteConfig } from '../config/site-config.ts';
import { DeliveryBoard, type SinkSetup } from '../delivery/delivery-board.ts';
import type { LineComposer } from '../delivery/line-composer.ts';
import { Recorder } from '../delivery/recorder.ts';
import type { History } from '../history/history.ts';
import { StandingValues } from '../history/standing.ts';
import type { Journal } from '../journal/journal.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import { eventRecord, isEventPoint, type SiteEvent } from '../telemetry/event.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import type { GatewayHost } from './gateway.ts';
import { makeSink } from './make-sink.ts';
import { Outages } from './outages.ts';

/** Most events of one batch of a webhook. */
const WEBHOOK_BATCH = 20;
/** What such a batch may take beside its last request. */
const WEBHOOK_BATCH_MS = 20_000;
/** How long a sink may take for its last batch, in milliseconds. */
const SINK_STOP_MS = 400;
/** Records that the history looks through at a start for what a kill has kept from it. */
const MAX_REPLAYED = 20_000;
const REPLAY_STEP = 1_000;

/**
 * What a journal without a folder holds for those who read it, such as sinks that lag, in samples: some
 * 4 MB. A busy site would fill the memory journal's own limit within seconds.
 */
const MEMORY_SAMPLES = 20_000;
/** The same where nobody reads it. */
const UNREAD_SAMPLES = 500;

/** Most samples of a journal without a folder; it changes with the configuration. */
interface MemoryLimit {
  samples: number;
}

/** What a site keeps and sends: its journal, its history, and the sinks that are fed from the journal. */
export class Stores {
  readonly journal: Journal;
  readonly history: History | undefined;
  readonly sinks: DeliveryBoard;
  readonly outages: Outages;
  readonly #recorder: Recorder;
  readonly #standing: StandingValues | undefined;
  readonly #site: Site;
  #composer: LineComposer | undefined;
  #composed = '[]';
  readonly #host: GatewayHost;
  readonly #fixed: string;
  readonly #limit: MemoryLimit;

  private constructor(
    config: SiteConfig,
    site: Site,
    host: GatewayHost,
    kept: {
      readonly journal: Journal;
      readonly history: History | undefined;
      readonly limit: MemoryLimit;
    },
  ) {
    const { journal, history, limit } = kept;
    const { clock, logger } = host;
    this.#host = host;
    this.#site = site;
    this.#fixed = fixedPart(config);
    this.#limit = limit;
    this.journal = journal;
    this.history = history;
    this.sinks = new DeliveryBoard({
      ...{ site, journal, clock, logger },
      ...(config.data !== undefined && { folder: join(config.data, 'sinks') }),
    });
    this.outages = new Outages(site, journal, host);
    this.#recorder = new Recorder({
      ...{ site, journal, clock, logger },
      onRecorded: (samples) => this.history?.record(samples),
    });
    this.#standing = history && new StandingValues({ site, history, clock });
  }

  /** Opens what is kept and starts the sinks. Nothing here fails: what cannot be opened says so. */
  static async open(config: SiteConfig, site: Site, host: GatewayHost): Promise<Stores> {
    const limit: MemoryLimit = { samples: memorySamples(config) };
    const journal = await openJournalOf(config, host, limit);
    const history = await openHistoryOf(config, host);
    const stores = new Stores(config, site, host, { journal, history, limit });
    await stores.#catchUp();
    await stores.sinks.apply(await stores.#setups(config.sinks));
    await stores.#compose(config.sinks);
    await stores.#recorder.start();
    stores.#standing?.apply();
    await stores.outages.apply(config);
    return stores;
  }

  /** Makes the sinks those of another configuration. What is kept stays where it is until the next start. */
  async apply(config: SiteConfig): Promise<void> {
    if (fixedPart(config) !== this.#fixed) {
      this.#host.logger.warn('data, journal and history change at the next start');
    }
    this.#standing?.apply();
    this.#limit.samples = memorySamples(config);
    await this.sinks.apply(await this.#setups(config.sinks));
    await this.#compose(config.sinks);
    await this.outages.apply(config);
  }

  /**
   * Appends something that happened to the journal, from where sinks that want events get it. False, and
   * counted by the journal, when the journal cannot take it now: the caller decides whether to ask again.
   */
  event(event: SiteEvent): boolean {
    return this.journal.append(eventRecord(event)) !== undefined;
  }

  /** Records what was held back, gives each sink a last chance, and closes everything. */
  async close(): Promise<void> {
    this.#recorder.stop();
    this.#standing?.stop();
    this.#composer?.stop();
    await this.outages.stop();
    const synced = this.journal.sync().catch((error: unknown) => {
      this.#host.logger.error(`the newest samples are not on the disk: ${describeError(error)}`);
    });
    await Promise.all([synced, this.history?.close()]);
    await this.sinks.stop();
    await this.journal.close();
  }

  /** What sinks get together has to be put together first. */
  async #compose(sinks: readonly SinkConfig[]): Promise<void> {
    const lines = sinks.flatMap((sink) => (sink.type === 'influx' ? (sink.lines ?? []) : []));
    const composed = JSON.stringify(lines, (_, value: unknown) =>
      value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
    );
    if (composed === this.#composed) return;
    this.#composed = composed;
    const { LineComposer } = await import('../delivery/line-composer.ts');
    const { logger } = this.#host;
    this.#composer ??= new LineComposer({ site: this.#site, journal: this.journal, logger });
    await this.#composer.apply(lines);
  }

  async #setups(configs: readonly SinkConfig[]): Promise<readonly SinkSetup[]> {
    const setups: SinkSetup[] = [];
    for (const config of configs) {
      const sink = await makeSink(config, this.#host);
      if (sink === undefined) continue;
      setups.push({
        ...{ name: config.name, type: config.type, sink },
        wants: wantsOf(config),
        options: optionsOf(config),
        fingerprint: JSON.stringify({ ...config, points: [] }),
      });
    }
    return setups;
  }

  /** Gives the history what the journal has and a kill has kept from it; what it knows already it skips. */
  async #catchUp(): Promise<void> {
    if (this.history === undefined) return;
    const until = this.journal.head;
    let from = Math.max(this.journal.first, until - MAX_REPLAYED);
    try {
      while (from < until) {
        const { records, next } = await this.journal.read(from, { until, samples: REPLAY_STEP });
        for (const record of records) {
          // What was put together for a sink is there on its own as well.
          if (record.kind === 'samples') this.history.record(record.samples.filter(isOfDevice));
        }
        if (next <= from) break;
        from = next;
      }
    } catch (error) {
      this.#host.logger.warn(`the history misses its last seconds: ${describeError(error)}`);
    }
  }
}

function isOfDevice({ point: { id, device, name } }: Sample): boolean {
  return id === `${device}.${name}`;
}

/** Patterns of the events that a sink wants. */
function eventsOf(config: SinkConfig): readonly string[] {
  switch (config.type) {
    case 'webhook':
      return config.events;
    case 'console':
    case 'jsonl':
      return config.events ? ['*'] : [];
    case 'csv':
    case 'influx':
    case 'zabbix':
      return [];
  }
}

/** A sink gets the points that it names; one of events gets those as well. */
function wantsOf(config: SinkConfig): SinkSetup['wants'] {
  const patterns = eventsOf(config).map(globPattern);
  return (point) =>
    isEventPoint(point)
      ? patterns.some((pattern) => pattern.test(point.name))
      : config.points.has(point.id);
}

function optionsOf(config: SinkConfig): NonNullable<SinkSetup['options']> {
  const common = { stopMs: SINK_STOP_MS, fromNow: config.type === 'console' };
  if (config.type !== 'webhook') return common;
  // One request each: with few in a batch, little is sent twice after a crash.
  return { ...common, batchSamples: WEBHOOK_BATCH, writeMs: config.timeoutMs + WEBHOOK_BATCH_MS };
}

/** What of a configuration needs a restart. */
function fixedPart({ data, journal, history }: SiteConfig): string {
  return JSON.stringify([data, journal, history]);
}

function memorySamples({ sinks, outages }: SiteConfig): number {
  return sinks.length > 0 || outages !== undefined ? MEMORY_SAMPLES : UNREAD_SAMPLES;
}

async function openJournalOf(
  config: SiteConfig,
  { clock, logger }: GatewayHost,
  limit: MemoryLimit,
): Promise<Journal> {
  if (config.data === undefined) return memoryJournal({ clock, samples: () => limit.samples });
  const { openJournal } = await import('../journal/open-journal.ts');
  const { bytes, ageMs, syncMs } = config.journal;
  return openJournal({
    folder: join(config.data, 'journal'),
    limits: { bytes, ageMs },
    ...{ groupMs: syncMs, clock, logger },
  });
}

async function openHistoryOf(
  config: SiteConfig,
  { clock, logger }: GatewayHost,
): Promise<History | undefined> {
  if (config.data === undefined || config.history === undefined) return undefined;
  const { openHistory } = await import('../history/open-history.ts');
  return openHistory({
    folder: join(config.data, 'history'),
    limits: config.history,
    ...{ clock, logger },
  });
}
