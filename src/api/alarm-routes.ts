import type { FastifyInstance } from 'fastify';
import { MAX_SHELF_MS } from '../alarm/alarm.ts';
import type { AlarmControl } from '../alarm/alarm-control.ts';
import type { AlarmStatus } from '../alarm/alarm-status.ts';
import { nearest } from '../base/did-you-mean.ts';
import { parseDuration } from '../base/duration.ts';
import type { Value } from '../telemetry/point.ts';
import type { Site } from '../telemetry/site.ts';
import type { AckRequestJson, ShelveRequestJson } from './contract.ts';
import { alarmEventJson, alarmJson, byAttention } from './alarm-json.ts';
import { sendProblem, type Problem } from './problem.ts';
import { askedBy } from './route-guard.ts';
import { sendJson } from './send-json.ts';

interface AlarmRoute {
  Params: { id: string };
}

interface JournalRoute {
  Querystring: { limit?: string; alarm?: string; device?: string };
}

const MAX_TEXT = 500;

export interface AlarmContext {
  readonly alarms: AlarmControl;
  readonly site: Site;
}

/** Looks at alarms and answers them. */
export function addAlarmRoutes(app: FastifyInstance, { alarms, site }: AlarmContext): void {
  app.get('/api/v1/alarms', async (_, reply) =>
    sendJson(
      reply,
      alarms
        .list()
        .toSorted(byAttention)
        .map((status) => alarmJson(status, goodValue(site, status))),
    ),
  );

  app.get<JournalRoute>('/api/v1/alarms/journal', async ({ query }, reply) => {
    const limit = Number(query.limit ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
      return sendProblem(reply, WRONG_LIMIT);
    }
    const events = alarms
      .events()
      .map(alarmEventJson)
      .filter(({ alarm }) => query.alarm === undefined || alarm === query.alarm)
      .filter(({ device }) => query.device === undefined || device === query.device);
    return sendJson(reply, events.slice(0, limit));
  });

  const operate = (
    verb: string,
    run: (alarm: string, by: string, body: unknown) => AlarmStatus | undefined | Problem,
  ): void => {
    const url = `/api/v1/alarms/:id/${verb}`;
    app.post<AlarmRoute>(url, async (request, reply) => {
      const { id } = request.params;
      const result = run(id, askedBy(request).name, request.body);
      if (result === undefined) return sendProblem(reply, noSuchAlarm(id, alarms));
      return 'code' in result ? sendProblem(reply, result) : sendJson(reply, alarmJson(result));
    });
  };
  operate('ack', (id, by, body) => {
    const { comment } = body as AckRequestJson;
    return isTooLong(comment) ? WRONG_TEXT : alarms.acknowledge(id, by, comment);
  });
  operate('shelve', (id, by, body) => {
    const { reason, for: time } = body as ShelveRequestJson;
    if (isTooLong(reason)) return WRONG_TEXT;
    if (reason.trim() === '') return NO_REASON;
    const forMs = parseDuration(time);
    const isTime = forMs !== undefined && forMs >= 1_000 && forMs <= MAX_SHELF_MS;
    return isTime ? alarms.shelve(id, { forMs, by, reason }) : WRONG_TIME;
  });
  operate('unshelve', (id, by) => alarms.unshelve(id, by));
}

const WRONG_LIMIT: Problem = {
  ...{ status: 400, code: 'wrong-limit', detail: 'limit is no whole number from 1 to 1000' },
  fix: 'ask with ?limit=100, or without it',
};

const WRONG_TEXT: Problem = {
  ...{ status: 400, code: 'wrong-text' },
  detail: `comment and reason are texts of up to ${MAX_TEXT} characters`,
  fix: 'send { "comment": "seen" }',
};

const NO_REASON: Problem = {
  ...{ status: 400, code: 'no-reason', detail: 'nobody is told why it is put aside' },
  fix: 'send { "for": "1h", "reason": "sensor is replaced" }',
};

const WRONG_TIME: Problem = {
  ...{ status: 400, code: 'wrong-time', detail: '"for" is no time from 1s to 7d' },
  fix: 'send { "for": "1h", "reason": "sensor is replaced" }',
};

function noSuchAlarm(id: string, alarms: AlarmControl): Problem {
  const known = alarms.list().map(({ rule }) => rule.id);
  const near = nearest(id, known);
  const fix =
    near === undefined
      ? 'dinrail alarms --all, or GET /api/v1/alarms, lists them'
      : `did you mean ${near}?`;
  return { status: 404, code: 'no-such-alarm', detail: 'there is no alarm of this id', fix };
}

function goodValue(site: Site, { rule: { test } }: AlarmStatus): Value | undefined {
  const sample = 'point' in test ? site.sample(test.point) : undefined;
  return sample?.quality === 'good' ? sample.value : undefined;
}

function isTooLong(text: string | undefined): boolean {
  return text !== undefined && text.length > MAX_TEXT;
}
