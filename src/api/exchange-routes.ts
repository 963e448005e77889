import type { FastifyInstance, FastifyReply } from 'fastify';
import { localIso } from '../base/time-format.ts';
import type { ExchangeControl, FlowStatus, RunReport } from '../exchange/control.ts';
import type {
  DryRunRequestJson,
  ExchangeFlowJson,
  ExchangeRunJson,
  ExchangesJson,
  RetryRequestJson,
} from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { sendJson } from './send-json.ts';

/** Looks at rules and pulls and tries again what is dead. */
export function addExchangeRoutes(app: FastifyInstance, exchanges: ExchangeControl): void {
  app.get('/api/v1/exchanges', async (_, reply) => sendJson(reply, exchangesJson(exchanges)));

  app.post<{ Body: RetryRequestJson }>('/api/v1/exchanges/retry', async ({ body }, reply) => {
    const result = await exchanges.retry(body.id);
    if (typeof result === 'number') return sendJson(reply, { count: result });
    return sendProblem(reply, { ...NO_RETRY, detail: result });
  });

  app.post<{ Body: DryRunRequestJson }>('/api/v1/exchanges/dry-run', async ({ body }, reply) => {
    const { flow } = body;
    const known = exchanges.flows().map(({ name }) => name);
    if (!known.includes(flow)) return noFlow(reply, known);
    const result = await exchanges.dryRun(flow);
    if (typeof result !== 'string') return sendJson(reply, result.map(runJson));
    return sendProblem(reply, { ...NO_ANSWER, detail: result });
  });
}

const NO_RETRY: Problem = {
  status: 409,
  code: 'no-retry',
  detail: '',
  fix: 'dinrail exchange list, or GET /api/v1/exchanges, has the runs',
};
const NO_ANSWER: Problem = {
  status: 503,
  code: 'no-answer',
  detail: '',
  fix: 'look at the address of the pull, and at its server',
};

function noFlow(reply: FastifyReply, known: readonly string[]): FastifyReply {
  return sendProblem(reply, {
    status: 404,
    code: 'no-such-flow',
    detail: 'there is no rule or pull of this name',
    fix: known.length === 0 ? 'the site has none' : `one of ${known.join(', ')}`,
  });
}

function exchangesJson(exchanges: ExchangeControl): ExchangesJson {
  const { dropped, forgotten, log } = exchanges.counters();
  return {
    flows: exchanges.flows().map(flowJson),
    runs: exchanges.runs().map(runJson),
    ...{ dropped: dropped + log.refused, forgotten, damaged: log.damaged },
    ...(log.error !== undefined && { error: log.error }),
  };
}

function flowJson({ fetch, ...flow }: FlowStatus): ExchangeFlowJson {
  if (fetch === undefined) return flow;
  const { lastAnswerAt, ...rest } = fetch;
  const lastAnswer = lastAnswerAt === undefined ? {} : { lastAnswer: localIso(lastAnswerAt) };
  return { ...flow, fetch: { ...rest, ...lastAnswer } };
}

function runJson({ at, deadline, ...run }: RunReport): ExchangeRunJson {
  return { ...run, time: localIso(at), deadline: localIso(deadline) };
}
