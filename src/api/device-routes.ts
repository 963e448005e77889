import type { FastifyInstance, FastifyReply } from 'fastify';
import { ANSWER_TIME_ENDS } from '../base/answer-times.ts';
import type { PollControl, PollRefusal, PollReport } from '../telemetry/polling.ts';
import type { Site } from '../telemetry/site.ts';
import type { DeviceDetailJson, PauseRequestJson, PollingJson } from './contract.ts';
import { deviceJson } from './json.ts';
import { askedBy } from './route-guard.ts';
import { sendProblem, type Problem } from './problem.ts';
import { sendJson } from './send-json.ts';

export interface DeviceRouteContext {
  readonly site: Site;
  readonly polls: PollControl | undefined;
}

interface DeviceRoute {
  Params: { readonly device: string };
}

interface PauseRoute extends DeviceRoute {
  Body: PauseRequestJson;
}

/** One device: how it is asked, and asking it now, not at all, or again. */
export function addDeviceRoutes(app: FastifyInstance, { site, polls }: DeviceRouteContext): void {
  const detail = (name: string, reply: FastifyReply): FastifyReply => {
    const status = site.devices().find((device) => device.name === name);
    if (status === undefined) return sendProblem(reply, noSuchDevice(name));
    const [report, source] = [polls?.report(name), polls?.sourceOf(name)];
    return sendJson(reply, {
      ...deviceJson(status),
      ...(source !== undefined && { source }),
      ...(report !== undefined && { polling: pollingJson(report) }),
    } satisfies DeviceDetailJson);
  };
  const ended = (name: string, refused: PollRefusal | undefined, reply: FastifyReply) =>
    refused === undefined ? detail(name, reply) : sendProblem(reply, problemOf(refused));

  app.get<DeviceRoute>('/api/v1/devices/:device', async ({ params }, reply) =>
    detail(params.device, reply),
  );
  if (polls === undefined) return;
  app.post<DeviceRoute>('/api/v1/devices/:device/try', async (request, reply) => {
    const { device } = request.params;
    return ended(device, await polls.tryNow(device, askedBy(request)), reply);
  });
  app.post<PauseRoute>('/api/v1/devices/:device/pause', async (request, reply) => {
    const { params, body } = request;
    const refused = await polls.pause(params.device, askedBy(request), body.why);
    return ended(params.device, refused, reply);
  });
  app.post<DeviceRoute>('/api/v1/devices/:device/resume', async (request, reply) => {
    const { device } = request.params;
    return ended(device, await polls.resume(device, askedBy(request)), reply);
  });
}

function pollingJson({ answerTimes, meanMs, requests }: PollReport): PollingJson {
  return {
    answerTimes: answerTimes.map((count, index) => {
      const upTo = ANSWER_TIME_ENDS[index];
      return upTo === undefined ? { count } : { upTo, count };
    }),
    ...(meanMs !== undefined && { meanMs: Math.round(meanMs * 10) / 10 }),
    requests: requests.map(({ wireMs, ...request }) => ({
      ...request,
      ...(wireMs !== undefined && { wireMs: Math.round(wireMs * 10) / 10 }),
    })),
  };
}

function noSuchDevice(name: string): Problem {
  return {
    ...{ status: 404, code: 'no-such-device', detail: `there is no device ${name.slice(0, 200)}` },
    fix: 'GET /api/v1/devices lists them',
  };
}

const STATUSES: Readonly<Record<PollRefusal['code'], number>> = {
  ...{ 'unknown-device': 404, 'not-polled': 409, paused: 409, 'too-soon': 429, 'no-reason': 422 },
};

const FIXES: Readonly<Record<PollRefusal['code'], string>> = {
  'unknown-device': 'GET /api/v1/devices lists them',
  'not-polled': 'look at what sends its values',
  paused: 'POST /api/v1/devices/{device}/resume',
  'too-soon': 'wait a few seconds',
  'no-reason': 'say why, for those who find it paused',
};

function problemOf({ code, message }: PollRefusal): Problem {
  const named = code === 'unknown-device' ? 'no-such-device' : code;
  return { status: STATUSES[code], code: named, detail: message, fix: FIXES[code] };
}
