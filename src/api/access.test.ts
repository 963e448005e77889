import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Access, type AccessToken } from './access.ts';
import { turnAway } from './guard.ts';

const token = (name: string, role: AccessToken['role'], secret: string): AccessToken => ({
  ...{ name, role, sha256: createHash('sha256').update(secret).digest('hex') },
});
const TOKENS = [
  token('scada', 'operator', 'scada-secret-0123456789'),
  token('guest', 'viewer', 'guest-secret-0123456789'),
];

describe('who asks', () => {
  test.each<[string, boolean, string, string | undefined, object]>([
    ['a token', true, '127.0.0.1', 'Bearer scada-secret-0123456789', { name: 'scada' }],
    ['in small letters', true, '::1', 'bearer guest-secret-0123456789', { role: 'viewer' }],
    ['from elsewhere', true, '10.0.0.7', 'Bearer scada-secret-0123456789', { from: '10.0.0.7' }],
    ['nearly the token', true, '127.0.0.1', 'Bearer scada-secret-012345678', { status: 401 }],
    ['a basic login', true, '127.0.0.1', 'Basic c2NhZGE6eA==', { status: 401 }],
    ['nothing, and there are tokens', true, '127.0.0.1', undefined, { code: 'token-needed' }],
    ['nothing, and there are none', false, '127.0.0.1', undefined, { role: 'operator' }],
    ['nothing, in IPv6 clothes', false, '::ffff:127.0.0.1', undefined, { from: 'local' }],
    ['nothing, from elsewhere', false, '10.0.0.7', undefined, { code: 'token-needed' }],
    ['a token where there are none', false, '127.0.0.1', 'Bearer x', { code: 'wrong-token' }],
  ])('%s', (_, hasTokens, address, authorization, expected) => {
    const access = new Access(hasTokens ? TOKENS : []);
    const headers = authorization === undefined ? {} : { authorization };
    const known = access.identify({ headers, address });
    expect('ok' in known ? known.ok : known.problem).toMatchObject(expected);
  });

  test.each([
    ['mei', 'mei'],
    ['mei; drop', 'local'],
    ['x'.repeat(65), 'local'],
  ])('at this machine the audit may name %s', (said, name) => {
    const known = new Access().identify({
      ...{ headers: { 'x-dinrail-user': said }, address: '::1' },
    });
    expect(known).toEqual({ ok: { name, role: 'operator', from: 'local' } });
  });

  test('a role that is too low is refused, and new tokens replace the old ones', () => {
    const access = new Access(TOKENS);
    const asked = {
      headers: { authorization: 'Bearer guest-secret-0123456789' },
      address: '127.0.0.1',
    };
    expect(access.require('viewer', asked)).toHaveProperty('ok');
    expect(access.require('operator', asked)).toMatchObject({ problem: { status: 403 } });
    access.use([token('guest', 'admin', 'another-secret-0123456789')]);
    expect(access.require('viewer', asked)).toMatchObject({ problem: { status: 401 } });
  });

  test('this machine is what the site says, and only where there are no tokens', () => {
    const access = new Access();
    const asked = { headers: {}, address: '127.0.0.1' };
    expect(access.require('admin', asked)).toMatchObject({ problem: { status: 403 } });
    access.use([], 'admin');
    expect(access.require('admin', asked)).toHaveProperty('ok');
    expect(access.require('viewer', { ...asked, address: '10.0.0.7' })).toHaveProperty('problem');
    access.use([], 'viewer');
    expect(access.require('operator', asked)).toMatchObject({ problem: { status: 403 } });
    access.use(TOKENS, 'admin');
    expect(access.identify(asked)).toMatchObject({ problem: { code: 'token-needed' } });
  });

  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])(
    'what a proxy at this machine passes on, by %s, is not from this machine',
    (name) => {
      const access = new Access();
      access.use([], 'admin');
      const known = access.identify({ headers: { [name]: '203.0.113.7' }, address: '127.0.0.1' });
      expect(known).toMatchObject({ problem: { status: 401, code: 'token-needed' } });
    },
  );

  test('another way is asked behind tokens and before the place', () => {
    const session = { ok: { name: 'mei', role: 'admin', from: 'local' } } as const;
    const access = new Access(TOKENS, [
      ({ headers }) => (headers.cookie === undefined ? undefined : session),
    ]);
    expect(access.identify({ headers: { cookie: 's=1' }, address: '::1' })).toEqual(session);
    expect(access.identify({ headers: {}, address: '::1' })).toHaveProperty('problem');
  });
});

describe('a page that changes something', () => {
  const own = new Set(['127.0.0.1:8502', 'localhost:8502', '[::1]:8502']);
  test.each<[string, Record<string, string>, string | undefined]>([
    ['a program', {}, undefined],
    ['our own', { origin: 'http://127.0.0.1:8502', 'sec-fetch-site': 'same-origin' }, undefined],
    ['our own by another name', { origin: 'http://localhost:8502' }, undefined],
    ['of another site', { origin: 'https://evil.example' }, 'foreign-site'],
    ['of another port', { origin: 'http://127.0.0.1:3000' }, 'foreign-site'],
    ['of another port, same site', { 'sec-fetch-site': 'same-site' }, 'foreign-site'],
    ['in a sandbox', { origin: 'null' }, 'foreign-site'],
    ['with a name bound to us', { host: 'evil.example:8502' }, 'foreign-host'],
  ])('%s', (_, headers, code) => {
    const request = {
      headers: { host: '127.0.0.1:8502', ...headers },
      ...{ url: '/api/v1/values/a/b', method: 'PUT' },
    };
    expect(turnAway(request, own)?.code).toBe(code);
  });
});
