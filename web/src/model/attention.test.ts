import { expect, test } from 'vitest';
import type { DeviceJson, PointJson, SampleJson, SinkJson } from '../../../src/api/contract.ts';
import { alarmConcern, concernsOf, sinkConcerns, type Known } from './attention.ts';

function device(name: string, state: DeviceJson['state'], lastAnswer?: string): DeviceJson {
  const status = { name, line: 'bus', unit: 1, state, polls: 0, failures: 0, skipped: 0 };
  return { ...status, ...(lastAnswer !== undefined && { lastAnswer }) };
}

function known(status: DeviceJson, ...samples: Partial<SampleJson>[]): Known {
  return {
    status,
    points: samples.map((sample, index) => {
      const name = sample.point ?? `p${index}`;
      const at = { device: status.name, address: 'hr:1' };
      const point: PointJson = { ...at, name, type: 'u16', kind: 'gauge', everyMs: 1000 };
      const time = '2026-02-27T10:00:00.000Z';
      return { point, sample: { ...at, point: name, value: 1, quality: 'good', time, ...sample } };
    }),
  };
}

test('nothing is a concern when everything is good', () => {
  expect(concernsOf([known(device('a', 'good'), {}, {})])).toEqual([]);
});

test('a device that was not asked yet is none, nor are its points', () => {
  const unread: Partial<SampleJson> = { value: null, quality: 'bad', cause: 'not-read-yet' };
  expect(concernsOf([known(device('a', 'waiting'), unread)])).toEqual([]);
});

test('a paused device is a concern, with who and why, and its points are none', () => {
  const paused = { who: 'eve', why: 'cabling', time: '2026-02-27T09:00:00.000Z' };
  const stale: Partial<SampleJson> = { quality: 'stale', cause: 'paused' };
  expect(concernsOf([known({ ...device('a', 'paused'), paused }, stale)])).toMatchObject([
    { key: 'a', priority: 3, what: 'a is paused', why: 'eve: cabling', since: paused.time },
  ]);
});

test('a silent device is one concern, not one per point', () => {
  const stale: Partial<SampleJson> = { quality: 'stale', cause: 'timeout' };
  expect(concernsOf([known(device('a', 'silent'), stale, stale, stale)])).toMatchObject([
    { priority: 2, what: 'a does not answer' },
  ]);
});

test('the more urgent stands first, then the newest', () => {
  const bad: Partial<SampleJson> = { value: null, quality: 'bad', cause: 'exception-2' };
  const concerns = concernsOf([
    known(
      device('a', 'good'),
      { ...bad, point: 'older', time: '2026-02-27T10:00:00.000Z' },
      { ...bad, point: 'newer', time: '2026-02-27T10:05:00.000Z' },
    ),
    known(device('b', 'failing', '2026-02-27T10:03:00.000Z')),
    known(device('c', 'silent', '2026-02-27T09:00:00.000Z')),
  ]);
  expect(concerns.map(({ priority, what }) => [priority, what])).toEqual([
    [2, 'c does not answer'],
    [3, 'a: newer has no value'],
    [3, 'b failed in the last poll'],
    [3, 'a: older has no value'],
  ]);
});

test('an alarm that is over says so until somebody has seen it', () => {
  const alarm = {
    id: 'a.down',
    device: 'a',
    priority: 'high',
    kind: 'down',
    text: 'a does not answer',
    active: false,
    value: 12.3,
    unit: 'V',
  } as const;
  expect([
    alarmConcern({ ...alarm, state: 'active-unacknowledged' }, 2).why,
    alarmConcern({ ...alarm, state: 'returned-unacknowledged' }, 2).why,
  ]).toEqual(['12.3 V', 'over, not acknowledged']);
});

test('a sink is a concern while it fails or somebody has paused it, whatever waits there', () => {
  const sink = (
    name: string,
    state: SinkJson['state'],
    more: Partial<SinkJson> = {},
  ): SinkJson => ({
    ...{ name, state, type: 'csv', waiting: 7, rate: 0, minutes: [], delivered: 0, rejected: 0 },
    ...{ lost: 0, quarantined: 0, held: 0, ...more },
  });
  const lastSuccess = '2026-02-27T09:00:00.000Z';
  expect(
    sinkConcerns([
      sink('log', 'good'),
      sink('plant', 'failing', { error: 'refused', lastSuccess }),
      sink('table', 'paused'),
    ]),
  ).toEqual([
    {
      ...{ key: 'sink plant', priority: 3, kind: 'sink', of: 'plant' },
      ...{ what: 'plant takes nothing', why: 'refused', since: lastSuccess },
    },
    {
      ...{ key: 'sink table', priority: 3, kind: 'sink', of: 'table' },
      ...{ what: 'table is paused', why: '' },
    },
  ]);
});
