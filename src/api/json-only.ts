import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** For routes that change something: a page of another site cannot send JSON without asking first. */
export const jsonOnly = {
  preValidation: async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    if (request.headers['content-type']?.split(';')[0] === 'application/json') return undefined;
    return sendProblem(reply, {
      status: 415,
      code: 'no-json',
      detail: 'the request is not JSON',
      fix: 'send content-type: application/json and a body such as {}',
    });
  },
};
