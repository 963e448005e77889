/** Every route of the table, as a whole gateway has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, startApiGateway, type ApiGateway } from '../support/api-gateway.ts';
import { ROWS } from '../support/api-rows.ts';
import { documented, readDocument } from '../support/openapi.ts';

let gateway: ApiGateway;

beforeAll(async () => {
  gateway = await startApiGateway();
}, 30_000);
afterAll(async () => gateway.close());

const rows = ROWS.map((row) => [row.route, row] as const);

describe('the gateway has what the table says', () => {
  test.each(rows)('%s', async (_, { path }) => {
    const alike = ROWS.filter((other) => other.path === path);
    const methods = alike.flatMap(({ method, facts }) =>
      method === 'GET' && facts.isStream === undefined ? ['GET', 'HEAD'] : [method],
    );
    const answer = await gateway.ask(path, { method: 'OPTIONS' });
    expect([answer.status, answer.headers.allow]).toEqual([405, methods.sort().join(', ')]);
  });
});

describe('what the gateway answers is what openapi.json says', () => {
  const document = readDocument();
  const reads = rows.filter(([route]) => route.startsWith('GET /api') || /GET .*z$/.test(route));
  const QUERIES: Readonly<Record<string, string>> = {
    'GET /api/v1/history': '?points=furnace1.pv,furnace1.setpoint&from=-1h&step=1m',
  };

  test.each(reads.filter(([, { facts }]) => facts.isStream === undefined))(
    '%s',
    async (route, row) => {
      const path = `${row.path}${QUERIES[route] ?? ''}`;
      const answer = await gateway.ask(path, { headers: bearer('admin') });
      expect(documented(document, route, answer)).toBe('as documented');
    },
  );
});
