import type { Clock } from '../base/clock.ts';
import { UsageError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/log.ts';
import { isLoopbackHost } from '../base/network-list.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import type { Refusal, Units } from '../server/unit-tables.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site, Unsubscribe } from '../telemetry/site.ts';
import { listenTcp, type ListenOptions, type ModbusServer } from '../server/listen-tcp.ts';
import {
  serveTransport,
  type ServeOptions,
  type TransportServer,
} from '../server/serve-transport.ts';
import type { Transport } from '../transport/transport.ts';
import { AccessList, addressOf, type AccessRule, type ClientCounters } from './access-list.ts';
import { SparingLog } from '../base/sparing-log.ts';
import { ServedUnit, type Denied, type UnitEvents, type UnitParts } from './served-unit.ts';
import { formatRange } from './map-entry.ts';
import type { UnitSpec } from './unit-spec.ts';

export interface ConcentratorOptions {
  /** One map for every unit id, or one for each that is served. */
  readonly units: { readonly any: UnitSpec } | ReadonlyMap<number, UnitSpec>;
  /** Default: this machine alone, and its serial lines. */
  readonly allow?: readonly AccessRule[];
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly events?: UnitEvents;
}

export type ConcentratorListenOptions = Omit<
  ListenOptions,
  'units' | 'clock' | 'admit' | 'logger' | 'interceptor'
>;

export type LineTimes = Pick<ServeOptions, 'silenceMs' | 'turnaroundMs'>;

/** One client can ask so often, if the listener says nothing else. */
const REQUESTS_PER_SECOND = 2_000;
/** A client that loses its connection and comes back has two for a while. */
const PER_ADDRESS = 8;

/**
 * Our own Modbus server: serves the values of a site in registers of its own choosing, and takes the
 * blocks that clients write. One image may be served by several listeners and lines at once.
 */
export class Concentrator {
  /** What listeners answer from. */
  readonly units: Units;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #access: AccessList;
  readonly #hasRules: boolean;
  readonly #events: UnitEvents;
  readonly #served: readonly ServedUnit[];
  readonly #log: SparingLog;
  #site: Site | undefined;
  #detach: Unsubscribe = () => undefined;

  /** Throws InvalidRequestError for a map with mistakes, and for a rule without a network. */
  constructor({ units, allow, clock, logger = silentLogger, events = {} }: ConcentratorOptions) {
    this.#clock = clock;
    this.#logger = logger;
    this.#log = new SparingLog(logger, clock);
    this.#events = events;
    this.#access = new AccessList(allow);
    this.#hasRules = allow !== undefined;
    const unitEvents: UnitEvents = {
      ...events,
      onDenied: (denied) => {
        this.#deny(denied);
      },
      onRefused: (refusal) => {
        this.#refuse(refusal);
      },
    };
    const parts: UnitParts = {
      ...{ access: this.#access, clock, events: unitEvents },
      newest: (id) => this.#site?.sample(id),
    };
    const make = (spec: UnitSpec): ServedUnit => new ServedUnit(spec, parts);
    if ('any' in units) {
      const unit = make(units.any);
      this.#served = [unit];
      this.units = unit.tables;
    } else {
      const made = [...units].map(([id, spec]) => [id, make(spec)] as const);
      this.#served = made.map(([, unit]) => unit);
      this.units = new Map(made.map(([id, { tables }]) => [id, tables]));
    }
  }

  /** Serves what the site knows now, and what it hears from now on. */
  attach(site: Site): void {
    this.#detach();
    this.#site = site;
    for (const unit of this.#served) unit.apply(site.snapshot());
    this.#detach = site.subscribe((changed, refreshed) => {
      for (const unit of this.#served) unit.apply(changed, refreshed);
    });
  }

  /**
   * Listens on TCP; only addresses of the rules may connect. Rejects with ConnectError, and with
   * UsageError when a wider address than this machine has no access list.
   */
  async listen(options: ConcentratorListenOptions = {}): Promise<ModbusServer> {
    if (!this.#hasRules && !isLoopbackHost(options.host ?? '127.0.0.1')) {
      throw new UsageError(`listening on ${options.host ?? ''} needs a list of who may do what`);
    }
    return listenTcp({
      ...options,
      limits: {
        ...{ perAddress: PER_ADDRESS, requestsPerSecond: REQUESTS_PER_SECOND },
        ...options.limits,
      },
      units: this.units,
      clock: this.#clock,
      logger: this.#logger,
      admit: (address) => this.#access.admits(address),
    });
  }

  /** Answers RTU requests on a serial line; the rules call it `serial`. */
  serve(transport: Transport, timing: LineTimes = {}): TransportServer {
    const own = { units: this.units, clock: this.#clock, peer: 'serial' };
    return serveTransport(transport, { ...timing, ...own });
  }

  /** What each rule of the access list let through and refused. */
  clients(): readonly Readonly<ClientCounters>[] {
    return this.#access.counters();
  }

  /** Values that did not fit into their registers so far, and are served as unknown. */
  get unfit(): number {
    return this.#served.reduce((sum, { unfit }) => sum + unfit, 0);
  }

  /** The newest samples of what clients write. */
  writtenSamples(): readonly Sample[] {
    return this.#served.flatMap((unit) => unit.writtenSamples());
  }

  /** Stops listening to the site. Listeners and lines are closed by who opened them. */
  close(): void {
    this.#detach();
    for (const unit of this.#served) unit.close();
  }

  #deny(denied: Denied): void {
    const { client, access, request, exception } = denied;
    this.#events.onDenied?.(denied);
    this.#log.warn(client, `${access} refused: the access list does not allow it`, {
      ...{ client, peer: request.peer, unit: request.unitId, exception },
      request: `${access} ${formatRange(request)}`,
    });
  }

  #refuse(refusal: Refusal): void {
    const { exception, request, unitId, peer } = refusal;
    this.#events.onRefused?.(refusal);
    // Who programs the client wants to know which address does not exist. Stale values are no news.
    if (exception !== EXCEPTION.illegalDataAddress) return;
    const key = `${addressOf(peer) ?? peer} ${unitId} ${request}`;
    this.#log.warn(key, 'no such address, or not to be written', { peer, unit: unitId, request });
  }
}
