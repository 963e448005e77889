import type { FastifyReply } from 'fastify';

/** An answer that is true now and not later: no cache keeps it. */
export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .type('application/json')
    .send(JSON.stringify(body));
}
