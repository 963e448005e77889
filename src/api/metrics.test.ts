import { expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { hiRule, PlainAlarms } from '../../test/support/plain-alarms.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { SinkStatus } from '../delivery/sink-status.ts';
import type { JournalStatus } from '../journal/journal.ts';
import { metricsText } from './metrics.ts';

const clock = new ManualClock();

function siteWith(): FakeSite {
  const site = new FakeSite(clock);
  site.usePoints([
    sitePoint('furnace1.pv', { unit: '°C' }),
    sitePoint('furnace1.old', { unit: '°C' }),
    sitePoint('furnace1.gone', { unit: '°C' }),
    sitePoint('meter.energy', { unit: 'kWh', kind: 'counter' }),
    sitePoint('meter.serial', { kind: 'text' }),
    sitePoint('meter.on', { type: 'bool' }),
    sitePoint('meter.ph', { unit: 'pH' }),
    sitePoint('bms.state', { kind: 'state', enum: new Map([[2, 'pre-"standby"\n']]) }),
  ]);
  site.useDevice({ name: 'furnace1', polls: 7, failures: 2 });
  site.useDevice({ name: 'dye11', state: 'silent' });
  site.useDevice({ name: 'new', state: 'waiting' });
  site.useLine({ name: 'bus', requests: 12, timeouts: 3, load: 0.25 });
  site.answer({ 'furnace1.pv': 749.6, 'furnace1.old': 1, 'meter.energy': 2.5 });
  site.answer({ 'meter.serial': 'A"1', 'meter.on': true, 'meter.ph': 6.81, 'bms.state': 2 });
  site.fail(['furnace1.old'], 'stale', 'timeout');
  return site;
}

function lines(over: Partial<Parameters<typeof metricsText>[0]> = {}): readonly string[] {
  const source = { site: siteWith(), version: '1.2.3', upMs: 1_500, wallMicros: 10e6 };
  return metricsText({ ...source, ...over }).split('\n');
}

test.each([
  'dinrail_temperature_celsius{device="furnace1",point="pv"} 749.6',
  'dinrail_energy_joules_total{device="meter",point="energy"} 9000000',
  'dinrail_point_value{device="meter",point="ph",unit="pH"} 6.81',
  'dinrail_point_value{device="meter",point="on",unit=""} 1',
  String.raw`dinrail_state{device="bms",point="state",state="pre-\"standby\"\n"} 1`,
  'dinrail_device_up{device="furnace1"} 1',
  'dinrail_device_up{device="dye11"} 0',
  'dinrail_poll_failures_total{device="furnace1",line="bus"} 2',
  'dinrail_requests_total{line="bus"} 12',
  'dinrail_request_errors_total{line="bus",reason="timeouts"} 3',
  'dinrail_line_load_ratio{line="bus"} 0.25',
  'dinrail_uptime_seconds 1.5',
  'dinrail_build_info{version="1.2.3"} 1',
])('%s', (line) => {
  expect(lines()).toContain(line);
});

test.each(['point="old"', 'point="gone"', 'point="serial"', 'device_up{device="new"}'])(
  'what is not known or has no number is absent: %s',
  (part) => {
    expect(lines().filter((line) => line.includes(part))).toEqual([]);
  },
);

test('a metric is described once, before all its lines', () => {
  const names = lines()
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/[{ ].*/, ''));
  const runs = names.filter((name, index) => name !== names[index - 1]);
  expect(runs).toEqual([...new Set(names)]);
});

test('sinks and the journal say how they do', () => {
  const sink: SinkStatus = {
    ...{
      name: 'influx',
      type: 'influx',
      state: 'failing',
      minutes: [],
      waiting: 1204,
      oldestAt: 4e6,
    },
    ...{ rate: 0, delivered: 9, rejected: 1, lost: 5, quarantined: 1, held: 0 },
  };
  const journal: JournalStatus = {
    ...{
      state: 'failing' as const,
      epoch: 1,
      first: 1,
      head: 2,
      durable: 1,
      bytes: 77,
      segments: 1,
    },
    ...{ refused: 3, expired: 4 },
  };
  const found = lines({ sinks: [sink], journal });
  expect(found).toEqual(
    expect.arrayContaining([
      'dinrail_sink_up{sink="influx"} 0',
      'dinrail_sink_waiting{sink="influx"} 1204',
      'dinrail_sink_oldest_seconds{sink="influx"} 6',
      'dinrail_sink_dropped_total{sink="influx"} 5',
      'dinrail_journal_up 0',
      'dinrail_journal_bytes 77',
      'dinrail_journal_refused_total 3',
      'dinrail_journal_expired_total 4',
    ]),
  );
});

test('alarms are counted by priority: active, not acknowledged, put aside', () => {
  const site = siteWith();
  const points = ['furnace1.pv', 'meter.ph', 'meter.energy', 'furnace1.sp'];
  const [pv, ph, energy, unknown] = points.map((point, index) =>
    hiRule(point, 1, { priority: index < 2 ? 'urgent' : 'low' }),
  );
  const alarms = new PlainAlarms(site, clock, [pv!, ph!, energy!, unknown!]);
  alarms.acknowledge('meter.ph.hi', 'ann');
  alarms.shelve('meter.energy.hi', { forMs: 60_000, by: 'ann', reason: 'repair' });
  const found = lines({ alarms: alarms.list() });
  expect(found.filter((line) => line.startsWith('dinrail_alarms'))).toEqual([
    'dinrail_alarms{priority="urgent"} 2',
    'dinrail_alarms{priority="high"} 0',
    'dinrail_alarms{priority="low"} 0',
    'dinrail_alarms{priority="info"} 0',
    'dinrail_alarms_unacknowledged{priority="urgent"} 1',
    'dinrail_alarms_unacknowledged{priority="high"} 0',
    'dinrail_alarms_unacknowledged{priority="low"} 0',
    'dinrail_alarms_unacknowledged{priority="info"} 0',
    'dinrail_alarms_shelved 1',
  ]);
});

test('a gateway that watches for nothing has no metric of alarms', () => {
  expect(lines().filter((line) => line.includes('alarm'))).toEqual([]);
});
