import type { Clock } from '../base/clock.ts';
import { UsageError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal } from '../journal/journal.ts';
import type { Point } from '../telemetry/point.ts';
import { eventRecord } from '../telemetry/event.ts';
import type { Sink } from '../telemetry/sink.ts';
import type { Site } from '../telemetry/site.ts';
import { DEFAULT_DELIVERY, type DeliveryOptions } from './delivery-options.ts';
import { SinkDelivery } from './sink-delivery.ts';
import { diskFiles, memorySinkFiles, type SinkFiles } from './sink-files.ts';
import { SinkState } from './sink-state.ts';
import type { Destination, QuarantineEntry, SinkControl, SinkStatus } from './sink-status.ts';

/** A sink as the configuration wants it. */
export interface SinkSetup {
  /** Unique among the sinks. */
  readonly name: string;
  readonly type: string;
  /** Asked with points of the journal too, which may be of a former configuration. */
  readonly wants: (point: Point) => boolean;
  readonly sink: Sink;
  readonly options?: Partial<DeliveryOptions>;
  /** The sink goes on as it is when this is the same as before; `wants` is replaced in any case. */
  readonly fingerprint: string;
}

export interface DeliveryBoardParts {
  readonly site: Site;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the cursors and quarantines are kept. Absent: in memory, as is right for a journal in memory. */
  readonly folder?: string;
  readonly files?: SinkFiles;
}

interface Entry {
  readonly fingerprint: string;
  readonly state: SinkState;
  readonly delivery: SinkDelivery;
}

/** All sinks of a gateway, each served for itself. */
export class DeliveryBoard implements SinkControl {
  readonly #parts: DeliveryBoardParts;
  readonly #files: SinkFiles;
  #entries: ReadonlyMap<string, Entry> = new Map();
  #applying: Promise<void> = Promise.resolve();

  constructor(parts: DeliveryBoardParts) {
    this.#parts = parts;
    this.#files = parts.files ?? (parts.folder === undefined ? memorySinkFiles() : diskFiles);
  }

  /**
   * Makes these the sinks: one with the same fingerprint goes on, the others are stopped, and started
   * anew from where they were. A sink that nobody knows begins with what is recorded from now on, so
   * that this is to be awaited before the recorder starts.
   */
  async apply(setups: readonly SinkSetup[]): Promise<void> {
    const applied = this.#applying.then(async () => this.#apply(setups));
    this.#applying = applied.catch(() => undefined);
    await applied;
  }

  async stop(): Promise<void> {
    await this.apply([]);
  }

  status(): readonly SinkStatus[] {
    return [...this.#entries.values()].map(({ delivery }) => delivery.status());
  }

  async test(name: string): Promise<string> {
    return this.#entry(name).delivery.test();
  }

  pause(name: string): void {
    this.#entry(name).delivery.pause(true);
  }

  resume(name: string): void {
    this.#entry(name).delivery.pause(false);
  }

  drop(name: string, by: string): number {
    const { journal, clock, logger } = this.#parts;
    const records = this.#entry(name).delivery.drop();
    logger.warn(`what waited for the sink was given up: ${by} wanted it so`, {
      ...{ sink: name, records },
    });
    const at = clock.wallMicros();
    const event = { type: 'sink.dropped', at, source: '', subject: name } as const;
    // An event that the journal refuses is in the log all the same.
    journal.append(eventRecord({ ...event, data: { records, by } }));
    return records;
  }

  newest(name: string): string | undefined {
    return this.#entry(name).delivery.newest();
  }

  destinations(point: Point): readonly Destination[] {
    return [...this.#entries].flatMap(([sink, { delivery }]) => {
      const name = delivery.nameOf(point);
      return name === undefined ? [] : [{ sink, type: delivery.status().type, ...name }];
    });
  }

  quarantine(name: string): readonly QuarantineEntry[] {
    return this.#entry(name).state.kept.entries();
  }

  retry(name: string, ids?: readonly number[]): number {
    return this.#entry(name).delivery.retry(ids);
  }

  discard(name: string, ids?: readonly number[]): number {
    return this.#entry(name).delivery.discard(ids);
  }

  async #apply(setups: readonly SinkSetup[]): Promise<void> {
    const wanted = new Map(setups.map(({ name, fingerprint }) => [name, fingerprint]));
    const [kept, gone] = [new Map<string, Entry>(), new Map<string, Entry>()];
    for (const [name, entry] of this.#entries) {
      (wanted.get(name) === entry.fingerprint ? kept : gone).set(name, entry);
    }
    // One that is made anew takes up where the old one ended, so that one ends first.
    await Promise.all([...gone.values()].map(async ({ delivery }) => delivery.stop()));
    const next = new Map<string, Entry>();
    for (const setup of setups) {
      const entry = kept.get(setup.name);
      entry?.delivery.useWants(setup.wants);
      next.set(setup.name, entry ?? (await this.#start(setup)));
    }
    this.#entries = next;
  }

  async #start(setup: SinkSetup): Promise<Entry> {
    const { site, journal, clock, logger, folder = 'sinks' } = this.#parts;
    const options = { ...DEFAULT_DELIVERY, ...setup.options };
    const { name, type } = setup;
    const store = { files: this.#files, folder };
    const state = new SinkState({
      ...{ name, type, journal, clock, logger },
      ...(!options.fromNow && { store }),
    });
    await state.load();
    const delivery = new SinkDelivery({ ...setup, state, site, journal, clock, logger, options });
    delivery.start();
    return { fingerprint: setup.fingerprint, state, delivery };
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new UsageError(`there is no sink ${JSON.stringify(name)}`);
    return entry;
  }
}
