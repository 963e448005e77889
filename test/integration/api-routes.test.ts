/** Every route of the table, as a whole gateway has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/api/table/route-table.ts';
import type { RouteFacts } from '../../src/api/table/route-facts.ts';
import { bearer, startApiGateway, type ApiGateway } from '../support/api-gateway.ts';
import { documented, readDocument } from '../support/openapi.ts';

let gateway: ApiGateway;

beforeAll(async () => {
  gateway = await startApiGateway();
}, 30_000);
afterAll(async () => gateway.close());

/** What stands for the parameters of a path. */
const PARAMETERS: Readonly<Record<string, string>> = {
  device: 'furnace1',
  point: 'setpoint',
  id: 'too_hot',
  name: 'log',
  seq: '1',
};

function methodOf({ route }: RouteFacts): string {
  return route.split(' ')[0] ?? '';
}

function pathOf({ route }: RouteFacts): string {
  const [, pattern = ''] = route.split(' ');
  return pattern.replace(/:(\w+)/g, (_, name: string) => PARAMETERS[name] ?? '1');
}

/** Files of the page are there by their names alone. */
const rows = ROUTES.filter(({ route }) => !route.includes('/assets/')).map(
  (facts) => [facts.route, facts] as const,
);

describe('the gateway has what the table says', () => {
  test.each(rows)('%s', async (_, facts) => {
    const path = pathOf(facts);
    const alike = rows.filter(([, other]) => pathOf(other) === path).map(([, other]) => other);
    const methods = alike.flatMap((other) =>
      methodOf(other) === 'GET' && other.isStream === undefined
        ? ['GET', 'HEAD']
        : [methodOf(other)],
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

  test.each(reads.filter(([, { isStream }]) => isStream === undefined))(
    '%s',
    async (route, facts) => {
      const path = `${pathOf(facts)}${QUERIES[route] ?? ''}`;
      const answer = await gateway.ask(path, { headers: bearer('admin') });
      expect(documented(document, route, answer)).toBe('as documented');
    },
  );
});
