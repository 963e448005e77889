import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { PlainValue, Reading } from './outage.ts';
import { OutageWatch, type Ended } from './outage-watch.ts';

const RULES = { gapMs: 30_000, settleMs: 60_000 };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let clock: ManualClock;
let watch: OutageWatch;

const moment = () => ({ now: clock.now(), wall: clock.wallMicros() });

/** The run before, which was alive and well so long ago. */
function startAfter(offMs: number, silentMs = 0): Reading {
  const before = { value: 812, at: clock.wallMicros() - (offMs + silentMs) * 1000 };
  watch = new OutageWatch(RULES, moment(), {
    lastGood: new Map([['f.pv', before]]),
    aliveAt: clock.wallMicros() - offMs * 1000,
  });
  return before;
}

function good(value: PlainValue): Ended | undefined {
  return watch.good('f.pv', value, clock.wallMicros(), moment());
}

/** Good values, one per second. */
function read(...values: readonly PlainValue[]): void {
  for (const value of values) {
    expect(good(value)).toBeUndefined();
    clock.advance(SECOND);
  }
}

beforeEach(() => {
  clock = new ManualClock();
  watch = new OutageWatch(RULES, moment(), { lastGood: new Map() });
});

describe('within a run', () => {
  test('a silence of no more than the gap is none', () => {
    good(750);
    clock.advance(30 * SECOND);
    expect(good(751)).toBeUndefined();
    expect(watch.takeFinished(moment(), true)).toEqual({ reports: [], none: [] });
  });

  test('a longer one is told at once, and its lowest and highest when it has settled', () => {
    const before = { value: 812, at: clock.wallMicros() };
    good(812);
    clock.advance(4 * MINUTE);
    const after = { value: 700, at: clock.wallMicros() };
    expect(good(700)).toEqual({
      isCertain: true,
      outage: {
        ...{ point: 'f.pv', reason: 'device-silent', before, after, durationMs: 240_000 },
        ...{ lowest: 700, highest: 700, settledMs: 0, isSettling: true },
      },
    });
    clock.advance(SECOND);
    read(690, 685, 720);
    expect(watch.settling(moment())).toMatchObject([{ lowest: 685, highest: 720 }]);
    clock.advance(28 * SECOND);
    good(715);
    clock.advance(29 * SECOND);
    // A second after the time of settling.
    good(300);
    expect(watch.takeFinished(moment()).reports).toEqual([
      {
        ...{ point: 'f.pv', reason: 'device-silent', before, after, durationMs: 240_000 },
        ...{ lowest: 685, highest: 720, settledMs: 32_000 },
      },
    ]);
    expect(watch.takeFinished(moment()).reports).toEqual([]);
    expect(watch.nextDue).toBe(Infinity);
  });

  test('a second one while the first settles makes two reports', () => {
    good(812);
    clock.advance(MINUTE);
    good(700);
    clock.advance(40 * SECOND);
    good(600);
    clock.advance(MINUTE + SECOND);
    expect(watch.takeFinished(moment()).reports).toMatchObject([
      { before: { value: 812 }, after: { value: 700 }, lowest: 700, highest: 700 },
      { before: { value: 700 }, after: { value: 600 }, durationMs: 40_000 },
    ]);
  });

  test('the calendar may be set as one likes: the duration stays what it was', () => {
    good(812);
    clock.advance(MINUTE);
    clock.stepWall(-3_600_000_000);
    expect(good(700)?.outage).toMatchObject({ durationMs: 60_000, clockMs: -3_600_000 });
    clock.stepWall(7_200_000_000);
    read(690);
    expect(watch.settling(moment())).toHaveLength(1);
  });

  test('setting the calendar is no outage', () => {
    good(812);
    clock.stepWall(3_600_000_000);
    clock.advance(SECOND);
    expect(good(812)).toBeUndefined();
  });

  test('words have no lowest and highest', () => {
    good('run');
    clock.advance(MINUTE);
    good('hold');
    const [report] = watch.takeFinished(moment(), true).reports;
    expect(report).toMatchObject({ before: { value: 'run' }, after: { value: 'hold' } });
    expect(report).not.toHaveProperty('lowest');
  });

  test('a point that was never good has had no outage', () => {
    clock.advance(10 * MINUTE);
    expect(good(20)).toBeUndefined();
  });
});

describe('across a start', () => {
  test('a gateway that was off is told, with its time by the calendar', () => {
    const before = startAfter(5 * MINUTE);
    clock.advance(2 * SECOND);
    expect(good(640)).toMatchObject({
      isCertain: true,
      outage: { reason: 'gateway-off', before, after: { value: 640 }, durationMs: 302_000 },
    });
  });

  test.each([
    ['gateway-off', 5 * MINUTE, 0, SECOND],
    ['device-silent', 5 * SECOND, 10 * MINUTE, SECOND],
    ['device-silent', 5 * SECOND, 0, 10 * MINUTE],
    ['both', 5 * MINUTE, 10 * MINUTE, SECOND],
    ['both', 5 * MINUTE, 0, 10 * MINUTE],
  ])(
    'the reason is %s: off %i ms, silent %i ms before and %i ms after',
    (reason, off, silent, later) => {
      startAfter(off, silent);
      clock.advance(later);
      good(640);
      expect(watch.takeFinished(moment(), true).reports).toMatchObject([
        { reason, durationMs: off + silent + later },
      ]);
    },
  );

  test('a quick restart is none', () => {
    startAfter(5 * SECOND);
    expect(good(812)?.isCertain).toBe(false);
    expect(watch.settling(moment())).toEqual([]);
    clock.advance(61 * SECOND);
    expect(watch.takeFinished(moment())).toEqual({ reports: [], none: ['f.pv'] });
  });

  test('a computer that wakes with the time of long ago is believed when it has been put right', () => {
    const before = startAfter(-40 * MINUTE);
    clock.advance(SECOND);
    good(640);
    clock.advance(10 * SECOND);
    // Now it knows: nine minutes have passed, not minus forty.
    clock.stepWall(49 * MINUTE * 1000);
    read(630, 635);
    clock.advance(50 * SECOND);
    const [report] = watch.takeFinished(moment()).reports;
    expect(report).toMatchObject({
      before,
      reason: 'gateway-off',
      durationMs: 9 * MINUTE + SECOND,
    });
    expect(report).toMatchObject({ clockMs: -49 * MINUTE, lowest: 630, highest: 640 });
  });

  test('a calendar that stays behind leaves the duration unknown, and never negative', () => {
    startAfter(-40 * MINUTE);
    good(640);
    clock.advance(61 * SECOND);
    const [report] = watch.takeFinished(moment()).reports;
    expect(report).toMatchObject({ reason: 'gateway-off', after: { value: 640 } });
    expect(report).not.toHaveProperty('durationMs');
  });

  test('a second silence is measured by the clock that steers', () => {
    startAfter(5 * MINUTE);
    good(640);
    clock.advance(2 * MINUTE);
    good(500);
    const { reports } = watch.takeFinished(moment(), true);
    expect(reports).toMatchObject([
      { reason: 'gateway-off', durationMs: 300_000 },
      { reason: 'device-silent', durationMs: 120_000 },
    ]);
  });
});

test('marks say what was read since the last one, or all that is known', () => {
  const before = startAfter(5 * MINUTE);
  expect(watch.takeMarks('new')).toEqual({});
  expect(watch.takeMarks('all')).toEqual({ 'f.pv': before });
  const at = clock.wallMicros();
  watch.good('f.sp', 800, at, moment());
  expect(watch.takeMarks('new')).toEqual({ 'f.sp': { value: 800, at } });
  expect(watch.takeMarks('new')).toEqual({});
});
