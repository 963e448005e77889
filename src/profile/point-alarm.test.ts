import { describe, expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import type { PointAlarm } from './point-alarm.ts';
import { parsePoints } from './points.ts';

function alarmsOf(points: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parsed = parsePoints(points);
  expect(parsed.issues).toEqual([]);
  const all = [...parsed.points, ...parsed.computed];
  return Object.fromEntries(
    all.flatMap(({ name, alarm }) => (alarm === undefined ? [] : [[name, shown(alarm)]])),
  );
}

function shown({ states, when, ...rest }: PointAlarm): object {
  return {
    ...rest,
    ...(states !== undefined && { states: [...states] }),
    ...(when !== undefined && { when: when.text }),
  };
}

describe('what of a point is an alarm', () => {
  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [
      'limits, and how they count',
      {
        p: {
          at: 'hr:0 i16',
          alarm: { hihi: 9, hi: 8, lo: 2, hysteresis: 1, delay: '10s', offDelay: '1m', text: 'x' },
        },
      },
      {
        p: {
          limits: { hihi: 9, hi: 8, lo: 2 },
          ...{ hysteresis: 1, delayMs: 10_000, offDelayMs: 60_000, text: 'x' },
        },
      },
    ],
    [
      'a computed point',
      { p: 'hr:0 i16', d: { expr: 'p - 1', alarm: { lo: -25, priority: 'low' } } },
      { d: { limits: { lo: -25 }, priority: 'low' } },
    ],
    [
      'a coil',
      { p: { at: 'co:0', alarm: 'urgent' } },
      { p: { priority: 'urgent', states: [[true, undefined]] } },
    ],
    [
      'a coil with a delay',
      { p: { at: 'co:0', alarm: { delay: '5s' } } },
      { p: { delayMs: 5_000, states: [[true, undefined]] } },
    ],
    [
      'a bit that is a point',
      { p: { at: 'hr:0 bits16', bits: { 3: { name: 'fault', alarm: 'high' }, 4: 'manual' } } },
      { fault: { priority: 'high', states: [[true, undefined]] } },
    ],
    [
      'named values',
      {
        p: {
          at: 'hr:0 u16',
          enum: { 0: 'off', 1: { name: 'fault', alarm: 'high' }, 2: { name: 'on' } },
          alarm: { delay: '1s' },
        },
      },
      { p: { delayMs: 1_000, states: [[1, 'high']] } },
    ],
    [
      'many that should be alike',
      { 'c{n}': { at: 'hr:0 u16', alarm: { outlier: 0.5 }, repeat: { count: 2 } } },
      { c1: { outlier: 0.5 }, c2: { outlier: 0.5 } },
    ],
    [
      'a condition over the device',
      { p: { at: 'hr:0 u16', alarm: { when: 'p > 3 and q' } }, q: 'co:1' },
      { p: { when: 'p > 3 and q' } },
    ],
  ])('%s', (_, points, expected) => {
    expect(alarmsOf(points)).toEqual(expected);
  });

  test('names its values as others do', () => {
    const { points } = parsePoints({ p: { at: 'hr:0 u16', enum: { 1: { name: 'fault' } } } });
    expect(points[0]?.enum).toEqual(new Map([[1, 'fault']]));
  });
});

test.each<[Readonly<Record<string, unknown>>, readonly string[]]>([
  [
    { at: 'hr:0 u16', alarm: { high: 3 } },
    ['[p.alarm.high]: unknown key "high" in alarm | did you mean "hi"?'],
  ],
  [{ at: 'hr:0 u16', alarm: { hi: 3, hihi: 3 } }, ['p.alarm.hi: hi 3 is not below hihi 3 | ']],
  [{ at: 'hr:0 u16', alarm: { lo: 3, lolo: 4 } }, ['p.alarm.lolo: lolo 4 is not below lo 3 | ']],
  [
    { at: 'hr:0 u16', alarm: { hi: 3, hysteresis: -1, outlier: 0, delay: 5 } },
    [
      'p.alarm.delay: delay is 5, expected a time such as 500ms, 5s, 1m | seconds or milliseconds? write 5s',
      'p.alarm.outlier: outlier is 0, expected more than 0 | ',
      'p.alarm.hysteresis: hysteresis is -1, expected 0 or more | ',
    ],
  ],
  [
    { at: 'hr:0 u16', alarm: { hi: 3, priority: 'hihg' } },
    ['p.alarm.priority: priority is "hihg", expected urgent, high, low, info | '],
  ],
  [
    { at: 'hr:0 u16', alarm: 'high' },
    [
      'p.alarm: a priority alone is for a yes or no, and the point is u16 | limits such as { hi: 1200, delay: 10s }, or a priority',
    ],
  ],
  [
    { at: 'co:0', alarm: { hi: 1 } },
    ['[p.alarm.hi]: bool has no limits | its alarm is to be true'],
  ],
  [{ at: 'hr:0 str(4)', alarm: { hi: 1 } }, ['[p.alarm]: str has no limits | ']],
  [
    { at: 'hr:0 u16', alarm: { when: 'p > q' } },
    ['p.alarm.when@4-5: no name "q" is known here | known: p'],
  ],
  [
    { at: 'hr:0 u16', enum: { 1: { alarm: 'high' } } },
    ['p.enum.1: "name" is missing: what is the value called? | '],
  ],
  [
    { at: 'hr:0 u16', enum: { 1: { name: 'x', alarm: 'bad' } } },
    ['p.enum.1.alarm: alarm is "bad", expected urgent, high, low, info | '],
  ],
])('of the point %j it says so', (written, expected) => {
  expect(parsePoints({ p: written }).issues.map(drawn)).toEqual(expected);
});
