import { expect, test } from 'vitest';
import { sleep } from './clock.ts';
import { ManualClock } from './manual-clock.ts';

test('alarms ring in order of their time, each once, and see the time they asked for', () => {
  const clock = new ManualClock();
  const rung: [string, number][] = [];
  clock.alarm(20, () => rung.push(['late', clock.now()]));
  clock.alarm(10, () => rung.push(['early', clock.now()]));
  clock.advance(15);
  expect(rung).toEqual([['early', 10]]);
  clock.advance(100);
  expect(rung).toEqual([
    ['early', 10],
    ['late', 20],
  ]);
});

test('an alarm set by an alarm rings on the same way when it is due', () => {
  const clock = new ManualClock();
  const rung: number[] = [];
  clock.alarm(10, () => clock.alarm(12, () => rung.push(clock.now())));
  clock.advance(20);
  expect(rung).toEqual([12]);
});

test('a cancelled alarm is silent', () => {
  const clock = new ManualClock();
  const cancel = clock.alarm(10, () => expect.unreachable());
  cancel();
  clock.advance(20);
  expect(clock.nextAlarm()).toBe(Infinity);
});

test('the calendar can be set without moving time', () => {
  const clock = new ManualClock(1_000_000);
  clock.advance(5);
  clock.stepWall(-2_000);
  expect([clock.now(), clock.wallMicros()]).toEqual([5, 1_003_000]);
});

test('a sleep ends with its time, or with the signal', async () => {
  const clock = new ManualClock();
  const done = sleep(clock, 10);
  await clock.run(10);
  await expect(done).resolves.toBeUndefined();

  const stop = new AbortController();
  const broken = sleep(clock, 10, stop.signal);
  stop.abort(new Error('enough'));
  await expect(broken).rejects.toThrow('enough');
  expect(clock.nextAlarm()).toBe(Infinity);
});
