/** Every route of the table against those who should not get through, as a whole gateway answers them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bearer,
  PASSWORD,
  ROLES,
  startApiGateway,
  type Answered,
  type ApiGateway,
  type Asked,
} from '../support/api-gateway.ts';
import { ROWS, sampleOf, withNames, wrongBodies, type Row } from '../support/api-rows.ts';
import { documented, readDocument } from '../support/openapi.ts';

const document = readDocument();
const JSON_TYPE = { 'content-type': 'application/json' };
const isChange = ({ method }: Row): boolean => method !== 'GET';
const isApi = ({ path }: Row): boolean => path.startsWith('/api/');
const rowsWhere = (wanted: (row: Row) => boolean) =>
  ROWS.filter(wanted).map((row) => [row.route, row] as const);

/** What a request leads to: status and code. Whatever is refused is so in the words of the document. */
function outcome(row: Row, answer: Answered): readonly [number, string] {
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(Object.keys(answer.headers).join(' ')).not.toContain('access-control');
  if (answer.status < 400) return [answer.status, ''];
  expect(answer.headers['content-type']).toBe('application/problem+json');
  if (isApi(row) && answer.status !== 405) {
    expect(documented(document, row.route, answer)).toBe('as documented');
  }
  const { code, fix } = JSON.parse(answer.text) as { code: string; fix: string };
  expect(fix).not.toBe('');
  return [answer.status, code];
}

/** All at the same time. */
async function forEach<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  await Promise.all(items.map(run));
}

/** All that somebody could have changed. */
async function stateOf(gateway: ApiGateway): Promise<object> {
  const read = async (path: string): Promise<Record<string, unknown>[]> =>
    JSON.parse((await gateway.ask(`/api/v1/${path}`, { headers: bearer('admin') })).text) as never;
  const alarms = await read('alarms');
  return {
    registers: [...gateway.registers.registers(0, 100)],
    locks: await read('maintenance'),
    alarms: alarms.map(({ id, acked, shelved }) => ({ id, acked, shelved })),
    sinks: (await read('sinks')).map(({ name, state, lost }) => ({ name, state, lost })),
    devices: (await read('devices')).map(({ name, paused }) => ({ name, paused })),
    written: (await read('audit?limit=1000')).filter(({ outcome }) => outcome !== 'refused'),
    files: gateway.keptFiles(),
  };
}

/** What a group of tests leaves as it was. */
function leavesAsItWas(gateway: () => ApiGateway): void {
  let before: object;
  beforeAll(async () => {
    before = await stateOf(gateway());
  });
  afterAll(async () => {
    expect(await stateOf(gateway())).toEqual(before);
  });
}

describe('where everybody must log in', () => {
  let gateway: ApiGateway;
  let session: { readonly cookie: string; readonly csrf: string };

  beforeAll(async () => {
    gateway = await startApiGateway();
    const begun = await gateway.ask('/api/v1/login', {
      ...{ method: 'POST', headers: JSON_TYPE },
      body: JSON.stringify({ name: 'ana', password: PASSWORD }),
    });
    const [cookie = ''] = (begun.headers['set-cookie']?.[0] ?? '').split(';');
    session = { cookie, csrf: (JSON.parse(begun.text) as { csrf: string }).csrf };
  }, 30_000);
  afterAll(async () => gateway.close());

  const ask = async ({ method, path, shape }: Row, asked: Asked = {}): Promise<Answered> =>
    gateway.ask(path, {
      method,
      ...(shape !== undefined && { body: JSON.stringify(sampleOf(shape)) }),
      ...asked,
      headers: { ...(shape !== undefined && JSON_TYPE), ...asked.headers },
    });

  describe('strangers get nothing', () => {
    leavesAsItWas(() => gateway);
    test.each(rowsWhere(({ facts }) => facts.access !== 'open'))('%s', async (_, row) => {
      const told: readonly Readonly<Record<string, string>>[] = [
        {},
        { authorization: '' },
        { authorization: 'Bearer' },
        { authorization: 'Basic YW5hOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==' },
        { authorization: 'Bearer admin-0123456789abcdeg' },
        { authorization: `Bearer ${'x'.repeat(4_000)}` },
        { cookie: 'dinrail_session=' },
        { cookie: `${session.cookie}x`, 'x-csrf-token': session.csrf },
        { 'x-dinrail-user': 'ana', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-user': 'ana' },
      ];
      await forEach(told, async (headers) => {
        const [status, code] = outcome(row, await ask(row, { headers }));
        expect([status, code]).toEqual([
          401,
          expect.stringMatching(/^(login-needed|wrong-token)$/),
        ]);
      });
      // Nobody reads what a stranger sends.
      const huge = await ask(row, { body: 'x'.repeat(100_000) });
      expect(outcome(row, huge)).toEqual([401, 'login-needed']);
      expect(huge.headers['www-authenticate']).toBe('Bearer');
    });
  });

  describe('a role that is too low is not enough', () => {
    leavesAsItWas(() => gateway);
    const rankOf = ({ facts }: Row): number => ROLES.findIndex((role) => role === facts.access);
    test.each(rowsWhere((row) => rankOf(row) > 0))('%s', async (_, row) => {
      await forEach(ROLES.slice(0, rankOf(row)), async (role) => {
        expect(outcome(row, await ask(row, { headers: bearer(role) }))).toEqual([403, 'role']);
      });
    });
  });

  describe('a page of another site changes nothing, and reads nothing', () => {
    leavesAsItWas(() => gateway);
    test.each(rowsWhere(isApi))('%s', async (_, row) => {
      const { cookie, csrf } = session;
      const told: readonly Readonly<Record<string, string>>[] = isChange(row)
        ? [
            { origin: 'https://evil.example', ...bearer('admin') },
            { origin: 'null', ...bearer('admin') },
            { 'sec-fetch-site': 'same-site', cookie, 'x-csrf-token': csrf },
            { 'sec-fetch-site': 'cross-site', cookie },
          ]
        : [{ 'sec-fetch-site': 'cross-site', ...bearer('admin') }];
      await forEach(told, async (headers) => {
        expect(outcome(row, await ask(row, { headers }))).toEqual([403, 'foreign-site']);
      });
    });

    const withWord = rowsWhere((row) => isApi(row) && isChange(row) && row.facts.access !== 'open');
    test.each(withWord)('without its word: %s', async (_, row) => {
      const { cookie, csrf } = session;
      await forEach([undefined, '', 'x', csrf.slice(1), `${csrf}x`], async (word) => {
        const headers = { cookie, ...(word !== undefined && { 'x-csrf-token': word }) };
        expect(outcome(row, await ask(row, { headers }))).toEqual([403, 'forged']);
      });
    });
  });

  describe('a path that only looks like one of ours is none', () => {
    leavesAsItWas(() => gateway);
    test.each(rowsWhere(({ path }) => path !== '/'))('%s', async (_, row) => {
      const { path } = row;
      const last = /\/(?=[^/]*$)/;
      const odd = [
        ...[`${path}/`, `/${path}`, path.replace(last, '//'), path.replace(last, '/./')],
        ...[path.replace(last, '/x/../'), path.replace(last, '/x/%2e%2e/')],
        ...[`${path}%00`, `${path}%2500`, `${path}%20`, `${path};x=1`, `${path}%`, `${path}%ff`],
        ...[`${path}/${'x'.repeat(3_000)}`, path.toUpperCase(), `${path}%C3%A9`],
      ];
      await forEach(odd, async (other) => {
        await forEach([{}, bearer('admin')], async (headers) => {
          const answer = await ask({ ...row, path: other }, { headers });
          expect([400, 401, 404, 405], `${other}: ${answer.text}`).toContain(answer.status);
          expect(answer.headers['content-type']).toBe('application/problem+json');
        });
      });
    });
  });

  describe('a name that nothing has is not there, whatever is in it', () => {
    leavesAsItWas(() => gateway);
    const names = [
      ...[
        '..%2f..%2fgateway.yaml',
        '%2e%2e',
        '..',
        '%00',
        'a%00b',
        '__proto__',
        'constructor',
        '*',
      ],
      ...['%F0%9F%92%A9', 'a%2fb', '%5c..%5c', "'%20or%201=1", '-1', '0.5', '1e9', 'NaN'],
      ...['x'.repeat(200), 'x'.repeat(201), 'x'.repeat(3_000)],
    ];
    test.each(rowsWhere(({ route }) => route.includes(':')))('%s', async (_, row) => {
      await forEach(names, async (name) => {
        const path = withNames(row.facts.route.split(' ')[1] ?? '', name);
        const answer = await ask({ ...row, path }, { headers: bearer('admin') });
        const [status] = outcome(row, answer);
        expect([400, 404], `${name.slice(0, 30)}: ${answer.text}`).toContain(status);
      });
    });
  });

  describe('a body that is none is refused with what is wrong', () => {
    leavesAsItWas(() => gateway);
    const withBody = rowsWhere(({ shape }) => shape !== undefined);
    const headers = { ...bearer('admin'), ...JSON_TYPE };
    const broken = [
      ...['', '{', '{}}', '{"a":}', "{'a': 1}", '\u0000', 'NaN', '['.repeat(5_000)],
      ...['{"__proto__": {"a": 1}}', '{"constructor": {"prototype": {}}}'],
    ];
    const types = ['text/plain', 'application/x-www-form-urlencoded', '', 'application/jsonp'];

    test.each(withBody)('broken, too large or of another type: %s', async (_, row) => {
      await forEach(broken, async (body) => {
        expect(outcome(row, await ask(row, { headers, body }))[0], body.slice(0, 40)).toBe(400);
      });
      const large = JSON.stringify('x'.repeat(row.facts.maxBytes ?? 16 * 1024));
      expect(outcome(row, await ask(row, { headers, body: large }))[0]).toBe(413);
      await forEach(types, async (type) => {
        const told = { ...bearer('admin'), 'content-type': type };
        expect(outcome(row, await ask(row, { headers: told }))).toEqual([415, 'no-json']);
      });
    });

    test.each(withBody)('of another shape: %s', async (_, row) => {
      await forEach(wrongBodies(row.shape ?? {}), async ({ name, body, field }) => {
        const answer = await ask(row, { headers, body: JSON.stringify(body) });
        expect(outcome(row, answer), name).toEqual([400, 'wrong-body']);
        expect((JSON.parse(answer.text) as { detail: string }).detail).toContain(field);
      });
    });
  });

  describe('a parameter that is not known, or there twice, is refused', () => {
    leavesAsItWas(() => gateway);
    const strange = ['odd=1', '__proto__=1', 'constructor=1', `${'x'.repeat(3_000)}=1`, 'a[b]=1'];
    test.each(rowsWhere(isApi))('%s', async (_, row) => {
      const headers = bearer('admin');
      await forEach(strange, async (query) => {
        const answer = await ask({ ...row, path: `${row.path}?${query}` }, { headers });
        expect(outcome(row, answer)).toEqual([400, 'no-such-parameter']);
      });
      await forEach(Object.keys(row.facts.query ?? {}), async (key) => {
        const answer = await ask({ ...row, path: `${row.path}?${key}=1&${key}=2` }, { headers });
        expect(outcome(row, answer)).toEqual([400, 'wrong-parameter']);
      });
    });
  });

  describe('a method that a path does not take is refused with those that it does', () => {
    leavesAsItWas(() => gateway);
    const methods = [
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
    ];
    test.each(rowsWhere(() => true))('%s', async (_, { path }) => {
      const alike = ROWS.filter((other) => other.path === path);
      const taken = alike.flatMap(({ method, facts }) =>
        method === 'GET' && facts.isStream === undefined ? ['GET', 'HEAD'] : [method],
      );
      const others = methods.filter((method) => !taken.includes(method));
      await forEach(others, async (method) => {
        const headers = { ...bearer('admin'), ...JSON_TYPE };
        const answer = await gateway.ask(path, { method, headers, body: 'x'.repeat(20_000) });
        expect([answer.status, answer.headers.allow], method).toEqual([
          405,
          taken.toSorted().join(', '),
        ]);
      });
    });

    test.each(rowsWhere(({ method, facts }) => method === 'GET' && facts.isStream === undefined))(
      'HEAD is GET without what it answers: %s',
      async (_, row) => {
        const headers = bearer('admin');
        const head = await ask({ ...row, method: 'HEAD' }, { headers });
        const get = await ask(row, { headers });
        expect([head.status, head.text]).toEqual([get.status, '']);
        expect(head.headers['content-type']).toBe(get.headers['content-type']);
      },
    );
  });
});

describe('where nobody has to log in', () => {
  let gateway: ApiGateway;
  beforeAll(async () => {
    gateway = await startApiGateway({ isOpen: true });
  }, 30_000);
  afterAll(async () => gateway.close());

  describe('a name that was made to point here gets nothing', () => {
    const hosts = ['evil.example', 'localhost:1', 'localhost.evil.example', '192.168.1.5'];
    test.each(rowsWhere(() => true))('%s', async (_, row) => {
      await forEach(hosts, async (host) => {
        const answer = await gateway.ask(row.path, { method: row.method, headers: { host } });
        expect(outcome(row, answer)).toEqual([421, 'foreign-host']);
      });
    });
  });

  describe('whoever is at this machine is no admin', () => {
    test.each(rowsWhere(({ facts }) => facts.access === 'admin'))('%s', async (_, row) => {
      const asked = { method: row.method, headers: JSON_TYPE, body: '{}' };
      expect(outcome(row, await gateway.ask(row.path, asked))).toEqual([403, 'role']);
    });
  });
});
