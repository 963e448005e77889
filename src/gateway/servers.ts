import { describeError } from '../base/errors.ts';
import type { ServerConfig } from '../config/site-config.ts';
import { startZabbixAgent, type ZabbixAgent } from '../text/zabbix-agent.ts';
import type { Site } from '../telemetry/site.ts';
import type { GatewayHost } from './gateway.ts';

interface Running {
  readonly fingerprint: string;
  readonly agent: ZabbixAgent;
}

/** Those of a site who are asked: for now, passive Zabbix agents. */
export class Servers {
  readonly #site: Site;
  readonly #host: GatewayHost;
  #running: readonly Running[] = [];

  constructor(site: Site, host: GatewayHost) {
    this.#site = site;
    this.#host = host;
  }

  /** Makes these the servers. Rejects when an address cannot be had. */
  async apply(configs: readonly ServerConfig[]): Promise<void> {
    const wanted = new Set(configs.map((config) => JSON.stringify(config)));
    const stays = (running: Running): boolean => wanted.has(running.fingerprint);
    const gone = this.#running.filter((running) => !stays(running));
    this.#running = this.#running.filter(stays);
    await Promise.all(gone.map(async ({ agent }) => agent.close()));
    for (const config of configs) {
      const fingerprint = JSON.stringify(config);
      if (this.#running.some((running) => running.fingerprint === fingerprint)) continue;
      const agent = await this.#start(config);
      this.#running = [...this.#running, { fingerprint, agent }];
    }
  }

  /** The same while the site runs: one that cannot be had is missing, with a line in the log. */
  async move(configs: readonly ServerConfig[]): Promise<void> {
    try {
      await this.apply(configs);
    } catch (error) {
      this.#host.logger.error(`a server is missing: ${describeError(error)}`);
    }
  }

  async stop(): Promise<void> {
    await this.apply([]);
  }

  async #start({ name, listen, allow }: ServerConfig): Promise<ZabbixAgent> {
    const { clock, logger } = this.#host;
    const agent = await startZabbixAgent({
      ...{ site: this.#site, clock, logger, listen },
      ...(allow !== undefined && { allow }),
    });
    logger.info('the Zabbix agent answers', { server: name, host: agent.host, port: agent.port });
    return agent;
  }
}
