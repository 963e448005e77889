import { describe, expect, test } from 'vitest';
import type { Value } from '../telemetry/point.ts';
import type { Quality, Sample } from '../telemetry/sample.ts';
import type { AlarmRule, AlarmTest, Condition } from './alarm-rule.ts';
import { judge, type AlarmSite } from './verdict.ts';

/** A value, or `stale!` or `bad!` where none counts. */
type Known = Value;

function site(values: Readonly<Record<string, Known>>, state?: 'good' | 'failing'): AlarmSite {
  return {
    sample(id) {
      const value = values[id];
      if (value === undefined) return undefined;
      const quality: Quality = value === 'stale!' ? 'stale' : value === 'bad!' ? 'bad' : 'good';
      const known = quality === 'good' ? { value } : quality === 'stale' ? { value: 1e9 } : {};
      return { quality, at: 1, requestedAt: 1, point: { id }, ...known } as unknown as Sample;
    },
    deviceState: (device) => (device === 'gone' ? 'silent' : state),
  };
}

function rule(test: AlarmTest, when?: Condition): AlarmRule {
  return {
    ...{ id: 'x', priority: 'high', text: 'x', delayMs: 0, offDelayMs: 0, test },
    ...(when !== undefined && { when }),
  };
}

function condition(value: boolean | undefined, quality: Quality = 'good'): Condition {
  const result = { quality, ...(value !== undefined && { value }) };
  return { text: 'x', points: [], evaluate: () => result };
}

const HI = { kind: 'hi', point: 'a', limit: 100, hysteresis: 5 } as const;
const LO = { ...HI, kind: 'lo' } as const;

describe('a limit', () => {
  test.each<[AlarmTest, Known, normal: string, active: string]>([
    [HI, 99.9, 'normal', 'alarm'],
    [HI, 100, 'alarm', 'alarm'],
    [HI, 95, 'normal', 'alarm'],
    [HI, 94.9, 'normal', 'normal'],
    [HI, 2n ** 63n, 'alarm', 'alarm'],
    [HI, Infinity, 'alarm', 'alarm'],
    [{ ...HI, hysteresis: 0 }, 100, 'alarm', 'alarm'],
    [{ ...HI, kind: 'hihi' }, 100, 'alarm', 'alarm'],
    [LO, 100.1, 'normal', 'alarm'],
    [LO, 100, 'alarm', 'alarm'],
    [LO, 105, 'normal', 'alarm'],
    [LO, 105.1, 'normal', 'normal'],
    [{ ...LO, kind: 'lolo' }, -1, 'alarm', 'alarm'],
    [HI, NaN, 'unknown', 'unknown'],
    [HI, 'hot', 'unknown', 'unknown'],
    [HI, true, 'unknown', 'unknown'],
    [HI, 'stale!', 'unknown', 'unknown'],
    [HI, 'bad!', 'unknown', 'unknown'],
  ])('%o of %s is %s, and %s after it was raised', (limit, value, normal, active) => {
    const values = site({ a: value });
    expect(judge(rule(limit), values, false).is).toBe(normal);
    expect(judge(rule(limit), values, true).is).toBe(active);
  });

  test('of a point that does not exist is not known', () => {
    expect(judge(rule(HI), site({}), false)).toEqual({ is: 'unknown' });
  });
});

describe('an outlier', () => {
  const among = ['a', 'b', 'c', 'd'];
  const outlier = { kind: 'outlier', point: 'a', among, limit: 0.5, hysteresis: 0.1 } as const;
  test.each<[string, readonly Known[], string, median: number | undefined]>([
    ['as all', [12, 12, 12, 12], 'normal', 12],
    ['far below', [11.5, 12, 12, 12], 'alarm', 12],
    ['far above', [12.5, 12, 12, 12], 'alarm', 12],
    ['not so far', [11.55, 12, 12, 12], 'normal', 12],
    ['one of three that are known', [11, 12, 12, 'bad!'], 'alarm', 12],
    ['one of two that are known', [11, 12, 'stale!', 'bad!'], 'unknown', undefined],
    ['not known itself', ['bad!', 12, 12, 12], 'unknown', undefined],
    ['between two halves', [10, 10, 14, 14], 'alarm', 12],
  ])('%s: %j is %s', (_, [a = 0, b = 0, c = 0, d = 0], is, median) => {
    const verdict = judge(rule(outlier), site({ a, b, c, d }), false);
    expect([verdict.is, verdict.median]).toEqual([is, median]);
  });

  test('that was raised returns by its hysteresis', () => {
    const values = site({ a: 11.55, b: 12, c: 12, d: 12 });
    expect(judge(rule(outlier), values, true).is).toBe('alarm');
  });
});

test.each<[readonly (number | boolean)[], Known, string]>([
  [[true], true, 'alarm'],
  [[true], false, 'normal'],
  [[3, 5], 5, 'alarm'],
  [[3, 5], 5n, 'alarm'],
  [[3, 5], 4, 'normal'],
  [[3], 'bad!', 'unknown'],
])('a state among %j that is %s is %s', (equals, value, is) => {
  expect(judge(rule({ kind: 'state', point: 'a', equals }), site({ a: value }), false).is).toBe(is);
});

test.each<[string, 'good' | 'failing' | undefined, string]>([
  ['gone', undefined, 'alarm'],
  ['here', 'good', 'normal'],
  ['here', 'failing', 'unknown'],
  ['nowhere', undefined, 'unknown'],
])('a device %s in state %s is %s', (device, state, is) => {
  expect(judge(rule({ kind: 'down', device }), site({}, state), false).is).toBe(is);
});

test.each<[boolean | undefined, Quality, string, gated: string]>([
  [true, 'good', 'alarm', 'alarm'],
  [false, 'good', 'normal', 'suppressed'],
  [true, 'stale', 'unknown', 'unknown'],
  [undefined, 'bad', 'unknown', 'unknown'],
])(
  'a condition that is %s and %s makes %s, and a limit beside it %s',
  (value, quality, is, gated) => {
    const holds = condition(value, quality);
    expect(judge(rule({ kind: 'when', holds }), site({}), false).is).toBe(is);
    expect(judge(rule(HI, holds), site({ a: 200 }), false).is).toBe(gated);
  },
);
