import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../base/log.ts';
import type { Access, Identified, Identity } from './access.ts';
import { turnAway } from './guard.ts';
import type { Login } from './login/login.ts';
import { sendProblem, type Problem } from './problem.ts';
import { PathMethods } from './path-methods.ts';
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
    const refusal = refusalOf(facts, request, context);
    if (refusal === undefined) return undefined;
    if (refusal.status === 401) reply.header('www-authenticate', 'Bearer');
    return sendProblem(reply, refusal);
  });
}

/** Who asks, of a route whose role is in the table. */
export function askedBy(request: FastifyRequest): Identity {
  const { identity } = request as GuardedRequest;
  if (identity === undefined) throw new Error('the route table names no role for this route');
  return identity;
}

function refusalOf(
  { access: needed, body }: RouteFacts,
  request: GuardedRequest,
  { access, login, logger }: GuardContext,
): Problem | undefined {
  const { headers, method, ip: address, url: path } = request;
  if (needed !== 'open') {
    const forged = login.forgery(method, headers);
    if (forged !== undefined) return forged;
    if (needed !== undefined || login.isNeeded) {
      const asked = { headers, address };
      const known: Identified =
        needed === undefined ? access.identify(asked) : access.require(needed, asked);
      if ('problem' in known) {
        const { problem } = known;
        if (needed !== undefined) {
          logger.warn(`a request was turned away: ${problem.detail}`, {
            ...{ method, path, from: address },
          });
        }
        return problem;
      }
      request.identity = known.ok;
    }
  }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return body === undefined || type === 'application/json' ? undefined : NO_JSON;
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
