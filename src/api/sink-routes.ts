import type { FastifyInstance, FastifyReply } from 'fastify';
import { describeError } from '../base/errors.ts';
import { localIso } from '../base/time-format.ts';
import type { SinkControl, SinkStatus } from '../delivery/sink-status.ts';
import type {
  DropRequestJson,
  NewestRecordJson,
  QuarantineJson,
  QuarantineRequestJson,
  SinkJson,
} from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { askedBy } from './route-guard.ts';
import { sendJson } from './send-json.ts';

interface SinkRoute {
  Params: { name: string };
}

interface DropRoute extends SinkRoute {
  Body: DropRequestJson;
}

interface QuarantineRoute extends SinkRoute {
  Body: QuarantineRequestJson;
}

/** Looks at sinks and operates them. */
export function addSinkRoutes(app: FastifyInstance, sinks: SinkControl): void {
  app.get('/api/v1/sinks', async (_, reply) => sendJson(reply, sinks.status().map(sinkJson)));

  app.get<SinkRoute>('/api/v1/sinks/:name/quarantine', async ({ params }, reply) =>
    known(sinks, params.name, reply, () =>
      sendJson(reply, sinks.quarantine(params.name).map(quarantineJson)),
    ),
  );

  app.post<SinkRoute>('/api/v1/sinks/:name/test', async ({ params }, reply) =>
    known(sinks, params.name, reply, async () => {
      const found = await sinks.test(params.name).then(
        (message) => ({ ok: true, message }),
        (error: unknown) => ({ ok: false, message: describeError(error) }),
      );
      return sendJson(reply, found);
    }),
  );
  for (const verb of ['pause', 'resume'] as const) {
    app.post<SinkRoute>(`/api/v1/sinks/:name/${verb}`, async ({ params }, reply) =>
      known(sinks, params.name, reply, () => {
        sinks[verb](params.name);
        return sendJson(reply, { ok: true });
      }),
    );
  }
  app.get<SinkRoute>('/api/v1/sinks/:name/newest', async ({ params }, reply) =>
    known(sinks, params.name, reply, () => {
      const text = sinks.newest(params.name);
      return sendJson(reply, { ...(text !== undefined && { text }) } satisfies NewestRecordJson);
    }),
  );

  app.post<DropRoute>('/api/v1/sinks/:name/drop', async (request, reply) => {
    const { name } = request.params;
    return known(sinks, name, reply, () => {
      if (request.body.confirm !== name) return sendProblem(reply, notConfirmed(name));
      return sendJson(reply, { count: sinks.drop(name, askedBy(request).name) });
    });
  });
  for (const verb of ['retry', 'discard'] as const) {
    const url = `/api/v1/sinks/:name/quarantine/${verb}`;
    app.post<QuarantineRoute>(url, async ({ params, body }, reply) =>
      known(sinks, params.name, reply, () =>
        sendJson(reply, { count: sinks[verb](params.name, body.ids) }),
      ),
    );
  }
}

function notConfirmed(name: string): Problem {
  return {
    ...{ status: 400, code: 'not-confirmed', detail: 'what waits would be gone for good' },
    fix: `send { "confirm": ${JSON.stringify(name)} } to drop it`,
  };
}

async function known(
  sinks: SinkControl,
  name: string,
  reply: FastifyReply,
  run: () => FastifyReply | Promise<FastifyReply>,
): Promise<FastifyReply> {
  const names = sinks.status().map((status) => status.name);
  if (names.includes(name)) return run();
  return sendProblem(reply, {
    status: 404,
    code: 'no-such-sink',
    detail: 'there is no sink of this name',
    fix: names.length === 0 ? 'the site has no sinks' : `one of ${names.join(', ')}`,
  });
}

function sinkJson({ oldestAt, lastSuccessAt, errorAt, ...status }: SinkStatus): SinkJson {
  return {
    ...status,
    ...(oldestAt !== undefined && { oldest: localIso(oldestAt) }),
    ...(lastSuccessAt !== undefined && { lastSuccess: localIso(lastSuccessAt) }),
    ...(errorAt !== undefined && { errorTime: localIso(errorAt) }),
  };
}

function quarantineJson({ at, ...entry }: { readonly at: number } & Omit<QuarantineJson, 'time'>) {
  return { ...entry, time: localIso(at) } satisfies QuarantineJson;
}
