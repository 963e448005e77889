import { join } from 'node:path';
import { sleep } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { SiteConfig } from '../config/site-config.ts';
import type { ExchangeControl, FlowStatus, RunReport } from '../exchange/control.ts';
import type { ExchangeCounters } from '../exchange/exchange.ts';
import type { WriteOrder, WriteReport } from '../exchange/ports.ts';
import type { ExchangeService } from '../exchange/service.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { Requester } from '../gate/write-request.ts';
import type { SiteEvent } from '../telemetry/event.ts';
import type { Site } from '../telemetry/site.ts';
import type { GatewayHost } from './gateway.ts';
import type { Stores } from './stores.ts';

/** How long an event rests that the journal did not take, in milliseconds. */
const EVENT_RETRY_MS = 1_000;
const NOTHING: ExchangeCounters = {
  ...{ dropped: 0, forgotten: 0, log: { refused: 0, damaged: 0 } },
};
const NO_FLOWS = 'this site has no rules and no pulls';

/** The rules and pulls of a site; they are loaded when a configuration first has some. */
export class Exchanges implements ExchangeControl {
  readonly #site: Site;
  readonly #stores: Stores;
  readonly #gate: WriteDoor;
  readonly #host: GatewayHost;
  #service: ExchangeService | undefined;
  #applied = '';
  #problem = NO_FLOWS;

  constructor(site: Site, stores: Stores, gate: WriteDoor, host: GatewayHost) {
    [this.#site, this.#stores] = [site, stores];
    [this.#gate, this.#host] = [gate, host];
  }

  /** Makes these the rules and pulls. Never fails: what cannot be opened says so in the log. */
  async apply({ flows, data }: SiteConfig): Promise<void> {
    const wanted = JSON.stringify(flows, (_, value: unknown) =>
      value instanceof Map ? [...(value as Map<unknown, unknown>)] : value,
    );
    if (wanted === this.#applied) return;
    this.#applied = wanted;
    if (this.#service !== undefined) {
      await this.#service.apply(flows);
      return;
    }
    if (flows.length === 0 || data === undefined) return;
    try {
      const service = await this.#make(join(data, 'exchange'));
      await service.open(flows);
      this.#service = service;
    } catch (error) {
      this.#problem = `rules and pulls do not run: ${describeError(error)}`;
      this.#host.logger.error(this.#problem);
    }
  }

  async #make(folder: string): Promise<ExchangeService> {
    const { ExchangeService } = await import('../exchange/service.ts');
    const { fetchHttp } = await import('../exchange/fetch-http.ts');
    const { gateFolder } = await import('../gate/gate-files.ts');
    const { clock, logger } = this.#host;
    return new ExchangeService({
      ...{ site: this.#site, journal: this.#stores.journal, clock, logger },
      ...{ files: await gateFolder(folder), http: fetchHttp(clock) },
      writer: { write: async (order) => this.#write(order) },
      events: { emit: async (event) => this.#emit(event) },
    });
  }

  async #write({ writes, flow, reason, ttlMs }: WriteOrder): Promise<readonly WriteReport[]> {
    const who: Requester = { name: flow, role: 'operator', from: 'local', door: 'exchange' };
    const results = await this.#gate.writeAll(
      writes.map(({ point, value }) => ({ point, value, who, reason, ttlMs })),
    );
    return results.map(({ outcome, code, message }, index) => {
      return { point: writes[index]?.point ?? '', outcome, code, message };
    });
  }

  async #emit(event: SiteEvent): Promise<void> {
    while (!this.#stores.event(event)) await sleep(this.#host.clock, EVENT_RETRY_MS);
    await this.#stores.journal.sync();
  }

  flows(): readonly FlowStatus[] {
    return this.#service?.flows() ?? [];
  }

  runs(): readonly RunReport[] {
    return this.#service?.runs() ?? [];
  }

  counters(): ExchangeCounters {
    return this.#service?.counters() ?? NOTHING;
  }

  async retry(id: string): Promise<number | string> {
    return (await this.#service?.retry(id)) ?? this.#problem;
  }

  async dryRun(flow: string): Promise<readonly RunReport[] | string> {
    return (await this.#service?.dryRun(flow)) ?? this.#problem;
  }

  /** Begins nothing more; what does not end now is found again at the next start. */
  async stop(): Promise<void> {
    await this.#service?.stop();
  }
}
