import type { AddressInfo, Socket } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { AlarmControl } from '../alarm/alarm-control.ts';
import type { Clock } from '../base/clock.ts';
import { ConnectError, describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { SinkControl } from '../delivery/sink-status.ts';
import type { ExchangeControl } from '../exchange/control.ts';
import type { WriteControl } from '../gate/write-control.ts';
import type { History } from '../history/history.ts';
import type { FlightRecorder } from '../traffic/flight-recorder.ts';
import type { Journal } from '../journal/journal.ts';
import type { OutageReports } from '../outage/outage-log.ts';
import type { PollControl } from '../telemetry/polling.ts';
import type { Site } from '../telemetry/site.ts';
import type { WorkbenchControl } from '../workbench/workbench.ts';
import { Access } from './access.ts';
import type { ConfigControl } from './config-control.ts';
import type { Offer } from './contract.ts';
import { EventHub } from './event-hub.ts';
import { authority, isLoopback, ownAuthorities, SECURITY_HEADERS } from './guard.ts';
import { addLoginRoutes } from './login/login-routes.ts';
import { Login } from './login/login.ts';
import { Users } from './login/users.ts';
import { sendProblem, type Problem } from './problem.ts';
import { guardRoutes, NO_SUCH_PATH, type GuardContext } from './route-guard.ts';
import { addRoutes } from './routes.ts';
import { readPage } from './static-files.ts';

/** Connections at a time; what comes beyond them is closed and counted by the operating system. */
const MAX_CONNECTIONS = 128;
/** Event streams among them, so that a request always finds a place. */
const MAX_STREAMS = 64;
const MAX_BODY_BYTES = 16 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** How often overdue headers and requests are looked for. */
const CHECK_MS = 1_000;

export interface ApiOptions {
  readonly site: Site;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Beyond loopback everybody must log in. Port 0 lets the operating system choose one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Folder with the built page; the API works without it. */
  readonly webRoot: string;
  readonly version: string;
  /** The sinks, for those who look at them and operate them. */
  readonly sinks?: SinkControl;
  /** Rules and pulls, likewise. */
  readonly exchanges?: ExchangeControl;
  /** The journal, for the metrics. */
  readonly journal?: Pick<Journal, 'status'>;
  /** What points were, for charts. */
  readonly history?: History;
  /** The alarms, for those who look at them and answer them. */
  readonly alarms?: AlarmControl;
  /** What crosses the lines. */
  readonly traffic?: FlightRecorder;
  /** Reports of outages. */
  readonly outages?: OutageReports;
  /** The gate, for whoever writes. */
  readonly writes?: WriteControl;
  /** The configuration, for those who change it. */
  readonly config?: ConfigControl;
  /** Polling, for whoever asks a device now or not at all. */
  readonly polls?: PollControl;
  /** Any register of a line, for those who commission. */
  readonly workbench?: WorkbenchControl;
  /** Who may do what; default: whoever is at this machine is an operator. */
  readonly access?: Access;
  /** Names and passwords. Default: none, so that only this machine may ask. */
  readonly login?: Login;
  /** Certificate and key in PEM: then it is https. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface Api {
  /** `http://127.0.0.1:8080/`. */
  readonly url: string;
  readonly port: number;
  /** Ends event streams and connections; resolves when the port is free. */
  close(): Promise<void>;
}

/** Serves a site over HTTP. Rejects with ConnectError when the address cannot be listened on. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { site, clock, logger, version, sinks, exchanges, journal, history } = options;
  const { traffic, outages, writes, alarms, polls, workbench, config } = options;
  const { access = new Access() } = options;
  const { host, port } = options.listen;
  const login = options.login ?? (await withoutLogin(clock));
  if (!isLoopback(host) && !login.isNeeded) {
    throw new ConnectError(
      `will not serve the API on ${authority(host, port)}: it has no login, so only 127.0.0.1, ::1 or localhost`,
    );
  }

  const page = await readPage(options.webRoot);
  if (page === undefined) logger.warn('the page is not built; the API works without it');
  const hub = new EventHub({
    ...{ site, clock, version, maxClients: MAX_STREAMS, offers: () => offersOf(options) },
    ...(alarms !== undefined && { alarms }),
  });

  const app = createApp(options.tls);
  addGuards(app, { logger, login, access });
  const parts = {
    sinks,
    alarms,
    exchanges,
    journal,
    history,
    traffic,
    outages,
    writes,
    polls,
    workbench,
    config,
  };
  const mayLook = ({ headers, ip: address }: FastifyRequest): boolean => {
    void login.lookAgain();
    return !login.isNeeded || 'ok' in access.identify({ headers, address });
  };
  addRoutes(app, { site, clock, version, hub, page, mayLook, ...parts });
  addLoginRoutes(app, login, access);

  await listen(app, host, port);
  const bound = (app.server.address() as AddressInfo).port;
  const url = `${options.tls === undefined ? 'http' : 'https'}://${authority(host, bound)}/`;
  logger.info('the page and the API are served', { url });
  return {
    url,
    port: bound,
    async close() {
      hub.close();
      const closed = app.close();
      app.server.closeAllConnections();
      await closed;
    },
  };
}

/** Whatever of these is there is offered; rules and pulls where the site has any. */
function offersOf(options: ApiOptions): readonly Offer[] {
  const parts: Readonly<Record<Offer, unknown>> = {
    ...{ history: options.history, sinks: options.sinks, traffic: options.traffic },
    exchanges: options.exchanges?.flows().length === 0 ? undefined : options.exchanges,
    outages: options.outages,
    ...{ alarms: options.alarms, writes: options.writes, settings: options.config },
    workbench: reachesAny(options) ? options.workbench : undefined,
  };
  const names = Object.keys(parts) as Offer[];
  return names.filter((name) => parts[name] !== undefined);
}

/** A site whose devices all speak by themselves has no line for the workbench. */
function reachesAny({ site, workbench }: ApiOptions): boolean {
  return site.lines().some(({ name }) => workbench?.reaches(name) === true);
}

/** Nobody logs in: whoever asks is at this machine, or brings a token. */
async function withoutLogin(clock: Clock): Promise<Login> {
  const users = await Users.open(undefined);
  return new Login({ users, clock, isNeeded: false, isSecure: false });
}

function createApp(tls: ApiOptions['tls']): FastifyInstance {
  const app = fastify({
    // The types tell servers with TLS apart; the routes do not.
    ...(tls !== undefined && ({ https: { ...tls, minVersion: 'TLSv1.2' } } as object)),
    logger: false,
    schemaController: NO_SCHEMAS,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: CHECK_MS,
    },
    frameworkErrors: (_, __, reply) => {
      reply.headers(SECURITY_HEADERS);
      sendProblem(reply, NO_SUCH_PATH);
    },
    clientErrorHandler: refuseBytes,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  return app;
}

function addGuards(app: FastifyInstance, guards: Omit<GuardContext, 'own'>): void {
  const { login } = guards;
  let own: ReadonlySet<string> | undefined = new Set();
  app.addHook('onListen', async () => {
    const { port } = app.server.address() as AddressInfo;
    own = login.isNeeded ? undefined : ownAuthorities(port);
  });
  app.addHook('onRequest', async (_, reply) => void reply.headers(SECURITY_HEADERS));
  guardRoutes(app, { ...guards, own: () => own });
  answerErrors(app, guards.logger);
}

function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_, reply) => sendProblem(reply, NO_SUCH_PATH));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode < 500) {
      return sendProblem(reply, {
        status: statusCode,
        code: 'bad-request',
        detail: error.message,
        fix: fixOf(request.method, statusCode),
      });
    }
    logger.error('a request failed', { path: request.url, error: describeError(error) });
    return sendProblem(reply, INTERNAL);
  });
}

function fixOf(method: string, statusCode: number): string {
  if (statusCode === 413) return 'send less at once';
  return method === 'GET' ? 'GET, without a body' : 'send a body of JSON, such as {}';
}

/**
 * No route has a schema: bodies are checked where they are used. Without this, compilers for schemas are
 * loaded all the same, 1.5 MB of them.
 */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler },
};

function noCompiler(): never {
  throw new TypeError('no route has a schema');
}

// What happened stands in the log: an answer to a stranger says nothing of the inside.
const INTERNAL: Problem = {
  status: 500,
  code: 'internal',
  detail: 'the gateway failed to answer',
  fix: 'the log of the gateway says why',
};

/** Bytes that are no HTTP request, or came too slowly. */
function refuseBytes(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return;
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const status = late ? '408 Request Timeout' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

const TAKEN =
  'another program has the port, perhaps a gateway that runs already; dinrail doctor says which, web.listen takes another port';

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const taken = (cause as { code?: string }).code === 'EADDRINUSE';
    const why = taken ? TAKEN : `the system refuses it (${describeError(cause)})`;
    throw new ConnectError(`cannot serve the API on ${authority(host, port)}: ${why}`);
  }
}
