import type { OutageConfig, SiteConfig } from '../config/site-config.ts';
import { describeError } from '../base/errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { OutageLog, OutageReports } from '../outage/outage-log.ts';
import type { Outage } from '../outage/outage.ts';
import type { Site } from '../telemetry/site.ts';
import type { GatewayHost } from './gateway.ts';

/** The outage reports of a site, as long as its file asks for them. */
export class Outages implements OutageReports {
  readonly #site: Site;
  readonly #journal: Journal;
  readonly #host: GatewayHost;
  #log: OutageLog | undefined;
  #fingerprint = '';

  constructor(site: Site, journal: Journal, host: GatewayHost) {
    this.#site = site;
    this.#journal = journal;
    this.#host = host;
  }

  /** Watches what this configuration says. */
  async apply({ outages, data }: Pick<SiteConfig, 'outages' | 'data'>): Promise<void> {
    const fingerprint = fingerprintOf(outages);
    if (fingerprint === this.#fingerprint) return;
    await this.stop();
    this.#fingerprint = fingerprint;
    if (outages === undefined) return;
    const { OutageLog } = await import('../outage/outage-log.ts');
    const { clock, logger } = this.#host;
    this.#log = new OutageLog({
      ...{ site: this.#site, journal: this.#journal, clock, logger },
      ...(data !== undefined && { folder: data }),
      ...{ rules: outages, points: outages.points },
    });
    // What the one before has said is read back from the disk.
    await this.#journal.sync().catch((error: unknown) => {
      logger.warn(`the newest outages may be missing: ${describeError(error)}`);
    });
    await this.#log.start();
  }

  /** Reports what has ended, and watches nothing more. */
  async stop(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await log?.stop();
  }

  list(since?: number): readonly Outage[] {
    return this.#log?.list(since) ?? [];
  }
}

function fingerprintOf(outages: OutageConfig | undefined): string {
  return outages === undefined ? '' : JSON.stringify([outages, [...outages.points]]);
}
