import { beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Notifier } from './notifier.ts';
import { siteStatus } from './site-status.ts';
import { Supervision, watchdogMsOf } from './supervision.ts';

let clock: ManualClock;
let told: { readonly at: number; readonly text: string }[];
let stoodMs: number;
let status: string;
/** What sending does, beyond being noted. */
let sending: () => Promise<void>;
let notifier: Notifier;

beforeEach(() => {
  clock = new ManualClock();
  told = [];
  stoodMs = 0;
  status = 'all well';
  sending = async () => Promise.resolve();
  notifier = new Notifier(async (assignments) => {
    told.push({ at: clock.now(), text: assignments.join(' ') });
    await sending();
  }, silentLogger);
});

function supervision(watchdogMs?: number): Supervision {
  return new Supervision({
    ...{ notifier, clock, logger: silentLogger },
    ...{ standstillMs: () => stoodMs, status: () => status },
    ...(watchdogMs !== undefined && { watchdogMs }),
  });
}

function signsOfLife(): readonly number[] {
  return told.filter(({ text }) => text.startsWith('WATCHDOG=1')).map(({ at }) => at);
}

describe('a sign of life', () => {
  test('goes out twice per watchdog time', async () => {
    supervision(30_000).ready();
    await clock.run(60_000);
    expect(signsOfLife()).toEqual([15_000, 30_000, 45_000, 60_000]);
  });

  test('is not given while the polls stand still, and given soon after they move', async () => {
    supervision(30_000).ready();
    await clock.run(20_000);
    stoodMs = 15_001;
    await clock.run(100_000);
    expect(signsOfLife()).toEqual([15_000]);
    stoodMs = 0;
    await clock.run(1_000);
    expect(signsOfLife()).toEqual([15_000, 121_000]);
  });

  test('does not need polls that are never late: a device may be slow', async () => {
    stoodMs = 14_999;
    supervision(30_000).ready();
    await clock.run(15_000);
    expect(signsOfLife()).toEqual([15_000]);
  });

  test('that was not heard is given again after a second', async () => {
    supervision(30_000).ready();
    await clock.run(10_000);
    sending = async () => Promise.reject(new Error('no such socket'));
    await clock.run(6_500);
    sending = async () => Promise.resolve();
    await clock.run(1_000);
    expect(signsOfLife()).toEqual([15_000, 16_000, 17_000]);
    expect(notifier.failures).toBe(2);
  });

  test('is not asked for without a watchdog, and the line for people still is told', async () => {
    supervision().ready();
    await clock.run(60_000);
    status = 'pm2 is away';
    await clock.run(60_000);
    expect(told).toEqual([
      { at: 0, text: 'READY=1 STATUS=all well' },
      { at: 90_000, text: 'STATUS=pm2 is away' },
    ]);
  });

  test('is not given after the end', async () => {
    const one = supervision(2_000);
    one.ready();
    await one.stopping();
    // A reload that was under way ends.
    one.ready();
    await clock.run(60_000);
    expect(told.map(({ text }) => text)).toEqual(['READY=1 STATUS=all well', 'STOPPING=1']);
  });
});

test('an end does not wait for a manager that does not listen', async () => {
  sending = async () => new Promise(() => undefined);
  const one = supervision();
  one.ready();
  let isOver = false;
  void one.stopping().then(() => {
    isOver = true;
  });
  await clock.run(999);
  expect(isOver).toBe(false);
  await clock.run(1);
  expect(isOver).toBe(true);
});

test('a reload is told with the time of its beginning, and its end', async () => {
  const one = supervision();
  one.ready();
  one.reloading(123_456n);
  one.ready();
  await clock.run(0);
  expect(told.map(({ text }) => text)).toEqual([
    'READY=1 STATUS=all well',
    'RELOADING=1 MONOTONIC_USEC=123456 STATUS=all well',
    'READY=1 STATUS=all well',
  ]);
});

test('one message at a time is on its way, and no more than a few wait', async () => {
  let end: () => void = () => undefined;
  sending = async () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const asked = Array.from({ length: 20 }, async (_, index) => notifier.tell(`STATUS=${index}`));
  await clock.run(0);
  expect(told).toHaveLength(1);
  for (let count = 0; count < 20; count += 1) {
    end();
    await clock.run(0);
  }
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, (_, index) => index < 16));
  expect(notifier.failures).toBe(4);
});

test.each<[Record<string, string>, number | undefined]>([
  [{ WATCHDOG_USEC: '30000000' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '77' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '78' }, undefined],
  [{ WATCHDOG_USEC: '0' }, undefined],
  [{ WATCHDOG_USEC: 'soon' }, undefined],
  [{}, undefined],
])('the watchdog of %j for process 77 is %s ms', (env, ms) => {
  expect(watchdogMsOf(env, 77)).toBe(ms);
});

test.each<[string, string]>([
  ['', 'no devices'],
  ['waiting waiting', 'the first polls are under way'],
  ['good', '1 device answers'],
  ['good good', '2 devices answer'],
  ['good silent failing', '1 of 3 devices answer; not: d1, d2'],
  [
    'silent silent silent silent silent silent silent',
    '0 of 7 devices answer; not: d0, d1, d2, d3, d4 and 2 more',
  ],
])('devices that are "%s" are said to be "%s"', (states, line) => {
  const devices = states
    .split(' ')
    .filter((state) => state !== '')
    .map((state, index) => ({ name: `d${index}`, state: state as 'good' | 'silent' }));
  expect(siteStatus(devices)).toBe(line);
});
