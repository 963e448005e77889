import { describe, expect, test } from 'vitest';
import { sitePoint } from '../../test/support/fake-site.ts';
import type { Point, ReportRule, Value } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import { ReportFilter } from './report-filter.ts';

function ruled(report: ReportRule | undefined, over: Partial<Point> = {}): Point {
  return sitePoint('d.a', { ...over, ...(report !== undefined && { report }) });
}

let at = 0;

function reading(point: Point, value: Value | undefined, over: Partial<Sample> = {}): Sample {
  at += 1;
  const quality = value === undefined ? 'bad' : 'good';
  return { point, ...(value !== undefined && { value }), quality, at, requestedAt: at, ...over };
}

/** Offers readings one second apart; gives those that were recorded. */
function recorded(point: Point, values: readonly (Value | undefined)[]): (Value | undefined)[] {
  const filter = new ReportFilter();
  return values.filter((value, second) => {
    const sample = reading(point, value);
    const isRecorded = filter.judge(sample, second * 1_000);
    if (isRecorded) filter.recorded(sample, second * 1_000);
    return isRecorded;
  });
}

const onChange: ReportRule = { send: 'on-change' };
const two53 = 2n ** 53n;

describe('what is recorded', () => {
  test.each<[string, ReportRule | undefined, Partial<Point>, Value[], Value[]]>([
    ['without a rule, each change', undefined, {}, [1, 1, 2, 2, 1], [1, 2, 1]],
    ['on change, each change', onChange, {}, [1, 1, 2, 2, 1], [1, 2, 1]],
    ['always, each reading', { send: 'always' }, {}, [1, 1, 2], [1, 1, 2]],
    [
      'what differs by the deadband from the last recorded, not from the last seen',
      { ...onChange, deadband: 0.5 },
      {},
      [20, 20.2, 20.4, 20.5, 20.2, 20],
      [20, 20.5, 20],
    ],
    [
      'a difference of exactly the deadband, though binary fractions say less',
      { ...onChange, deadband: 0.1 },
      {},
      [0.2, 0.3, 0.4, 0.35, 1000.1, 1000.2],
      [0.2, 0.3, 0.4, 1000.1, 1000.2],
    ],
    [
      'what differs by percent of the last recorded',
      { ...onChange, deadbandPercent: 10 },
      {},
      [100, 109, 110, 120, 121, -121],
      [100, 110, 121, -121],
    ],
    [
      'any change of a zero, of which every percentage is nothing',
      { ...onChange, deadbandPercent: 10 },
      {},
      [0, 0.001, 0],
      [0, 0.001, 0],
    ],
    [
      'what passes both deadbands',
      { ...onChange, deadband: 1, deadbandPercent: 1 },
      {},
      [10, 10.5, 11, 1000, 1005, 1010],
      [10, 11, 1000, 1010],
    ],
    [
      'counters beyond 2^53, exactly',
      { ...onChange, deadband: 2 },
      { kind: 'counter' },
      [two53, two53 + 1n, two53 + 2n],
      [two53, two53 + 2n],
    ],
    [
      'states by identity, whatever the deadband',
      { ...onChange, deadband: 5 },
      { kind: 'state' },
      [1, 2, 2],
      [1, 2],
    ],
    [
      'texts by identity',
      { ...onChange, deadband: 5 },
      { kind: 'text' },
      ['a', 'b', 'b'],
      ['a', 'b'],
    ],
    ['booleans by identity', { ...onChange, deadband: 5 }, {}, [true, true, false], [true, false]],
  ])('%s', (_, report, over, values, expected) => {
    expect(recorded(ruled(report, over), values)).toEqual(expected);
  });

  test('a change of quality or of its cause, whatever the value', () => {
    const point = ruled({ ...onChange, deadband: 100, minIntervalMs: 60_000 });
    const filter = new ReportFilter();
    const verdicts = [
      reading(point, 1),
      reading(point, 1, { quality: 'stale', cause: 'timeout' }),
      reading(point, 1, { quality: 'stale', cause: 'timeout' }),
      reading(point, 1, { quality: 'stale', cause: 'exception-2' }),
      reading(point, undefined, { cause: 'exception-2' }),
      reading(point, 1),
    ].map((sample, second) => {
      const verdict = filter.judge(sample, second);
      if (verdict) filter.recorded(sample, second);
      return verdict;
    });
    expect(verdicts).toEqual([true, true, false, true, true, true]);
  });

  test('the same value again when the heartbeat is due: the reading nearest to it', () => {
    const values = Array.from({ length: 130 }, () => 7);
    const point = ruled({ ...onChange, heartbeatMs: 60_000 }, { everyMs: 1_000 });
    expect(recorded(point, values)).toHaveLength(3);
  });

  test('the heartbeat counts from the last record', () => {
    const point = ruled({ ...onChange, heartbeatMs: 10_000 });
    const values = [
      1,
      ...Array.from({ length: 5 }, () => 1),
      ...Array.from({ length: 9 }, () => 2),
    ];
    expect(recorded(point, values)).toEqual([1, 2]);
  });
});

describe('a least interval', () => {
  const point = ruled({ ...onChange, minIntervalMs: 10_000 });

  function begun(): ReportFilter {
    const filter = new ReportFilter();
    filter.recorded(reading(point, 1), 0);
    return filter;
  }

  test('holds a burst back, and its last one is due when the time is up', () => {
    const filter = begun();
    const last = reading(point, 3);
    expect([filter.judge(reading(point, 2), 1_000), filter.judge(last, 2_000)]).toEqual([
      false,
      false,
    ]);
    expect(filter.nextDue).toBe(10_000);
    expect(filter.takeDue(9_999)).toEqual([]);
    expect(filter.nextDue).toBe(10_000);
    expect(filter.takeDue(10_000)).toEqual([last]);
    expect(filter.nextDue).toBe(Infinity);
  });

  test('has nothing to tell of a burst that came back to where it began', () => {
    const filter = begun();
    filter.judge(reading(point, 2), 1_000);
    filter.judge(reading(point, 1), 2_000);
    expect(filter.takeDue(10_000)).toEqual([]);
  });

  test('does not hold back what comes after it', () => {
    expect(begun().judge(reading(point, 2), 10_000)).toBe(true);
  });
});

describe('the baseline', () => {
  test('stays where it was while a sample is not recorded', () => {
    const filter = new ReportFilter();
    const point = ruled(undefined);
    expect(filter.judge(reading(point, 1), 0)).toBe(true);
    expect(filter.judge(reading(point, 1), 0)).toBe(true);
  });

  test('of a former run makes the same value no change', () => {
    const filter = new ReportFilter();
    const point = ruled({ ...onChange, heartbeatMs: 10_000 });
    filter.restore(reading(point, 1), -4_000);
    expect([0, 5_000, 6_000].map((now) => filter.judge(reading(point, 1), now))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('of points that are gone is forgotten', () => {
    const filter = new ReportFilter();
    filter.recorded(reading(ruled(undefined), 1), 0);
    filter.keep([sitePoint('d.b')]);
    expect(filter.size).toBe(0);
  });
});
