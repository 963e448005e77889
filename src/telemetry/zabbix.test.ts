import { describe, expect, test } from 'vitest';
import type { Point, Value } from './point.ts';
import {
  zabbixDiscoveryRows,
  zabbixName,
  zabbixUnits,
  zabbixValue,
  zabbixValueMap,
  zabbixValueType,
} from './zabbix.ts';

function point(over: Partial<Point>): Point {
  return {
    ...{ id: 'furnace1.pv', device: 'furnace1', name: 'pv', address: 'hr:1', type: 'u16' },
    ...{ kind: 'gauge', writable: false, everyMs: 2_000 },
    ...over,
  };
}

test.each<[Value, string | undefined]>([
  [0, '0'],
  [-12.5, '-12.5'],
  [1e21, '1e+21'],
  [18_446_744_073_709_551_615n, '18446744073709551615'],
  [true, '1'],
  [false, '0'],
  ['EU 7', 'EU 7'],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])('%s is sent as %s', (value, text) => {
  expect(zabbixValue(value)).toBe(text);
});

describe('a name', () => {
  const names = { site: 'plant', device: 'f,1', point: 'pv' };

  test('is filled in', () => {
    expect(zabbixName('{site}-{device}.{point} {other}', names, 'host')).toBe(
      'plant-f,1.pv {other}',
    );
  });

  test('is quoted in a key where a server would misread it', () => {
    expect(zabbixName('v[{device},{point}]', names, 'key')).toBe('v["f,1",pv]');
    expect(zabbixName('v[{device}]', { ...names, device: 'a"]' }, 'key')).toBe(
      String.raw`v["a\"]"]`,
    );
  });
});

test.each<[string, Partial<Point>, string]>([
  ['a gauge', { kind: 'gauge', type: 'u16' }, 'float'],
  ['a counter, which may be scaled', { kind: 'counter', type: 'u32' }, 'float'],
  ['a state', { kind: 'state', type: 'u16' }, 'unsigned'],
  ['a yes or no', { kind: 'state', type: 'bool' }, 'unsigned'],
  ['a state with a sign', { kind: 'state', type: 'i16' }, 'float'],
  ['a state with a negative name', { kind: 'state', enum: new Map([[-1, 'off']]) }, 'float'],
  ['a text', { kind: 'text', type: 'str(8)' }, 'char'],
  ['a time as text', { kind: 'time', type: 'ymdhms' }, 'char'],
  ['a time in seconds', { kind: 'time', type: 'unix32@CDAB' }, 'unsigned'],
  ['a state with a fraction', { kind: 'state', type: 'u16', decimals: 1 }, 'float'],
])('%s has the value type that holds all of it', (_, over, type) => {
  expect(zabbixValueType(point(over))).toBe(type);
});

test.each<[Partial<Point>, string]>([
  [{}, ''],
  [{ unit: 'W' }, 'W'],
  [{ unit: '°C' }, '!°C'],
  [{ unit: 'kWh' }, '!kWh'],
  [{ unit: '%' }, '!%'],
  [{ kind: 'time', type: 'unix32' }, 'unixtime'],
])('the unit of %o is shown as %s', (over, shown) => {
  expect(zabbixUnits(point(over))).toBe(shown);
});

test('points with the same named values share a value map, in whatever order they were written', () => {
  const [one, other, third] = [
    [
      [0, 'off'],
      [1, 'on'],
    ],
    [
      [1, 'on'],
      [0, 'off'],
    ],
    [
      [0, 'off'],
      [1, 'ON'],
    ],
  ].map((names) => zabbixValueMap(point({ enum: new Map(names as [number, string][]) })));
  expect(one).toMatch(/^map_[0-9a-f]{8}$/);
  expect(other).toBe(one);
  expect(third).not.toBe(one);
  expect(zabbixValueMap(point({}))).toBe('');
});

test('a row of the discovery says what a point is', () => {
  const labels = new Map([['furnace1', 'Tube furnace 1']]);
  const pv = point({
    label: 'Temperature',
    unit: '°C',
    category: 'process',
    range: { high: 1200 },
  });
  expect(zabbixDiscoveryRows([pv], labels)).toEqual([
    {
      '{#DEVICE}': 'furnace1',
      '{#DEVICE.LABEL}': 'Tube furnace 1',
      '{#POINT}': 'pv',
      '{#POINT.LABEL}': 'Temperature',
      '{#UNIT}': '°C',
      '{#UNITS}': '!°C',
      '{#KIND}': 'gauge',
      '{#CATEGORY}': 'process',
      '{#VALUETYPE}': 'float',
      '{#VALUEMAP}': '',
      '{#LO}': '',
      '{#HI}': '1200',
      '{#NODATA}': '',
    },
  ]);
});

test.each<[string, Partial<Point>, string]>([
  ['is sent when it changes', {}, ''],
  [
    'is sent at least every five minutes',
    { report: { send: 'on-change', heartbeatMs: 300_000 } },
    '900s',
  ],
  ['is sent with every reading', { everyMs: 30_000, report: { send: 'always' } }, '90s'],
  ['is sent very often', { report: { send: 'always' } }, '60s'],
])('a point that %s is missed after %s', (_, over, silence) => {
  expect(zabbixDiscoveryRows([point(over)], new Map())[0]?.['{#NODATA}']).toBe(silence);
});
