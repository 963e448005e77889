import type { FastifyInstance, FastifyReply } from 'fastify';
import { editsProblem, textProblem } from './config-body.ts';
import type { ConfigControl, ConfigOutcome, ConfigRefusal } from './config-control.ts';
import type {
  ConfigDraftJson,
  ConfigEditRequestJson,
  ConfigJson,
  ConfigPutJson,
  ConfigRefusedJson,
  ConfigTestRequestJson,
  ConfigTextJson,
} from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { askedBy } from './route-guard.ts';
import { sendJson } from './send-json.ts';

interface VersionRoute {
  Params: { id: string };
  Querystring: { name?: string };
}

/** Shows the files of the configuration, tries texts for them, and changes them. */
export function addConfigRoutes(app: FastifyInstance, config: ConfigControl): void {
  app.get('/api/v1/config', async (request, reply) => {
    const found = await config.files();
    if ('problem' in found) return refuse(reply, found);
    const etag = etagOf(found.ok);
    reply.header('etag', etag);
    // Asked now and then, whether somebody else has changed it.
    const isKnown = found.ok.files.length === 1 && request.headers['if-none-match'] === etag;
    return isKnown
      ? reply.header('cache-control', 'no-store').code(304).send()
      : sendJson(reply, found.ok);
  });
  app.get('/api/v1/config/schema', async (_, reply) => sendJson(reply, await config.schema()));
  app.get<VersionRoute>('/api/v1/config/versions', async ({ query }, reply) =>
    send(reply, await config.versions(query.name)),
  );
  app.get<VersionRoute>('/api/v1/config/versions/:id', async ({ params, query }, reply) =>
    send(reply, textJson(await config.version(params.id, query.name))),
  );
  addTrying(app, config);
  app.put<{ Body: ConfigPutJson }>('/api/v1/config', async (request, reply) => {
    const { body } = request;
    const wrong = textProblem(body);
    if (wrong !== undefined) return sendProblem(reply, wrong);
    const ifMatch = request.headers['if-match'];
    if (ifMatch === undefined) return sendProblem(reply, NO_ETAG);
    const { name: who, from } = askedBy(request);
    const put = await config.put({ ...body, ifMatch, who, from });
    if ('ok' in put) reply.header('etag', etagOf(put.ok));
    return send(reply, put);
  });
}

/** What changes nothing. */
function addTrying(app: FastifyInstance, config: ConfigControl): void {
  app.post<{ Body: ConfigDraftJson }>('/api/v1/config/check', async ({ body }, reply) => {
    const wrong = textProblem(body);
    return wrong === undefined ? send(reply, await config.check(body)) : sendProblem(reply, wrong);
  });
  app.post<{ Body: ConfigEditRequestJson }>('/api/v1/config/edit', async ({ body }, reply) => {
    const wrong = textProblem(body) ?? editsProblem(body.edits);
    if (wrong !== undefined) return sendProblem(reply, wrong);
    return send(reply, textJson(await config.edit(body.text, body.edits)));
  });
  app.post<{ Body: ConfigTestRequestJson }>('/api/v1/config/test', async ({ body }, reply) => {
    const wrong = textProblem(body);
    return wrong === undefined ? send(reply, await config.test(body)) : sendProblem(reply, wrong);
  });
}

function etagOf({ files }: ConfigJson): string {
  return files[0]?.etag ?? '""';
}

function textJson(outcome: ConfigOutcome<string>): ConfigOutcome<ConfigTextJson> {
  return 'ok' in outcome ? { ok: { text: outcome.ok } } : outcome;
}

function send(reply: FastifyReply, outcome: ConfigOutcome<unknown>): FastifyReply {
  return 'ok' in outcome ? sendJson(reply, outcome.ok) : refuse(reply, outcome);
}

function refuse(reply: FastifyReply, { problem, problems }: ConfigRefusal): FastifyReply {
  const more: ConfigRefusedJson | undefined = problems && { problems };
  return sendProblem(reply, problem, more);
}

const NO_ETAG: Problem = {
  status: 428,
  code: 'etag-needed',
  detail: 'a change must say which text it was made from',
  fix: 'send the etag of the file, as GET /api/v1/config has it, as If-Match',
};
