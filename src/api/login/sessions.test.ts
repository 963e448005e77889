import { expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { fitsCsrf, Sessions } from './sessions.ts';

const HOUR = 3_600_000;

test('a session is found by its secret, and by nothing else', () => {
  const sessions = new Sessions(new ManualClock());
  const { secret, session } = sessions.begin('ana', 'operator');
  expect(sessions.find(secret)).toMatchObject({ name: 'ana', role: 'operator' });
  expect(sessions.find(`${secret}x`)).toBeUndefined();
  expect(sessions.find('')).toBeUndefined();
  expect(fitsCsrf(session, session.csrf)).toBe(true);
  expect([fitsCsrf(session, undefined), fitsCsrf(session, 'x'.repeat(43))]).toEqual([false, false]);
});

test('it ends when nothing was asked for twelve hours', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock);
  const { secret } = sessions.begin('ana', 'viewer');
  clock.advance(12 * HOUR - 1);
  expect(sessions.find(secret)).toBeDefined();
  clock.advance(12 * HOUR);
  expect(sessions.find(secret)).toBeUndefined();
});

test('it ends after a week, however often it was used', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock);
  const { secret } = sessions.begin('ana', 'viewer');
  for (let n = 0; n < 27; n += 1) {
    clock.advance(6 * HOUR);
    expect(sessions.find(secret)).toBeDefined();
  }
  clock.advance(6 * HOUR);
  expect(sessions.find(secret)).toBeUndefined();
});

test('it ends by being ended, and no other with it', () => {
  const sessions = new Sessions(new ManualClock());
  const [one = '', two = ''] = ['ana', 'ana'].map((name) => sessions.begin(name, 'viewer').secret);
  sessions.end(one);
  expect([one, two].map((secret) => sessions.find(secret)?.name)).toEqual([undefined, 'ana']);
});

test('one session more than a hundred ends the one that was not used for longest', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock);
  const secrets: string[] = [];
  for (let n = 0; n < 100; n += 1) {
    secrets.push(sessions.begin(`user${n}`, 'viewer').secret);
    clock.advance(1);
  }
  sessions.find(secrets[0] ?? '');
  sessions.begin('one more', 'viewer');
  expect(sessions.size).toBe(100);
  expect(secrets.map((secret) => sessions.find(secret) !== undefined).indexOf(false)).toBe(1);
});
