import { describe, expect, test } from 'vitest';
import type { AlarmEventJson, AlarmJson, AuditJson } from '../../../src/api/contract.ts';
import { alarmEvent, flagsOf, limitsOf, writeEvent, type TrendEvent } from './trend-events.ts';

const PV = new Set(['f.pv']);

function event(over: Partial<AlarmEventJson>): AlarmEventJson {
  return {
    ...{ sequence: 1, time: '2026-01-01T00:00:00Z', type: 'raised', alarm: 'f.pv.hi' },
    ...{ device: 'f', point: 'pv', priority: 'high', text: 'Hot' },
    ...over,
  };
}

describe('of alarms a trend shows', () => {
  test.each<[string, Partial<AlarmEventJson>, string[]]>([
    ['what was raised', {}, ['alarm']],
    ['what is over', { type: 'cleared' }, ['returned']],
    ['no answers of people', { type: 'acked' }, []],
    ['nothing of other points', { point: 'sp' }, []],
    ['nothing of other devices', { device: 'g' }, []],
  ])('%s', (_, over, kinds) => {
    expect(alarmEvent(event(over), PV).map(({ kind }) => kind)).toEqual(kinds);
  });

  test('what is of the device as a whole', () => {
    const { point: _, ...whole } = event({ text: 'Silent' });
    expect(alarmEvent(whole, PV)).toMatchObject([{ kind: 'alarm', priority: 2 }]);
    expect(alarmEvent({ ...whole, device: 'g' }, PV)).toEqual([]);
  });
});

test('of the audit it shows what came of wishes to write, with who and what', () => {
  const record: AuditJson = {
    ...{ sequence: 1, time: '2026-01-01T00:00:00Z', kind: 'result' },
    ...{ point: 'f.pv', who: { name: 'ann' }, old: 700, value: 750, outcome: 'confirmed' },
  };
  expect(writeEvent(record, PV)).toMatchObject([{ words: 'f.pv · 700 → 750 · ann' }]);
  const refused = { ...record, outcome: 'refused', old: undefined };
  expect(writeEvent(refused, PV)).toMatchObject([{ words: 'f.pv · 750 · ann · refused' }]);
  expect(writeEvent({ ...record, kind: 'intent' }, PV)).toEqual([]);
  expect(writeEvent({ ...record, point: 'f.sp' }, PV)).toEqual([]);
});

test('limits are those that a line can be drawn at', () => {
  const alarm = (kind: AlarmJson['kind'], limit?: number, point = 'pv'): AlarmJson => ({
    ...{ id: `f.${point}.${kind}`, device: 'f', point, priority: 'high', state: 'normal' },
    ...{ active: false, text: '', kind, ...(limit !== undefined && { limit }) },
  });
  const all = [
    ...[alarm('hi', 900), alarm('lolo', 10), alarm('outlier', 0.5), alarm('state')],
    alarm('hi', 5, 'sp'),
  ];
  expect(limitsOf(all, ['f.pv'])).toEqual([
    { point: 'f.pv', value: 900, kind: 'hi' },
    { point: 'f.pv', value: 10, kind: 'lolo' },
  ]);
});

test('events that are near to each other share a flag, and what is outside has none', () => {
  const at = (time: number): TrendEvent => ({ at: time, kind: 'write', words: String(time) });
  const flags = flagsOf([at(-5), at(0), at(3), at(4), at(60), at(101)], 0, 100, 0.05);
  expect(flags.map(({ place, events }) => [place, events.map(({ words }) => words)])).toEqual([
    [0, ['0', '3', '4']],
    [0.6, ['60']],
  ]);
});
