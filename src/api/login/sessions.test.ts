import { expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { fitsCsrf, Sessions } from './sessions.ts';
import type { User } from './users.ts';

const HOUR = 3_600_000;
const ana: User = { name: 'ana', role: 'operator', password: 'hash' };
const known = (): User => ana;

test('a session is found by its secret, and by nothing else', () => {
  const sessions = new Sessions(new ManualClock());
  const { secret, session } = sessions.begin(ana);
  expect(sessions.find(secret, known)).toMatchObject({ name: 'ana', role: 'operator' });
  expect(sessions.find(`${secret}x`, known)).toBeUndefined();
  expect(sessions.find('', known)).toBeUndefined();
  expect(fitsCsrf(session, session.csrf)).toBe(true);
  expect([fitsCsrf(session, undefined), fitsCsrf(session, 'x'.repeat(43))]).toEqual([false, false]);
});

test('it ends when nothing was asked for twelve hours', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock);
  const { secret } = sessions.begin(ana);
  clock.advance(12 * HOUR - 1);
  expect(sessions.find(secret, known)).toBeDefined();
  clock.advance(12 * HOUR);
  expect(sessions.find(secret, known)).toBeUndefined();
});

test('it ends after a week, however often it was used', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock);
  const { secret } = sessions.begin(ana);
  for (let n = 0; n < 27; n += 1) {
    clock.advance(6 * HOUR);
    expect(sessions.find(secret, known)).toBeDefined();
  }
  clock.advance(6 * HOUR);
  expect(sessions.find(secret, known)).toBeUndefined();
});

test('it ends by being ended, and no other with it', () => {
  const sessions = new Sessions(new ManualClock());
  const [one = '', two = ''] = ['ana', 'ana'].map(
    (name) => sessions.begin({ ...ana, name }).secret,
  );
  sessions.end(one);
  expect([one, two].map((secret) => sessions.find(secret, known)?.name)).toEqual([
    undefined,
    'ana',
  ]);
});

test('one session more than a hundred ends the one that was not used for longest', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock);
  const secrets: string[] = [];
  for (let n = 0; n < 100; n += 1) {
    secrets.push(sessions.begin({ ...ana, name: `user${n}` }).secret);
    clock.advance(1);
  }
  sessions.find(secrets[0] ?? '', known);
  sessions.begin({ ...ana, name: 'one more' });
  expect(sessions.size).toBe(100);
  expect(secrets.map((secret) => sessions.find(secret, known) !== undefined).indexOf(false)).toBe(
    1,
  );
});

test.each<[string, User | undefined, string | undefined]>([
  ['a user who is still the same', ana, 'operator'],
  ['a user who has another role now', { ...ana, role: 'viewer' }, 'viewer'],
  ['a user who has another password', { ...ana, password: 'other' }, undefined],
  ['nobody: the user is removed', undefined, undefined],
])('it is one of %s', (_, now, role) => {
  const sessions = new Sessions(new ManualClock());
  const { secret } = sessions.begin(ana);
  expect(sessions.find(secret, () => now)?.role).toBe(role);
  // What has ended does not come back with the user.
  expect(sessions.find(secret, known)?.role).toBe(role === undefined ? undefined : 'operator');
});
