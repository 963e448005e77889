import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/log.ts';
import type { Sample } from '../../telemetry/sample.ts';
import type { Site } from '../../telemetry/site.ts';
import { deviceLabels, zabbixDiscoveryRows } from '../../telemetry/zabbix.ts';
import { groupBy } from './group-by.ts';
import { zabbixTime, type SenderValue } from './sender-data.ts';

/** Discovery that the server did not take is offered again after this: somebody may be linking the template. */
const RETRY_MS = 60_000;

export interface DiscoverySettings {
  /** Empty: discovery is not sent. */
  readonly key: string;
  readonly everyMs: number;
  /** The host in Zabbix that a device belongs to. */
  readonly hostOf: (device: string) => string;
}

type SendValues = (values: readonly SenderValue[]) => Promise<{ readonly failed: number }>;

/** Tells the server which points there are: before the first values, on new ones, and now and then. */
export class DiscoveryFeed {
  readonly #settings: DiscoverySettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #site: Site | undefined;
  #dueAt = -Infinity;
  #told: ReadonlySet<string> = new Set();

  constructor(
    settings: DiscoverySettings,
    { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  ) {
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
  }

  use(site: Site): void {
    this.#site = site;
  }

  /** Sends the documents, one per host, when they are due before this batch. */
  async send(batch: readonly Sample[], sendValues: SendValues): Promise<void> {
    const site = this.#site;
    if (this.#settings.key === '' || site === undefined || !this.#isDue(batch)) return;
    const values = this.#documents(site);
    const { failed } = values.length === 0 ? { failed: 0 } : await sendValues(values);
    // Points that are gone may still come from the backlog; they are no news either.
    this.#told = new Set(
      [...site.points(), ...batch.map(({ point }) => point)].map(({ id }) => id),
    );
    const pauseMs =
      failed === 0 ? this.#settings.everyMs : Math.min(RETRY_MS, this.#settings.everyMs);
    this.#dueAt = this.#clock.now() + pauseMs;
    if (failed > 0) {
      this.#logger.warn('zabbix takes no discovery: the template is not linked to the host yet', {
        key: this.#settings.key,
        hosts: values.length,
        refused: failed,
      });
    }
  }

  #isDue(batch: readonly Sample[]): boolean {
    return this.#clock.now() >= this.#dueAt || batch.some(({ point }) => !this.#told.has(point.id));
  }

  #documents(site: Site): readonly SenderValue[] {
    const labels = deviceLabels(site.devices());
    const byHost = groupBy(site.points(), ({ device }) => this.#settings.hostOf(device));
    const time = zabbixTime(this.#clock.wallMicros());
    return [...byHost].map(([host, points]) => ({
      ...{ host, key: this.#settings.key, ...time },
      value: JSON.stringify(zabbixDiscoveryRows(points, labels)),
    }));
  }
}
