import { describe, expect, test } from 'vitest';
import { Alarm, type Moment } from './alarm.ts';
import type { AlarmRule } from './alarm-rule.ts';
import type { AlarmEvent, StoredAlarm } from './alarm-status.ts';
import type { Verdict } from './verdict.ts';

const RULE: AlarmRule = {
  ...{ id: 'furnace1.pv.hi', device: 'furnace1', point: 'pv', priority: 'high', text: 'too hot' },
  ...{ delayMs: 0, offDelayMs: 0 },
  test: { kind: 'hi', point: 'furnace1.pv', limit: 1200, hysteresis: 0 },
};

function moment(second: number): Moment {
  return { now: second * 1_000, at: 1_700_000_000_000_000 + second * 1_000_000 };
}

type Step =
  | Verdict['is']
  | 'look'
  | 'ack'
  | 'unshelve'
  | 'retire'
  | { readonly shelve: number /* seconds */ };

function take(alarm: Alarm, step: Step, second: number): readonly AlarmEvent[] {
  const at = moment(second);
  if (typeof step === 'object') return alarm.shelve(step.shelve * 1_000, 'ann', 'repair', at);
  if (step === 'ack') return alarm.acknowledge('ann', undefined, at);
  if (step === 'unshelve') return alarm.unshelve('bob', at);
  if (step === 'retire') return alarm.retire(at);
  if (step === 'look') return alarm.expire(at);
  return alarm.judge({ is: step, ...(step === 'alarm' && { value: 1234 }) }, at);
}

/** At which second what is seen, what is told of it, and the state then. */
type Row = readonly [second: number, step: Step, told: string, state: string];

const SEQUENCES: Readonly<Record<string, readonly [over: Partial<AlarmRule>, ...Row[]]>> = {
  'is raised, acknowledged and returns': [
    {},
    [0, 'normal', '', 'normal'],
    [1, 'alarm', 'raised', 'active-unacknowledged'],
    [2, 'alarm', '', 'active-unacknowledged'],
    [3, 'ack', 'acked', 'active-acknowledged'],
    [4, 'ack', '', 'active-acknowledged'],
    [5, 'normal', 'cleared', 'normal'],
    [6, 'ack', '', 'normal'],
  ],
  'returns before anybody has seen it, and waits to be seen': [
    {},
    [0, 'alarm', 'raised', 'active-unacknowledged'],
    [1, 'normal', 'cleared', 'returned-unacknowledged'],
    [2, 'alarm', 'raised', 'active-unacknowledged'],
    [3, 'normal', 'cleared', 'returned-unacknowledged'],
    [4, 'ack', 'acked', 'normal'],
  ],
  'of mere information is never to be acknowledged': [
    { priority: 'info' },
    [0, 'alarm', 'raised', 'active-acknowledged'],
    [1, 'ack', '', 'active-acknowledged'],
    [2, 'normal', 'cleared', 'normal'],
  ],
  'is raised after its delay, and a dip begins it anew': [
    { delayMs: 10_000 },
    [0, 'alarm', '', 'normal'],
    [9, 'alarm', '', 'normal'],
    [9.5, 'normal', '', 'normal'],
    [9.6, 'alarm', '', 'normal'],
    [19.5, 'alarm', '', 'normal'],
    [19.6, 'alarm', 'raised', 'active-unacknowledged'],
  ],
  'returns after a delay of its own': [
    { offDelayMs: 5_000 },
    [0, 'alarm', 'raised', 'active-unacknowledged'],
    [1, 'normal', '', 'active-unacknowledged'],
    [3, 'alarm', '', 'active-unacknowledged'],
    [4, 'normal', '', 'active-unacknowledged'],
    [8.9, 'normal', '', 'active-unacknowledged'],
    [9, 'normal', 'cleared', 'returned-unacknowledged'],
  ],
  'is neither raised nor cleared by a value that is not good': [
    {},
    [0, 'unknown', '', 'normal'],
    [1, 'alarm', 'raised', 'active-unacknowledged'],
    [2, 'unknown', '', 'active-unacknowledged'],
    [99, 'unknown', '', 'active-unacknowledged'],
    [100, 'normal', 'cleared', 'returned-unacknowledged'],
  ],
  'whose delay ends while its value is not good waits for a good one': [
    { delayMs: 10_000 },
    [0, 'alarm', '', 'normal'],
    [5, 'unknown', '', 'normal'],
    [10, 'unknown', '', 'normal'],
    [20, 'alarm', 'raised', 'active-unacknowledged'],
  ],
  'that is suppressed returns at once, and is raised again after its delay': [
    { delayMs: 2_000, offDelayMs: 60_000 },
    [0, 'suppressed', '', 'normal'],
    [1, 'alarm', '', 'normal'],
    [3, 'alarm', 'raised', 'active-unacknowledged'],
    [4, 'suppressed', 'cleared', 'returned-unacknowledged'],
    [5, 'alarm', '', 'returned-unacknowledged'],
    [7, 'alarm', 'raised', 'active-unacknowledged'],
  ],
  'says nothing while it is shelved, and is told after it when it still holds': [
    {},
    [0, { shelve: 60 }, 'shelved', 'shelved'],
    [1, 'alarm', '', 'shelved'],
    [2, 'normal', '', 'shelved'],
    [3, 'alarm', '', 'shelved'],
    [59, 'look', '', 'shelved'],
    [60, 'look', 'unshelved raised', 'active-unacknowledged'],
  ],
  'that came and went while it was shelved is never told': [
    {},
    [0, { shelve: 60 }, 'shelved', 'shelved'],
    [1, 'alarm', '', 'shelved'],
    [2, 'normal', '', 'shelved'],
    [3, 'unshelve', 'unshelved', 'normal'],
  ],
  'that was raised before it was shelved is cleared after it': [
    {},
    [0, 'alarm', 'raised', 'active-unacknowledged'],
    [1, { shelve: 60 }, 'shelved', 'shelved'],
    [2, 'ack', 'acked', 'shelved'],
    [3, 'normal', '', 'shelved'],
    [4, 'unshelve', 'unshelved cleared', 'normal'],
    [5, 'unshelve', '', 'normal'],
  ],
  'is shelved anew by another end': [
    {},
    [0, { shelve: 60 }, 'shelved', 'shelved'],
    [1, { shelve: 10 }, 'shelved', 'shelved'],
    [11, 'look', 'unshelved', 'normal'],
  ],
  'whose rule is gone is cleared': [
    {},
    [0, 'alarm', 'raised', 'active-unacknowledged'],
    [1, 'retire', 'cleared', 'returned-unacknowledged'],
  ],
};

describe('an alarm', () => {
  test.each(Object.entries(SEQUENCES))('%s', (_, [over, ...rows]) => {
    const alarm = new Alarm({ ...RULE, ...over });
    for (const [second, step, told, state] of rows) {
      const events = take(alarm, step, second);
      const where = `at ${second} s, ${JSON.stringify(step)}`;
      expect(events.map(({ type }) => type).join(' '), where).toBe(told);
      expect(alarm.state, where).toBe(state);
    }
  });

  test.each(Object.entries(SEQUENCES))('%s, with a restart at every step', (_, [over, ...rows]) => {
    const rule = { ...RULE, ...over, delayMs: 0, offDelayMs: 0 };
    const [straight, restarted] = [{ alarm: new Alarm(rule) }, { alarm: new Alarm(rule) }];
    for (const [second, step] of rows) {
      const expected = take(straight.alarm, step, second).map(({ type }) => type);
      expect(take(restarted.alarm, step, second).map(({ type }) => type)).toEqual(expected);
      const [stored] = JSON.parse(JSON.stringify([restarted.alarm.stored ?? {}])) as [StoredAlarm];
      restarted.alarm = new Alarm(rule, 'id' in stored ? stored : undefined);
      expect(restarted.alarm.state).toBe(straight.alarm.state);
    }
  });

  test('tells the value that raised it, and when it was raised that returns', () => {
    const alarm = new Alarm(RULE);
    expect(take(alarm, 'alarm', 1)).toMatchObject([{ type: 'raised', value: 1234 }]);
    expect(alarm.judge({ is: 'normal', value: 1190 }, moment(9))).toEqual([
      {
        ...{ type: 'cleared', at: moment(9).at, rule: RULE },
        ...{ value: 1190, raisedAt: moment(1).at },
      },
    ]);
    expect(alarm.status.occurrence).toEqual({
      ...{ raisedAt: moment(1).at, clearedAt: moment(9).at, value: 1234 },
    });
  });

  test.each<[string, Step, number]>([
    ['nothing to wait for', 'normal', Infinity],
    ['the end of its delay', 'alarm', 10_000],
    ['the end of its shelving', { shelve: 5 }, 5_000],
    ['a look at the calendar, which may be set', { shelve: 3_600 }, 60_000],
  ])('is looked at again: %s', (_, step, at) => {
    const alarm = new Alarm({ ...RULE, delayMs: 10_000 });
    take(alarm, step, 0);
    expect(alarm.nextAt(moment(0))).toBe(at);
  });

  test('does not ask to be looked at while its value is not good', () => {
    const alarm = new Alarm({ ...RULE, delayMs: 10_000 });
    take(alarm, 'alarm', 0);
    take(alarm, 'unknown', 1);
    expect(alarm.nextAt(moment(1))).toBe(Infinity);
    expect(alarm.status.isUncertain).toBe(true);
  });

  test('is shelved for a week at most', () => {
    const alarm = new Alarm(RULE);
    alarm.shelve(30 * 24 * 3_600_000, 'ann', 'never again', moment(0));
    expect(alarm.status.shelf?.until).toBe(moment(7 * 24 * 3_600).at);
  });
});
