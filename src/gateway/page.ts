import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlarmControl } from '../alarm/alarm-control.ts';
import { Access } from '../api/access.ts';
import { Login } from '../api/login/login.ts';
import { Users } from '../api/login/users.ts';
import { startApi, type Api } from '../api/server.ts';
import { ConnectError, describeError } from '../base/errors.ts';
import type { SiteConfig, WebConfig } from '../config/site-config.ts';
import type { PollControl } from '../telemetry/polling.ts';
import type { Site } from '../telemetry/site.ts';
import type { FlightRecorder } from '../traffic/flight-recorder.ts';
import type { WorkbenchControl } from '../workbench/workbench.ts';
import type { Exchanges } from './exchange.ts';
import type { GatewayHost } from './gateway.ts';
import type { Stores } from './stores.ts';
import type { Writing } from './writing.ts';

/** What the page shows and operates. */
export interface PageParts {
  readonly stores: Stores;
  readonly alarms: AlarmControl;
  readonly writing: Writing;
  readonly traffic: FlightRecorder;
  readonly exchanges: Exchanges;
  readonly workbench: WorkbenchControl;
  readonly polls: PollControl;
}

/** An answer that is on its way when the page moves, such as that to the change which moves it. */
const LINGER_MS = 1_000;

/** The page and its API, at one address at a time. */
export class Page {
  readonly #site: Site;
  readonly #host: GatewayHost;
  readonly #parts: PageParts;
  #login: Login | undefined;
  readonly #access = new Access([], [(request) => this.#login?.way(request)]);
  #place = '';
  #api: Api | undefined;
  readonly #leaving = new Set<Api>();

  constructor(site: Site, host: GatewayHost, parts: PageParts) {
    this.#site = site;
    this.#parts = parts;
    this.#host = host;
  }

  get url(): string | undefined {
    return this.#api?.url;
  }

  async serve(config: PageConfig): Promise<void> {
    const { web, data } = config;
    this.#access.use(web.tokens, web.local);
    const next = web.listen === undefined ? undefined : await this.#start(web, web.listen, data);
    // The new page stands before the old one goes: nobody is without one.
    if (this.#api !== undefined) this.#leave(this.#api);
    this.#api = next;
    this.#place = placeOf(config);
  }

  async move(config: PageConfig): Promise<void> {
    this.#access.use(config.web.tokens, config.web.local);
    if (placeOf(config) === this.#place) return;
    try {
      await this.serve(config);
      this.#host.logger.info(`the page is at ${this.url ?? 'no address'}`);
    } catch (error) {
      this.#host.logger.error(`the page stays where it is: ${describeError(error)}`);
    }
  }

  async close(): Promise<void> {
    const all = [this.#api, ...this.#leaving];
    this.#leaving.clear();
    await Promise.all(all.map(async (api) => api?.close()));
  }

  #leave(api: Api): void {
    const { clock } = this.#host;
    this.#leaving.add(api);
    clock.alarm(clock.now() + LINGER_MS, () => {
      if (this.#leaving.delete(api)) void api.close();
    });
  }

  async #start(
    web: WebConfig,
    listen: NonNullable<WebConfig['listen']>,
    data: string | undefined,
  ): Promise<Api> {
    const { clock, logger, version, webRoot, config } = this.#host;
    const { stores, alarms, traffic, writing, exchanges, polls, workbench } = this.#parts;
    const { sinks, journal, history, outages } = stores;
    const tls = await tlsOf(web);
    const login = new Login({
      users: await Users.open(data === undefined ? undefined : usersFile(data)),
      ...{ clock, isNeeded: web.login, isSecure: tls !== undefined },
    });
    const api = await startApi({
      ...{ site: this.#site, clock, logger, listen, webRoot, version },
      ...{ sinks, journal, traffic, exchanges, outages, polls, workbench },
      ...{ alarms, writes: writing, access: this.#access, login },
      ...(history !== undefined && { history }),
      ...(config !== undefined && { config }),
      ...(tls !== undefined && { tls }),
    });
    this.#login = login;
    if (login.isNeeded && tls === undefined) {
      logger.warn('passwords cross the network as they are: give the page a certificate, web.tls');
    }
    if (login.setupCode !== undefined) {
      logger.warn(
        `open this once to make the first user: ${api.url}#/setup?code=${login.setupCode}`,
      );
    }
    return api;
  }
}

type PageConfig = Pick<SiteConfig, 'web' | 'data'>;

/** Where those who may log in are kept. */
export function usersFile(data: string): string {
  return join(data, 'access', 'users.json');
}

function placeOf({ web: { listen, login, tls }, data }: PageConfig): string {
  return JSON.stringify([listen, login, tls, data]);
}

async function tlsOf({ tls }: WebConfig): Promise<{ cert: string; key: string } | undefined> {
  if (tls === undefined) return undefined;
  try {
    const [cert, key] = await Promise.all([readFile(tls.cert, 'utf8'), readFile(tls.key, 'utf8')]);
    return { cert, key };
  } catch (error) {
    throw new ConnectError(`cannot serve the page encrypted: ${describeError(error)}`, {
      cause: error,
    });
  }
}
