import { expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { SetupCode } from './setup-code.ts';

test('a code fits itself alone, and once', () => {
  const setup = new SetupCode(new ManualClock());
  expect([setup.fits('x'), setup.fits(''), setup.fits(setup.code)]).toEqual([false, false, true]);
  setup.use();
  expect(setup.fits(setup.code)).toBe(false);
});

test('it is over after an hour, and after twenty wrong ones', () => {
  const clock = new ManualClock();
  const late = new SetupCode(clock);
  clock.advance(3_600_000);
  expect(late.fits(late.code)).toBe(false);
  const guessed = new SetupCode(clock);
  for (let n = 0; n < 20; n += 1) guessed.fits(`guess ${n}`);
  expect(guessed.fits(guessed.code)).toBe(false);
});
