import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Access } from '../access.ts';
import type { LoginRequestJson, MeJson, SetupRequestJson } from '../contract.ts';
import { sendProblem, type Problem } from '../problem.ts';
import { sendJson } from '../send-json.ts';
import type { Begun, Login } from './login.ts';

/** Logging in and out, and the first user. */
export function addLoginRoutes(app: FastifyInstance, login: Login, access: Access): void {
  app.get('/api/v1/me', async ({ headers, ip }, reply) => {
    const session = login.sessionOf(headers);
    const known = access.identify({ headers, address: ip });
    const me: MeJson = {
      ...('ok' in known && { name: known.ok.name, role: known.ok.role }),
      ...(session !== undefined && { csrf: session.csrf }),
      login: login.isNeeded,
      setup: login.setupCode !== undefined,
    };
    return sendJson(reply, me);
  });

  app.post<{ Body: LoginRequestJson }>('/api/v1/login', async ({ body, ip }, reply) =>
    answer(reply, await login.begin(ip, body.name, body.password)),
  );

  app.post<{ Body: SetupRequestJson }>('/api/v1/setup', async ({ body }, reply) =>
    answer(reply, await login.setUp(body.code, body.name, body.password)),
  );

  app.post('/api/v1/logout', async ({ headers }, reply) => {
    reply.header('set-cookie', login.end(headers));
    return sendJson(reply, { ok: true });
  });
}

async function answer(reply: FastifyReply, begun: Begun | Problem): Promise<FastifyReply> {
  if (!('session' in begun)) return sendProblem(reply, begun);
  const { name, role, csrf } = begun.session;
  reply.header('set-cookie', begun.cookie);
  return sendJson(reply, { name, role, csrf, login: true, setup: false } satisfies MeJson);
}
