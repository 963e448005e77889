import { expect, test } from 'vitest';
import fastify from 'fastify';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Access } from './access.ts';
import { Login } from './login/login.ts';
import { Users } from './login/users.ts';
import { guardRoutes } from './route-guard.ts';
import { ROUTES } from './table/route-table.ts';

test('a route that the table does not know cannot be added', async () => {
  const users = await Users.open(undefined);
  const login = new Login({ users, clock: new ManualClock(), isNeeded: false, isSecure: false });
  const app = fastify();
  guardRoutes(app, {
    ...{ access: new Access(), login, logger: silentLogger, own: () => undefined },
  });
  const handler = async (): Promise<void> => undefined;
  app.get('/api/v1/values', handler);
  for (const path of ['/api/v1/valves', '/api/v1/values/', '/api/v1/login', '/assets']) {
    expect(() => app.get(path, handler), path).toThrow('route table lacks');
  }
  expect(() => app.post('/api/v1/values', handler)).toThrow('route table lacks POST');
});

test('each route stands in the table once, in words', () => {
  expect(new Set(ROUTES.map(({ route }) => route)).size).toBe(ROUTES.length);
  for (const { route, summary, answer, access, body } of ROUTES) {
    expect(`${route}: ${summary}`).toMatch(/[.?]$/);
    expect(answer, route).not.toBe('');
    // Whoever changes something is known, but for those who become known by it.
    const isChange = !route.startsWith('GET ');
    const isLogin = /\/(login|setup|logout)$/.test(route);
    if (isChange && !isLogin) expect(access, route).toMatch(/^(viewer|operator|admin)$/);
    expect(body === undefined, route).toBe(/^(GET|DELETE)/.test(route));
  }
});
