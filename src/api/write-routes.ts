import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { parseNetworks } from '../base/network-list.ts';
import type { AuditFilter } from '../gate/audit-read.ts';
import type { WriteControl, WritingStatus } from '../gate/write-control.ts';
import type { Refusal, Requester, WriteOutcome } from '../gate/write-request.ts';
import type { LockRequestJson, WriteRequestJson } from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { askedBy } from './route-guard.ts';
import { sendJson } from './send-json.ts';
import { readMaintenance } from './write-body.ts';
import { auditJson, locksJson, previewJson, writeResultJson, writesJson } from './write-json.ts';
import { WRITE_FIXES, writeStatus } from './write-status.ts';

export interface WriteRouteContext {
  readonly writes: WriteControl;
  readonly clock: Clock;
}

interface PointRoute {
  Params: { device: string; point: string };
  Body: WriteRequestJson;
}

interface PreviewRoute {
  Querystring: { readonly point?: string; readonly value?: string };
}

interface AuditRoute {
  Querystring: Readonly<Record<string, string | undefined>>;
}

/** Writes points, locks devices, and shows who has. */
export function addWriteRoutes(app: FastifyInstance, context: WriteRouteContext): void {
  const { writes } = context;
  app.get('/api/v1/writes', async ({ ip }, reply) =>
    sendJson(reply, writesJson(statusFor(writes.status(), ip))),
  );
  app.get<PreviewRoute>('/api/v1/writes/preview', async ({ query }, reply) => {
    const { point = '', value = '' } = query;
    const preview = await writes.preview(point, writes.typed(point, value));
    if ('code' in preview) return sendProblem(reply, refusalProblem(preview));
    return sendJson(reply, previewJson(preview));
  });
  app.put<PointRoute>('/api/v1/values/:device/:point', async (request, reply) =>
    write(writes, request, reply),
  );
  app.get<AuditRoute>('/api/v1/audit', async ({ query }, reply) => {
    const filter = auditFilter(query);
    if ('status' in filter) return sendProblem(reply, filter);
    return sendJson(reply, (await writes.audit(filter)).map(auditJson));
  });
  addMaintenanceRoutes(app, context);
}

/** To somebody whose address may not write nothing can be written, and it is better to know that before. */
export function statusFor(status: WritingStatus, address: string): WritingStatus {
  const { state, from } = status;
  if (state !== 'open' || parseNetworks(from).isAllowed(address)) return status;
  const places = from.map((place) => (place === 'loopback' ? 'this machine itself' : place));
  return {
    ...{ ...status, state: 'closed' },
    problem: `writes come from ${places.join(', ')}, and not from ${address}; writes: { from: [...] } of the site file says from where`,
  };
}

function addMaintenanceRoutes(app: FastifyInstance, context: WriteRouteContext): void {
  const { writes, clock } = context;
  const url = '/api/v1/maintenance';
  const current = (reply: FastifyReply): FastifyReply =>
    sendJson(reply, locksJson(writes.status().locks));
  const ended = (reply: FastifyReply, problem: Refusal | undefined): FastifyReply =>
    problem === undefined ? current(reply) : sendProblem(reply, refusalProblem(problem));

  app.get(url, async (_, reply) => current(reply));
  app.post<{ Body: LockRequestJson }>(url, async (request, reply) => {
    const lock = readMaintenance(request.body, clock.wallMicros());
    if ('status' in lock) return sendProblem(reply, lock);
    const { scope, why, until } = lock;
    return ended(reply, await writes.lock(scope, requester(request), why, until));
  });
  app.delete<{ Querystring: { scope?: string } }>(url, async (request, reply) => {
    const { scope = '*' } = request.query;
    return ended(reply, await writes.unlock(scope, requester(request)));
  });
}

async function write(
  writes: WriteControl,
  request: FastifyRequest<PointRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = request.headers['idempotency-key'];
  const { value, ...options } = request.body;
  const point = `${request.params.device}.${request.params.point}`;
  const who = requester(request);
  const result = await writes.write({
    point,
    value: typeof value === 'string' ? writes.typed(point, value) : value,
    who,
    ...options,
    ...(typeof key === 'string' && { idempotencyKey: key }),
  });
  const { unit } = writes.status().points.find(({ id }) => id === point)?.point ?? {};
  const json = writeResultJson(result, point, who.name, unit);
  const status = writeStatus(result.outcome, result.code);
  if (status === 200) return sendJson(reply, json);
  const { code, message } = result;
  return sendProblem(reply, { status, code, detail: message, fix: WRITE_FIXES[code] }, json);
}

/** The command line says so of itself; it is the same door with another sign. */
function requester(request: FastifyRequest): Requester {
  const isCli = request.headers['user-agent']?.startsWith('dinrail-cli') === true;
  return { ...askedBy(request), door: isCli ? 'cli' : 'api' };
}

function refusalProblem({ code, message }: Refusal): Problem {
  const status = writeStatus('refused', code);
  return { status, code, detail: message, fix: WRITE_FIXES[code] };
}

const OUTCOMES: ReadonlySet<string> = new Set<WriteOutcome>([
  ...(['confirmed', 'unchanged', 'refused', 'unknown', 'failed'] as const),
]);
const MAX_RECORDS = 1_000;

function auditFilter(query: AuditRoute['Querystring']): AuditFilter | Problem {
  const limit = Number(query['limit'] ?? 100);
  const [from, until] = [microsOf(query['from']), microsOf(query['until'])];
  const { outcome } = query;
  const isCount = Number.isInteger(limit) && limit >= 1 && limit <= MAX_RECORDS;
  const isOutcome = outcome === undefined || OUTCOMES.has(outcome);
  if (!isCount || !isOutcome || Number.isNaN(from) || Number.isNaN(until)) {
    return {
      ...{ status: 400, code: 'wrong-filter', detail: 'limit, outcome, from or until is none' },
      fix: `limit=1..${MAX_RECORDS}, outcome=${[...OUTCOMES].join('|')}, from and until as ISO 8601`,
    };
  }
  const given: readonly (readonly [string, string | number | undefined])[] = [
    ...['point', 'device', 'name', 'outcome'].map((key) => [key, query[key]] as const),
    ...[['from', from] as const, ['until', until] as const],
  ];
  const rest = given.filter(([, value]) => value !== undefined);
  return { limit, ...(Object.fromEntries(rest) as AuditFilter) };
}

function microsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text) * 1000;
}
