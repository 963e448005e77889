import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AlarmControl } from '../alarm/alarm-control.ts';
import type { Clock } from '../base/clock.ts';
import type { SinkControl } from '../delivery/sink-status.ts';
import type { ExchangeControl } from '../exchange/control.ts';
import type { WriteControl } from '../gate/write-control.ts';
import type { History } from '../history/history.ts';
import type { Journal } from '../journal/journal.ts';
import type { OutageReports } from '../outage/outage-log.ts';
import type { PollControl } from '../telemetry/polling.ts';
import type { Site } from '../telemetry/site.ts';
import type { FlightRecorder } from '../traffic/flight-recorder.ts';
import type { WorkbenchControl } from '../workbench/workbench.ts';
import { addAlarmRoutes } from './alarm-routes.ts';
import { addDeviceRoutes } from './device-routes.ts';
import type { ConfigControl } from './config-control.ts';
import { addConfigRoutes } from './config-routes.ts';
import type { EventHub } from './event-hub.ts';
import { addExchangeRoutes } from './exchange-routes.ts';
import { SECURITY_HEADERS } from './guard.ts';
import { addHistoryRoute } from './history-route.ts';
import { deviceJson, lineJson, statusJson } from './json.ts';
import { METRICS_TYPE, metricsText } from './metrics.ts';
import { addOpenApiRoute } from './openapi-route.ts';
import { addOutageRoute } from './outage-route.ts';
import { addPointRoute } from './point-routes.ts';
import { sendProblem } from './problem.ts';
import { sendJson } from './send-json.ts';
import { addSinkRoutes } from './sink-routes.ts';
import { addWorkbenchRoutes } from './workbench-routes.ts';
import { addWriteRoutes } from './write-routes.ts';
import { chooseEncoding, type StaticFile } from './static-files.ts';
import { addTrafficRoutes } from './traffic-routes.ts';
import {
  allValues,
  devicePoints,
  deviceValues,
  lastValues,
  plainValue,
  pointValue,
  somePoints,
  type Outcome,
} from './values.ts';

/** What the routes look at and operate. */
export interface RouteContext {
  readonly site: Site;
  readonly clock: Clock;
  readonly version: string;
  readonly hub: EventHub;
  readonly page: readonly StaticFile[] | undefined;
  /** May whoever has asked still look? */
  readonly mayLook: (request: FastifyRequest) => boolean;
  readonly sinks: SinkControl | undefined;
  readonly exchanges: ExchangeControl | undefined;
  readonly journal: Pick<Journal, 'status'> | undefined;
  readonly history: History | undefined;
  readonly alarms: AlarmControl | undefined;
  readonly traffic: FlightRecorder | undefined;
  readonly outages: OutageReports | undefined;
  readonly writes: WriteControl | undefined;
  readonly workbench: WorkbenchControl | undefined;
  readonly config: ConfigControl | undefined;
  readonly polls: PollControl | undefined;
}

interface PointRoute {
  Params: { device: string; point: string };
  Querystring: { format?: string; match?: string };
}

const PAGE_MISSING =
  'The page is not built (npm run build makes it); the API under /api/v1/ works without it.\n';

export function addRoutes(app: FastifyInstance, context: RouteContext): void {
  addValueRoutes(app, context.site);
  addStateRoutes(app, context);
  addDeviceRoutes(app, context);
  addPointRoute(app, context.site, context.sinks);
  if (context.sinks !== undefined) addSinkRoutes(app, context.sinks);
  if (context.traffic !== undefined) {
    addTrafficRoutes(app, { site: context.site, recorder: context.traffic });
  }
  if (context.exchanges !== undefined) {
    addExchangeRoutes(app, context.exchanges);
  }
  if (context.alarms !== undefined) addAlarmRoutes(app, { ...context, alarms: context.alarms });
  if (context.history !== undefined) addHistoryRoute(app, { ...context, history: context.history });
  if (context.outages !== undefined) addOutageRoute(app, { ...context, outages: context.outages });
  if (context.writes !== undefined) addWriteRoutes(app, { ...context, writes: context.writes });
  if (context.workbench !== undefined) {
    addWorkbenchRoutes(app, { ...context, workbench: context.workbench });
  }
  if (context.config !== undefined) addConfigRoutes(app, context.config);
  addMetricsRoute(app, context);
  addEventRoute(app, context);
  addOpenApiRoute(app);
  addPage(app, context.page);
}

function addValueRoutes(app: FastifyInstance, site: Site): void {
  app.get('/api/v1/values', async (_, reply) => sendJson(reply, allValues(site)));

  app.get<PointRoute>('/api/v1/values/:device', async ({ params }, reply) =>
    sendOutcome(reply, deviceValues(site, params.device)),
  );

  app.get<PointRoute>('/api/last/:device', async ({ params }, reply) =>
    sendOutcome(reply, lastValues(site, params.device)),
  );

  app.get<PointRoute>('/api/v1/devices/:device/points', async ({ params }, reply) =>
    sendOutcome(reply, devicePoints(site, params.device)),
  );

  app.get<PointRoute>('/api/v1/points', async ({ query }, reply) =>
    sendJson(reply, somePoints(site, query.match)),
  );

  app.get<PointRoute>('/api/v1/values/:device/:point', async ({ params, query }, reply) => {
    const { device, point } = params;
    if (query.format === 'plain') return sendPlain(reply, plainValue(site, device, point));
    if (query.format === undefined || query.format === 'json') {
      return sendOutcome(reply, pointValue(site, device, point));
    }
    return sendProblem(reply, {
      status: 400,
      code: 'no-such-format',
      detail: 'the format is neither json nor plain',
      fix: 'use ?format=plain, or leave it out for JSON',
    });
  });
}

function addStateRoutes(app: FastifyInstance, { site, clock, version, hub }: RouteContext): void {
  const startedAt = clock.now();

  app.get('/api/v1/devices', async (_, reply) => sendJson(reply, site.devices().map(deviceJson)));
  app.get('/api/v1/lines', async (_, reply) => sendJson(reply, site.lines().map(lineJson)));
  app.get('/api/v1/status', async (_, reply) =>
    sendJson(
      reply,
      statusJson({
        site,
        version,
        wallMicros: clock.wallMicros(),
        upMs: clock.now() - startedAt,
        events: hub.counters,
      }),
    ),
  );

  app.get('/healthz', async (_, reply) => sendText(reply, 'ok\n'));
  app.get('/readyz', async (_, reply) => {
    const waiting = site.devices().filter(({ state }) => state === 'waiting').length;
    if (waiting === 0) return sendText(reply, 'ready\n');
    return sendProblem(reply, {
      status: 503,
      code: 'not-ready',
      detail: `${waiting} devices were not asked yet`,
      fix: 'ask again in a few seconds',
    });
  });
}

function addMetricsRoute(app: FastifyInstance, context: RouteContext): void {
  const { site, clock, version } = context;
  const startedAt = clock.now();
  app.get('/metrics', async (_, reply) => {
    const text = metricsText({
      ...{ site, version, upMs: clock.now() - startedAt, wallMicros: clock.wallMicros() },
      ...(context.sinks !== undefined && { sinks: context.sinks.status() }),
      ...(context.exchanges !== undefined && { exchanges: context.exchanges }),
      ...(context.alarms !== undefined && { alarms: context.alarms.list() }),
      ...(context.journal !== undefined && { journal: context.journal.status() }),
      ...(context.writes !== undefined && { writes: context.writes.counts() }),
    });
    return reply.header('cache-control', 'no-store').type(METRICS_TYPE).send(text);
  });
}

function addEventRoute(app: FastifyInstance, { hub, mayLook }: RouteContext): void {
  // A HEAD would be a stream without an end.
  app.get('/api/v1/events', { exposeHeadRoute: false }, async (request, reply) => {
    if (!hub.hasPlace()) {
      return sendProblem(reply, {
        status: 503,
        code: 'too-many-streams',
        detail: 'all places for event streams are taken',
        fix: 'close a page of this gateway, then try again',
      });
    }
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    // A write to a connection that has just ended reports an error; `close` follows and is enough.
    response.on('error', () => undefined);
    const client = {
      write: (text: string): void => void response.write(text),
      get writableLength() {
        return response.writableLength;
      },
      end: (): void => void response.end(),
      mayStay: () => mayLook(request),
    };
    request.raw.socket.once('close', () => hub.remove(client));
    hub.add(client);
    return reply;
  });
}

function addPage(app: FastifyInstance, page: readonly StaticFile[] | undefined): void {
  if (page === undefined) {
    app.get('/', async (_, reply) => sendText(reply, PAGE_MISSING));
    return;
  }
  for (const file of page) {
    app.get(file.path, async (request, reply) => sendFile(request, reply, file));
  }
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const encoding = chooseEncoding(request.headers['accept-encoding']);
  const etag = file.etags[encoding];
  reply
    .header('etag', etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', file.cacheControl);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.type(file.type).send(file.bodies[encoding]);
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(text);
}

function sendOutcome(reply: FastifyReply, outcome: Outcome<unknown>): FastifyReply {
  return 'ok' in outcome ? sendJson(reply, outcome.ok) : sendProblem(reply, outcome.problem);
}

function sendPlain(reply: FastifyReply, outcome: Outcome<string>): FastifyReply {
  return 'ok' in outcome ? sendText(reply, outcome.ok) : sendProblem(reply, outcome.problem);
}
