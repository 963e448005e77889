import { expect, test } from 'vitest';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { DeviceStatus, Site } from '../telemetry/site.ts';
import { siteSummary } from './site-summary.ts';

const NOW = 1_000_000_000;

function sample(device: string, name: string, rest: Partial<Sample>, unit?: string): Sample {
  const point: Point = {
    ...{ id: `${device}.${name}`, device, name, address: 'hr:0', type: 'u16' },
    ...{ kind: 'gauge', writable: false, everyMs: 1000 },
    ...(unit !== undefined && { unit }),
  };
  return { point, quality: 'good', at: NOW, requestedAt: NOW, ...rest };
}

function device(name: string, rest: Partial<DeviceStatus> = {}): DeviceStatus {
  const counts = { polls: 1, failures: 0, skipped: 0 };
  return { name, line: 'bus', unit: 1, state: 'good', ...counts, ...rest };
}

function siteOf(devices: readonly DeviceStatus[], samples: readonly Sample[]): Site {
  return {
    name: 'test',
    points: () => samples.map(({ point }) => point),
    devices: () => devices,
    lines: () => [],
    sample: () => undefined,
    snapshot: () => samples,
    subscribe: () => () => undefined,
  };
}

const SITE = siteOf(
  [
    device('oven'),
    device('old_meter', {
      state: 'silent',
      error: 'no answer within 500 ms',
      nextTryAt: NOW + 4_000_000,
    }),
  ],
  [
    sample('oven', 'zone', { value: 3 }),
    sample('oven', 'power', { value: 1200 }, 'W'),
    sample('oven', 'pv', { value: 749 }, '°C'),
    sample('oven', 'door', { quality: 'bad', cause: 'exception-2' }),
    sample('old_meter', 'power', { value: 7, quality: 'stale', cause: 'timeout' }, 'W'),
  ],
);

const HERO = new Map([['oven', ['pv', 'door', 'power']]]);

test.each([
  [80, 'oven       good    3 of 4  pv 749 °C  door — (bad)  power 1200 W'],
  [60, 'oven       good    3 of 4  pv 749 °C  door — (bad)'],
  [30, 'oven       good    3 of 4  pv 749 °C'],
])('a screen of %d columns has the foremost values that fit', (columns, row) => {
  const lines = siteSummary(SITE, { now: NOW, columns, hero: HERO, colour: false });
  expect(lines.slice(0, 2)).toEqual(['device     state   good', row]);
});

test('a device that is silent says so instead of its values', () => {
  const lines = siteSummary(SITE, { now: NOW, columns: 120, hero: HERO, colour: false });
  expect(lines[2]).toBe(
    'old_meter  silent  0 of 1  does not answer: no answer within 500 ms, asked again in 4.0 s',
  );
});

test('what is not good stands out where there are colours', () => {
  const lines = siteSummary(SITE, { now: NOW, columns: 120, hero: HERO, colour: true });
  expect(lines.map((line) => line.startsWith('\u001b[31m'))).toEqual([false, false, true]);
});

test('without foremost points the first ones are shown', () => {
  const lines = siteSummary(SITE, { now: NOW, columns: 120, hero: new Map(), colour: false });
  expect(lines[1]).toBe('oven       good    3 of 4  zone 3  power 1200 W  pv 749 °C  door — (bad)');
});
