import { expect, test } from 'vitest';
import type { Cancel } from '../base/clock.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { patientAlarm } from './patient-alarm.ts';

/** Rings late by as much as the process was kept busy. */
class StallingClock extends ManualClock {
  stallMs = 0;
  override alarm(at: number, callback: () => void): Cancel {
    return super.alarm(at + this.stallMs, callback);
  }
}

test.each([
  ['in time, it rings', 0, 10],
  ['a little late, too', 5, 15],
  // The stall is over when the second alarm is set, but this clock does not know.
  ['after a stall it lets arrivals be read first', 50, 10 + 50 + 3 + 50],
])('%s', (_, stallMs, rungAt) => {
  const clock = new StallingClock();
  clock.stallMs = stallMs;
  const rings: number[] = [];
  patientAlarm(clock, 10, () => rings.push(clock.now()));
  clock.advance(500);
  expect(rings).toEqual([rungAt]);
});

test('it can be cancelled before and after a stall', () => {
  const clock = new StallingClock();
  clock.stallMs = 50;
  const rings: number[] = [];
  const cancels = [10, 400].map((at) => patientAlarm(clock, at, () => rings.push(at)));
  clock.advance(61);
  for (const cancel of cancels) cancel();
  clock.advance(1_000);
  expect(rings).toEqual([]);
});
