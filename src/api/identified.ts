import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../base/log.ts';
import type { Access, AccessRole, Identity } from './access.ts';
import { jsonOnly } from './json-only.ts';
import { sendProblem } from './problem.ts';

export interface AccessContext {
  readonly access: Access;
  readonly logger: Logger;
}

/** Goes on with whoever asks, or says why that is not enough. */
export async function identified(
  context: AccessContext,
  role: AccessRole,
  request: FastifyRequest,
  reply: FastifyReply,
  run: (who: Identity) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const known = whoIs(context, role, request, reply);
  return 'name' in known ? run(known) : known;
}

/** The checks of a route that operates something: JSON, from somebody of the role. */
export function jsonFrom(context: AccessContext, role: AccessRole) {
  const check = async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    const known = whoIs(context, role, request, reply);
    return 'name' in known ? undefined : known;
  };
  return { preValidation: [jsonOnly.preValidation, check] };
}

function whoIs(
  { access, logger }: AccessContext,
  role: AccessRole,
  { headers, ip: address, method, url: path }: FastifyRequest,
  reply: FastifyReply,
): Identity | FastifyReply {
  const known = access.require(role, { headers, address });
  if ('ok' in known) return known.ok;
  const { problem } = known;
  logger.warn(`a request was turned away: ${problem.detail}`, { method, path, from: address });
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return sendProblem(reply, problem);
}
