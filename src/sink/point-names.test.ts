import { expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { csvSink } from './csv-sink.ts';
import { jsonLinesFileSink } from './file-sink.ts';
import { influxSink } from './influx/influx-sink.ts';
import { zabbixSink } from './zabbix/zabbix-sink.ts';

const clock = new ManualClock();
const point = sitePoint('oven.p v', { category: 'heat', tags: { hall: "n'1" } });
const site = new FakeSite(clock, 'works');
const signal = new AbortController().signal;
const url = 'http://127.0.0.1:8086';

test('InfluxDB 2 knows a point by measurement, tags and field, and is asked in Flux', async () => {
  const sink = influxSink({ api: 'v2', bucket: 'b"1', org: 'o', url }, { clock });
  await sink.open(site, signal);
  expect(sink.nameOf?.(point)).toEqual({
    name: "heat,hall=n'1,device=oven,site=works p v",
    query:
      'from(bucket: "b\\"1") |> range(start: -1h) |> filter(fn: (r) => r["_measurement"] == "heat" and ' +
      `r["_field"] == "p v" and r["hall"] == "n'1" and r["device"] == "oven" and r["site"] == "works")`,
  });
});

test('InfluxDB 1 is asked in InfluxQL, with the names that its options give', async () => {
  const options = { measurement: 'm', tags: { machine: '{device}' }, rename: { 'p v': 'pv' } };
  const sink = influxSink({ api: 'v1', database: 'd', url, ...options }, { clock });
  await sink.open(site, signal);
  expect(sink.nameOf?.(point)).toEqual({
    name: 'm,machine=oven pv',
    query: `SELECT "pv" FROM "m" WHERE "machine" = 'oven' AND time > now() - 1h`,
  });
});

test('Zabbix knows a point by host and item key', async () => {
  const sink = zabbixSink({ host: '127.0.0.1', port: 1, key: 'v[{device},{point}]' }, { clock });
  await sink.open(site, signal);
  expect(sink.nameOf?.(sitePoint('oven.pv'))).toEqual({
    name: 'works: v[oven,pv]',
    query: 'v[oven,pv]',
  });
});

test('a file is its path', () => {
  expect(csvSink('/d/{device}/{date}.csv', String).nameOf?.(point).name).toBe('/d/oven/{date}.csv');
  expect(jsonLinesFileSink('/d/all.jsonl', String).nameOf?.(point).name).toBe('/d/all.jsonl');
});
