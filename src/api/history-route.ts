import type { FastifyInstance } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { nearest } from '../base/did-you-mean.ts';
import { parseDuration } from '../base/duration.ts';
import { ClosedError, InvalidRequestError, describeError } from '../base/errors.ts';
import {
  HistoryUnavailableError,
  type History,
  type HistoryQuestion,
  type HistorySeries,
} from '../history/history.ts';
import { MOMENT_FORMS, parseMoment } from '../history/moment.ts';
import type { Site } from '../telemetry/site.ts';
import type { HistoryJson, HistorySeriesJson } from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { sendJson } from './send-json.ts';

export interface HistoryContext {
  readonly history: History;
  readonly site: Site;
  readonly clock: Clock;
}

type Query = Readonly<Partial<Record<'points' | 'from' | 'to' | 'buckets' | 'step', string>>>;

/** As many as a screen has pixels across. */
const DEFAULT_BUCKETS = 1_000;

export function addHistoryRoute(app: FastifyInstance, context: HistoryContext): void {
  app.get<{ Querystring: Query }>('/api/v1/history', async ({ query }, reply) => {
    const question = questionOf(query, context.clock.wallMicros());
    if ('status' in question) return sendProblem(reply, question);
    const outcome = await ask(context, question);
    if ('status' in outcome) return sendProblem(reply, outcome);
    return sendJson(reply, outcome);
  });
}

async function ask(
  { history, site }: HistoryContext,
  question: HistoryQuestion,
): Promise<HistoryJson | Problem> {
  try {
    const { series, off } = await history.query(question);
    const stranger = series.find(
      ({ point, buckets, before }) =>
        buckets.length === 0 && before === undefined && site.sample(point) === undefined,
    );
    if (stranger !== undefined) return noSuchPoint(site, stranger.point);
    return {
      from: question.from / 1000,
      to: question.to / 1000,
      off: off.map(([from, to]) => [Math.floor(from / 1000), Math.ceil(to / 1000)] as const),
      series: series.map((one) => seriesJson(site, one)),
    };
  } catch (error) {
    if (error instanceof InvalidRequestError) return wrong(error.message, 'ask for less');
    if (!(error instanceof HistoryUnavailableError || error instanceof ClosedError)) throw error;
    return {
      status: 503,
      code: 'history-not-available',
      detail: describeError(error),
      fix: 'ask again later; the log of the gateway says more',
    };
  }
}

function questionOf(query: Query, now: number): HistoryQuestion | Problem {
  const { points: list = '', from: begin = '-24h', to: end = 'now' } = query;
  const points = list.split(',').filter((point) => point !== '');
  if (points.length === 0) return wrong('no points are named', '?points=furnace.pv,meter.power');
  const [from, to] = [parseMoment(begin, now), parseMoment(end, now)];
  if (from === undefined || to === undefined) {
    return wrong(`${from === undefined ? 'from' : 'to'} is no time`, `such as ${MOMENT_FORMS}`);
  }
  if (from >= to) return wrong('from is not before to', 'from=-24h&to=now');
  const buckets = Number(query.buckets ?? DEFAULT_BUCKETS);
  const question = { points, from, to, buckets };
  return query.step === undefined ? question : inSteps(question, query.step);
}

function inSteps(question: HistoryQuestion, step: string): HistoryQuestion | Problem {
  const stepMs = parseDuration(step);
  if (stepMs === undefined || stepMs < 1 || !Number.isInteger(stepMs)) {
    return wrong('step is no duration of whole milliseconds', 'such as step=1m or step=500ms');
  }
  return { ...question, step: stepMs * 1000 };
}

function wrong(detail: string, fix: string): Problem {
  return { status: 400, code: 'wrong-question', detail, fix };
}

function noSuchPoint(site: Site, point: string): Problem {
  const near = nearest(
    point,
    site.points().map(({ id }) => id),
  );
  return {
    status: 404,
    code: 'no-such-point',
    detail: `neither the site nor its history has a point ${point}`,
    fix: near === undefined ? 'GET /api/v1/values lists them' : `did you mean ${near}?`,
  };
}

/** Columns, as charts take them. */
function seriesJson(
  site: Site,
  { point, step, before, buckets }: HistorySeries,
): HistorySeriesJson {
  const { unit, decimals } = site.sample(point)?.point ?? {};
  return {
    point,
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    step: step / 1000,
    ...(before !== undefined && {
      before: { at: before.at / 1000, value: before.value ?? null },
    }),
    at: buckets.map(({ at }) => at / 1000),
    // JSON has no undefined: null is a bucket in which no number is known.
    min: buckets.map(({ min }) => min ?? null),
    max: buckets.map(({ max }) => max ?? null),
    mean: buckets.map(({ mean }) => mean ?? null),
    last: buckets.map(({ last }) => last ?? null),
    count: buckets.map(({ count }) => count),
    bad: buckets.map(({ bad }) => bad),
    ended: buckets.flatMap(({ endsBad }, place) => (endsBad === true ? [place] : [])),
  };
}
