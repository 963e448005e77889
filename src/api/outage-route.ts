import type { FastifyInstance } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { localIso } from '../base/time-format.ts';
import { MOMENT_FORMS, parseMoment } from '../history/moment.ts';
import type { Outage, Reading } from '../outage/outage.ts';
import type { OutageReports } from '../outage/outage-log.ts';
import type { Site } from '../telemetry/site.ts';
import type { OutageJson } from './contract.ts';
import { sendProblem } from './problem.ts';
import { sendJson } from './send-json.ts';

export interface OutageContext {
  readonly outages: OutageReports;
  readonly site: Site;
  readonly clock: Clock;
}

interface OutageRoute {
  Querystring: { since?: string };
}

export function addOutageRoute(
  app: FastifyInstance,
  { outages, site, clock }: OutageContext,
): void {
  app.get<OutageRoute>('/api/v1/outages', async ({ query }, reply) => {
    const text = query.since;
    const since = text === undefined ? undefined : parseMoment(text, clock.wallMicros());
    if (text !== undefined && since === undefined) {
      const fix = `such as ${MOMENT_FORMS}`;
      return sendProblem(reply, {
        status: 400,
        code: 'wrong-question',
        detail: 'since is no time',
        fix,
      });
    }
    return sendJson(
      reply,
      outages.list(since).map((outage) => outageJson(site, outage)),
    );
  });
}

function outageJson(site: Site, outage: Outage): OutageJson {
  const { point: id, reason, before, after, durationMs, clockMs, isSettling } = outage;
  const { lowest, highest, settledMs } = outage;
  const point = site.sample(id)?.point;
  const [device = '', name = ''] = id.split('.');
  return {
    ...{ device, point: name, reason, before: readingJson(before), after: readingJson(after) },
    ...(point?.label !== undefined && { label: point.label }),
    ...(point?.unit !== undefined && { unit: point.unit }),
    seconds: durationMs === undefined ? null : durationMs / 1000,
    ...(clockMs !== undefined && { clockSeconds: clockMs / 1000 }),
    ...(lowest !== undefined && { lowest }),
    ...(highest !== undefined && { highest }),
    ...{ settledSeconds: settledMs / 1000, settling: isSettling === true },
  };
}

function readingJson({ value, at }: Reading): OutageJson['before'] {
  return { value, time: localIso(at) };
}
