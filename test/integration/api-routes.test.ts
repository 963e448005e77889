/** Every route of the table, as a whole gateway has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, PASSWORD, startApiGateway, type ApiGateway } from '../support/api-gateway.ts';
import { ROWS, sampleOf } from '../support/api-rows.ts';
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

describe('so is what it answers to those who change something', () => {
  const document = readDocument();
  const changes = rows.filter(([, { method }]) => method !== 'GET');
  const BODIES: Readonly<Record<string, unknown>> = {
    'PUT /api/v1/values/:device/:point': { value: 510, reason: 'run 14' },
    'POST /api/v1/alarms/:id/shelve': { for: '1h', reason: 'sensor is replaced' },
    'POST /api/v1/sinks/:name/drop': { confirm: 'log' },
    'POST /api/v1/maintenance': { scope: 'furnace1', why: 'cabling', for: '1h' },
    'POST /api/v1/workbench/read': { device: 'furnace1', table: 'holding', start: 1, count: 2 },
    'POST /api/v1/workbench/scans': { device: 'furnace1', table: 'holding', start: 1, count: 2 },
    'POST /api/v1/login': { name: 'ana', password: PASSWORD },
    'POST /api/v1/setup': { code: 'x', name: 'eve', password: PASSWORD },
  };

  const QUERIES: Readonly<Record<string, string>> = {
    'DELETE /api/v1/maintenance': '?scope=furnace1',
  };

  test.each(changes)('%s', async (route, { method, path, shape }) => {
    const body = BODIES[route] ?? (shape === undefined ? undefined : sampleOf(shape));
    const answer = await gateway.ask(`${path}${QUERIES[route] ?? ''}`, {
      method,
      headers: {
        ...bearer('admin'),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(documented(document, route, answer)).toBe('as documented');
    if (BODIES[route] !== undefined && !route.endsWith('setup')) {
      expect(answer.status, answer.text).toBe(200);
    }
  });
});
