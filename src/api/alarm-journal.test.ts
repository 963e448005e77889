import { describe, expect, test } from 'vitest';
import type { LoggedEvent } from '../alarm/alarm-control.ts';
import type { EventType } from '../telemetry/event.ts';
import { alarmRate, journalOf, type JournalQuery } from './alarm-journal.ts';

const HOUR = 3_600_000_000;
const NOW = 490_896 * HOUR;

function event(hoursAgo: number, over: Partial<LoggedEvent['event']> = {}): LoggedEvent {
  const data = { priority: 'high', text: 'Furnace too hot' };
  const common = { type: 'alarm.raised' as EventType, source: 'f1/pv', subject: 'f1.pv.hi', data };
  return { sequence: 1000 - hoursAgo, event: { ...common, at: NOW - hoursAgo * HOUR, ...over } };
}

/** The newest first. */
const EVENTS = [
  event(1, { type: 'alarm.acked', data: { priority: 'high', text: 'Hot', by: 'ann' } }),
  event(2),
  event(3, {
    ...{ source: 'bms/v', subject: 'bms.v.lo' },
    data: { priority: 'low', text: 'Voltage low', comment: 'known' },
  }),
  event(30),
];

describe('the journal gives', () => {
  test.each<[JournalQuery, number[]]>([
    [{}, [1, 2, 3, 30]],
    [{ limit: '2' }, [1, 2]],
    [{ device: 'bms' }, [3]],
    [{ alarm: 'f1.pv.hi', limit: '1' }, [1]],
    [{ priority: 'low' }, [3]],
    [{ priority: '' }, [1, 2, 3, 30]],
    [{ text: 'too HOT' }, [2, 30]],
    [{ text: 'ann' }, [1]],
    [{ text: 'known' }, [3]],
    [{ text: 'nobody' }, []],
    [{ from: '-24h' }, [1, 2, 3]],
    [{ to: '-150m' }, [3, 30]],
    [{ from: '-4h', to: '-90m', limit: '1' }, [2]],
    [{ device: ['bms', 'f1'] }, [3]],
  ])('%j', (query, hours) => {
    const found = journalOf(EVENTS, query, NOW);
    expect('code' in found ? found : found.map(({ sequence }) => 1000 - sequence)).toEqual(hours);
  });

  test.each<[JournalQuery, string]>([
    [{ limit: '0' }, 'wrong-limit'],
    [{ limit: '1001' }, 'wrong-limit'],
    [{ limit: 'all' }, 'wrong-limit'],
    [{ from: 'yesterday' }, 'wrong-question'],
    [{ to: 'soon' }, 'wrong-question'],
  ])('no answer to %j', (query, code) => {
    expect(journalOf(EVENTS, query, NOW)).toMatchObject({ status: 400, code });
  });
});

describe('the rate', () => {
  test('counts what was raised, by the hour, and nothing else', () => {
    const { hours, most, atLeast } = alarmRate(EVENTS, NOW + 1);
    expect(hours).toHaveLength(24);
    expect(hours.map((count, index) => [23 - index, count]).filter(([, count]) => count)).toEqual([
      [3, 1],
      [2, 1],
    ]);
    expect([most, atLeast]).toEqual([10, undefined]);
  });

  test('says when it remembers too little to know', () => {
    const many = Array.from({ length: 1_000 }, () => event(1));
    expect(alarmRate(many, NOW + 1)).toMatchObject({ atLeast: true });
  });

  test('leaves out what a wrong calendar put into the future', () => {
    expect(alarmRate([event(-5)], NOW).hours.every((count) => count === 0)).toBe(true);
  });
});
