import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const FILE = join(import.meta.dirname, '..', '..', 'schema', 'openapi.json');

/** The API in its own words. Read when somebody asks, which is seldom. */
export function addOpenApiRoute(app: FastifyInstance): void {
  app.get('/api/v1/openapi.json', async (_, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .type('application/json')
      .send(await readFile(FILE)),
  );
}
