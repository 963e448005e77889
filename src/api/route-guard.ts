import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../base/log.ts';
import type { Access, Identity } from './access.ts';
import { turnAway } from './guard.ts';
import type { Login } from './login/login.ts';
import { sendProblem, type Problem } from './problem.ts';
import { PathMethods } from './path-methods.ts';
import { bodyProblem, queryProblem } from './request-shape.ts';
import type { RouteFacts } from './table/route-facts.ts';
import { findRoute } from './table/route-table.ts';

export interface GuardContext {
  readonly access: Access;
  readonly login: Login;
  readonly logger: Logger;
  /** Every spelling of our own address; undefined where a login stands in their place. */
  readonly own: () => ReadonlySet<string> | undefined;
}

interface GuardedConfig {
  readonly facts?: RouteFacts;
}

interface GuardedRequest extends FastifyRequest {
  /** Who asks, once a guard had to know. */
  identity?: Identity;
}

/**
 * Turns requests away before their bodies are read, by what the route table says of what they ask for. A route that
 * the table does not know cannot be added.
 */
export function guardRoutes(app: FastifyInstance, context: GuardContext): void {
  const paths = new PathMethods();
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const facts = findRoute(method, route.url);
      if (facts === undefined) throw new Error(`the route table lacks ${method} ${route.url}`);
      paths.add(route.url, method);
      route.config = { ...route.config, facts };
      if (facts.maxBytes !== undefined) route.bodyLimit = facts.maxBytes;
    }
  });
  app.decorateRequest('identity', undefined);
  app.addHook('onRequest', async (request, reply) => {
    const problem = turnAway(request, context.own());
    if (problem !== undefined) return sendProblem(reply, problem);
    const { facts } = request.routeOptions.config as GuardedConfig;
    if (facts === undefined) return refusePath(request, reply, paths);
    await context.login.lookAgain();
    const refusal = refusalOf(facts, request, context);
    if (refusal === undefined) return undefined;
    if (refusal.status === 401) reply.header('www-authenticate', 'Bearer');
    return sendProblem(reply, refusal);
  });
  app.addHook('preValidation', async (request, reply) => {
    const { facts } = request.routeOptions.config as GuardedConfig;
    if (facts?.body === undefined) return undefined;
    const problem = bodyProblem(facts, request.body);
    return problem === undefined ? undefined : sendProblem(reply, problem);
  });
}

/** Who asks, of a route whose role is in the table. */
export function askedBy(request: FastifyRequest): Identity {
  const { identity } = request as GuardedRequest;
  if (identity === undefined) throw new Error('the route table names no role for this route');
  return identity;
}

function refusalOf(
  facts: RouteFacts,
  request: GuardedRequest,
  context: GuardContext,
): Problem | undefined {
  const stranger = strangerProblem(facts, request, context);
  if (stranger !== undefined) return stranger;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (facts.body !== undefined && type !== 'application/json') return NO_JSON;
  return queryProblem(facts, request.query);
}

/** Who asks, and whether that is enough. */
function strangerProblem(
  { access: needed }: RouteFacts,
  request: GuardedRequest,
  { access, login, logger }: GuardContext,
): Problem | undefined {
  if (needed === 'open') return undefined;
  const { headers, method, ip: address, url: path } = request;
  const forged = login.forgery(method, headers);
  if (forged !== undefined) return forged;
  const asked = { headers, address };
  if (needed === undefined) {
    if (!login.isNeeded) return undefined;
    const known = access.identify(asked);
    return 'problem' in known ? known.problem : undefined;
  }
  const known = access.require(needed, asked);
  if ('ok' in known) {
    request.identity = known.ok;
    return undefined;
  }
  logger.warn(`a request was turned away: ${known.problem.detail}`, {
    ...{ method, path, from: address },
  });
  return known.problem;
}

/** Nothing is there, or it does not take the method: the connection ends with it, for a body is not read. */
function refusePath(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  paths: PathMethods,
): FastifyReply {
  const taken = paths.methodsOf(url);
  reply.header('connection', 'close');
  if (taken.length === 0 || taken.includes(method)) return sendProblem(reply, NO_SUCH_PATH);
  return sendProblem(reply.header('allow', taken.join(', ')), {
    status: 405,
    code: 'method-not-allowed',
    detail: `${method} is not possible here`,
    fix: `possible here: ${taken.join(', ')}`,
  });
}

export const NO_SUCH_PATH: Problem = {
  status: 404,
  code: 'no-such-path',
  detail: 'there is nothing at this path',
  fix: 'the page is at /, values are at /api/v1/values',
};

/** A page of another site cannot send JSON without asking first, and asking is refused. */
const NO_JSON: Problem = {
  status: 415,
  code: 'no-json',
  detail: 'the request is not JSON',
  fix: 'send content-type: application/json and a body such as {}',
};
