import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeSite } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Access } from './access.ts';
import type { ConfigControl, ConfigPut } from './config-control.ts';
import type { ConfigJson, ConfigRefusedJson, ProblemJson } from './contract.ts';
import { startApi, type Api } from './server.ts';

const FILES: ConfigJson = {
  files: [{ name: 'gateway.yaml', kind: 'site', text: 'version: 1\n', etag: '"one"' }],
  mayChange: true,
};
const REFUSED = {
  problem: {
    status: 412,
    code: 'changed-meanwhile',
    detail: 'it was changed',
    fix: 'load it again',
  },
} as const;

let api: Api;
let asked: unknown[];
const access = new Access();

const config: ConfigControl = {
  files: async () => ({ ok: FILES }),
  schema: async () => ({ type: 'object' }),
  async check(draft) {
    asked.push(draft);
    return { ok: { problems: [], diff: [] } };
  },
  async edit(text, edits) {
    asked.push(edits);
    return { ok: `${text}# edited\n` };
  },
  async test(request) {
    asked.push(request);
    return { ok: { points: [], requests: 0, ms: 0, line: 'own', more: 0 } };
  },
  async put(put: ConfigPut) {
    asked.push(put);
    if (put.ifMatch !== '"one"') return REFUSED;
    if (put.text === 'wrong') {
      const problems = [
        { severity: 'error', message: 'it is wrong', file: 'gateway.yaml' },
      ] as const;
      return { problem: { ...REFUSED.problem, status: 422, code: 'config' }, problems };
    }
    const none = { added: [], changed: [], removed: [] };
    const applied = {
      ...{ lines: { started: [], stopped: [], kept: [] }, devices: none, sinks: none },
      ...{ servers: none, alarms: none, flows: none, others: [] },
    };
    return { ok: { ...FILES, applied } };
  },
  versions: async () => ({ ok: [] }),
  version: async (id, name) => ({ ok: `${id} of ${name ?? 'the site'}` }),
};

beforeAll(async () => {
  const clock = new ManualClock();
  api = await startApi({
    ...{ site: new FakeSite(clock), clock, logger: silentLogger, version: '1', webRoot: '/no' },
    ...{ config, access, listen: { host: '127.0.0.1', port: 0 } },
  });
});
afterAll(async () => api.close());
beforeEach(() => {
  access.use([], 'admin');
  asked = [];
});

async function ask(method: string, path: string, body?: unknown, headers: object = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(new URL(`/api/v1/config${path}`, api.url), {
    ...{ method, headers: { ...json, ...headers } },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const parsed = text === '' ? {} : (JSON.parse(text) as unknown);
  return {
    status: answer.status,
    headers: answer.headers,
    json: parsed as ProblemJson & ConfigRefusedJson,
  };
}

test('the files come with the etag of the site file, and not again while it is the same', async () => {
  const { status, headers, json } = await ask('GET', '');
  expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([
    200,
    '"one"',
    'no-store',
  ]);
  expect(json).toEqual(FILES);
  expect((await ask('GET', '', undefined, { 'if-none-match': '"one"' })).status).toBe(304);
  expect((await ask('GET', '', undefined, { 'if-none-match': '"two"' })).status).toBe(200);
});

describe('a change', () => {
  const text = 'version: 1\n';
  test('says from which text, who and why', async () => {
    const headers = { 'if-match': '"one"', 'x-dinrail-user': 'mei' };
    expect((await ask('PUT', '', { text, reason: 'more' }, headers)).status).toBe(200);
    expect(asked).toEqual([{ text, reason: 'more', ifMatch: '"one"', who: 'mei', from: 'local' }]);
  });

  test.each<[string, object, object, number, string]>([
    ['without an etag', { text }, {}, 428, 'etag-needed'],
    ['of another text', { text }, { 'if-match': '"two"' }, 412, 'changed-meanwhile'],
    ['with a mistake', { text: 'wrong' }, { 'if-match': '"one"' }, 422, 'config'],
    ['without a text', {}, { 'if-match': '"one"' }, 400, 'wrong-body'],
    ['with half a character', { text: '\ud800' }, { 'if-match': '"one"' }, 400, 'wrong-text'],
    ['made of commas', { text: `a: [${','.repeat(100_000)}` }, {}, 400, 'wrong-text'],
    ['made of empty lines', { text: '\n'.repeat(100_001) }, {}, 400, 'wrong-text'],
    ['with a long reason', { text, reason: 'x'.repeat(501) }, {}, 400, 'wrong-reason'],
    ['with 600 KB', { text: 'x'.repeat(600_000) }, {}, 413, 'bad-request'],
  ])('%s', async (_, body, headers, status, code) => {
    const answer = await ask('PUT', '', body, headers);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.json.fix).not.toBe('');
    if (code === 'config') expect(answer.json.problems).toHaveLength(1);
  });

  test('may have 400 KB', async () => {
    const large = { text: 'x'.repeat(400_000) };
    expect((await ask('PUT', '', large, { 'if-match': '"one"' })).status).toBe(200);
  });
});

test.each<[string, unknown]>([
  ['a path without parts', { path: [] }],
  ['half a number', { path: [0.5] }],
  ['a value and a name', { path: ['a'], value: 1, key: 'b' }],
  ['more than is sensible', { path: Array.from({ length: 65 }, () => 'a') }],
])('%s is no edit', async (_, edit) => {
  const { status, json } = await ask('POST', '/edit', { text: '', edits: [edit] });
  expect([status, json.code, asked]).toEqual([400, 'wrong-edit', []]);
});

test('what is tried is passed on, and versions are asked for by file', async () => {
  expect((await ask('POST', '/check', { text: 'a' })).json).toMatchObject({ problems: [] });
  expect((await ask('POST', '/test', { text: 'a', device: 'b' })).status).toBe(200);
  expect((await ask('POST', '/edit', { text: 'a\n', edits: [] })).json).toEqual({
    text: 'a\n# edited\n',
  });
  expect((await ask('GET', '/schema')).json).toEqual({ type: 'object' });
  expect((await ask('GET', '/versions')).json).toEqual([]);
  expect((await ask('GET', '/versions/1?name=profiles%2Fa.yaml')).json).toEqual({
    text: '1 of profiles/a.yaml',
  });
});

test.each(['viewer', 'operator'] as const)(
  'somebody who is %s sees and tries nothing',
  async (role) => {
    access.use([], role);
    const asks = [
      ...['', '/schema', '/versions', '/versions/1'].map((path) => ['GET', path] as const),
      ...['/check', '/edit', '/test'].map((path) => ['POST', path, {}] as const),
      ['PUT', '', {}] as const,
    ];
    for (const [method, path, body] of asks) {
      const { status, json } = await ask(method, path, body);
      expect([method, path, status, json.code]).toEqual([method, path, 403, 'role']);
    }
    expect(asked).toEqual([]);
  },
);
