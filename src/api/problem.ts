import type { FastifyReply } from 'fastify';
import type { ProblemJson } from './contract.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Request too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Unprocessable content',
  428: 'Precondition required',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Not available',
  504: 'Gateway timeout',
};

/** A refusal: what was found (`detail`), and what the caller can do about it (`fix`). */
export interface Problem {
  readonly status: number;
  /** Stable, for programs: `no-such-point`. */
  readonly code: string;
  readonly detail: string;
  readonly fix: string;
}

export function problemJson({ status, code, detail, fix }: Problem): ProblemJson {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Refused',
    status,
    code,
    detail,
    fix,
  };
}

/** `more`: members that belong to this kind of problem (RFC 9457, section 3.2). */
export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
  more: object = {},
): FastifyReply {
  // Sent as bytes: fastify would add a charset, which JSON does not have (RFC 8259, section 11).
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify({ ...more, ...problemJson(problem) })));
}
