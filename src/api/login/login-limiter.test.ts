import { expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { LoginLimiter } from './login-limiter.ts';

function failing(limiter: LoginLimiter, address: string, name: string): number {
  const wait = limiter.begin(address, name);
  if (wait === 0) limiter.end(address, name, false);
  return wait;
}

test('after five wrong tries each further one waits twice as long', () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  const waits: number[] = [];
  for (let n = 0; n < 8; n += 1) {
    const wait = failing(limiter, '10.0.0.1', 'ana');
    waits.push(wait);
    if (wait > 0) {
      clock.advance(wait);
      failing(limiter, '10.0.0.1', 'ana');
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 0, 1_000, 2_000, 4_000]);
  expect(limiter.refused).toBe(3);
});

test('who tries many names waits, and so does one name that is tried from everywhere', () => {
  const limiter = new LoginLimiter(new ManualClock());
  for (let n = 0; n < 5; n += 1) failing(limiter, '10.0.0.1', `user${n}`);
  expect(limiter.begin('10.0.0.1', 'other')).toBe(1_000);
  for (let n = 0; n < 5; n += 1) failing(limiter, `10.0.1.${n}`, 'ana');
  expect(limiter.begin('10.0.2.1', 'ana')).toBe(1_000);
  expect(limiter.begin('10.0.2.1', 'ben')).toBe(0);
});

test('a right try forgets the wrong ones, and so does an hour', () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  for (let n = 0; n < 4; n += 1) failing(limiter, '10.0.0.1', 'ana');
  limiter.begin('10.0.0.1', 'ana');
  limiter.end('10.0.0.1', 'ana', true);
  for (let n = 0; n < 4; n += 1) expect(failing(limiter, '10.0.0.1', 'ana')).toBe(0);
  clock.advance(3_600_000);
  for (let n = 0; n < 5; n += 1) expect(failing(limiter, '10.0.0.1', 'ana')).toBe(0);
});

test('no more than two passwords are checked at once', () => {
  const limiter = new LoginLimiter(new ManualClock());
  expect([1, 2, 3].map((n) => limiter.begin(`10.0.0.${n}`, `user${n}`))).toEqual([0, 0, 1_000]);
});

test('the longest wait is a quarter of an hour', () => {
  const clock = new ManualClock();
  const limiter = new LoginLimiter(clock);
  for (let n = 0; n < 40; n += 1) clock.advance(failing(limiter, '10.0.0.1', 'ana'));
  failing(limiter, '10.0.0.1', 'ana');
  expect(limiter.begin('10.0.0.1', 'ana')).toBe(15 * 60_000);
});
