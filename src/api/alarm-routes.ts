import type { FastifyInstance } from 'fastify';
import { MAX_SHELF_MS } from '../alarm/alarm.ts';
import type { AlarmControl } from '../alarm/alarm-control.ts';
import type { AlarmStatus } from '../alarm/alarm-status.ts';
import type { Clock } from '../base/clock.ts';
import { nearest } from '../base/did-you-mean.ts';
import { parseDuration } from '../base/duration.ts';
import type { Value } from '../telemetry/point.ts';
import type { Site } from '../telemetry/site.ts';
import { alarmJson, byAttention } from './alarm-json.ts';
import { alarmRate, journalOf, type JournalQuery } from './alarm-journal.ts';
import type { AckRequestJson, ShelveRequestJson } from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { askedBy } from './route-guard.ts';
import { sendJson } from './send-json.ts';

interface JournalRoute {
  Querystring: JournalQuery;
}

interface AlarmRoute {
  Params: { id: string };
}

const MAX_TEXT = 500;

export interface AlarmContext {
  readonly alarms: AlarmControl;
  readonly site: Site;
  readonly clock: Clock;
}

/** Looks at alarms and answers them. */
export function addAlarmRoutes(app: FastifyInstance, { alarms, site, clock }: AlarmContext): void {
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
    const found = journalOf(alarms.events(), query, clock.wallMicros());
    return 'code' in found ? sendProblem(reply, found) : sendJson(reply, found);
  });

  app.get('/api/v1/alarms/rate', async (_, reply) =>
    sendJson(reply, alarmRate(alarms.events(), clock.wallMicros())),
  );

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
