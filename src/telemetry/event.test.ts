import { expect, test } from 'vitest';
import { isEventType } from '../base/event-type.ts';
import { eventRecord, siteEventOf, type SiteEvent } from './event.ts';

const AT = 1_772_188_649_412_000;

test.each<SiteEvent>([
  {
    type: 'alarm.raised',
    at: AT,
    source: 'furnace1/pv',
    subject: 'furnace1.pv.hi',
    data: { a: 1 },
  },
  { type: 'device.down', at: AT, source: 'furnace1', data: {} },
  { type: 'rule.batch_finished', at: AT, source: 'dye01', id: 'dye01/B7', data: { batch: 'B7' } },
])('$type comes back from its record as it was', (event) => {
  const record = eventRecord(event);
  expect(record).toMatchObject({ kind: 'event', topic: event.type, at: AT });
  expect(siteEventOf(record)).toEqual(event);
});

test.each<[string, unknown]>([
  ['write-intent', { source: 'furnace1', data: {} }],
  ['rule.', { source: 'furnace1', data: {} }],
  ['alarm.raised', undefined],
  ['alarm.raised', { source: 'furnace1' }],
  ['alarm.raised', { data: {} }],
])('a record of another kind is no event: %s %j', (topic, data) => {
  expect(siteEventOf({ kind: 'event', topic, at: AT, data })).toBeUndefined();
});

test.each([
  ['alarm.raised', true],
  ['rule.batch-finished', true],
  ['rule.Batch', false],
  ['alarm.exploded', false],
  ['outage', false],
])('%s is a type of events: %s', (text, is) => {
  expect(isEventType(text)).toBe(is);
});
