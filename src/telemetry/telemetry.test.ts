import { describe, expect, test } from 'vitest';
import { utcIso } from '../base/time-format.ts';
import { formatAtGlance, formatQuality, formatSample } from './format-value.ts';
import type { Point } from './point.ts';
import { sampleJson } from './sample-json.ts';
import type { Sample } from './sample.ts';

const pv: Point = {
  id: 'furnace1.pv',
  device: 'furnace1',
  name: 'pv',
  address: 'hr:1',
  type: 'i16',
  unit: '°C',
  kind: 'gauge',
  writable: false,
  everyMs: 1000,
};
const AT = 1_772_188_649_412_000;

function good(over: Partial<Sample> = {}): Sample {
  return { point: pv, value: 749.6, quality: 'good', at: AT, requestedAt: AT, goodAt: AT, ...over };
}

function bad(over: Partial<Sample> = {}): Sample {
  return { point: pv, quality: 'bad', cause: 'timeout', at: AT, requestedAt: AT, ...over };
}

describe('one value as JSON', () => {
  test('carries value, unit, quality, time, raw words and address', () => {
    expect(JSON.stringify(sampleJson(good({ raw: [7496] }), utcIso))).toBe(
      '{"device":"furnace1","point":"pv","value":749.6,"unit":"°C","quality":"good",' +
        '"time":"2026-02-27T10:37:29.412Z","raw":[7496],"address":"hr:1"}',
    );
  });

  test('that is not known is null, with the cause and the last good time', () => {
    expect(sampleJson(bad({ goodAt: AT - 1_000_000 }), utcIso)).toMatchObject({
      value: null,
      quality: 'bad',
      cause: 'timeout',
      lastGood: '2026-02-27T10:37:28.412Z',
    });
  });

  test.each([
    [42n, { value: 42 }],
    [9_007_199_254_740_993n, { value: '9007199254740993', exact: true }],
    [-9_223_372_036_854_775_808n, { value: '-9223372036854775808', exact: true }],
  ])('of 64 bits is exact: %s', (value, json) => {
    expect(sampleJson(good({ value }), utcIso)).toMatchObject(json);
  });

  test('of a state has its name beside the number', () => {
    const state = { ...pv, enum: new Map([[5, 'pre-standby']]) };
    expect(sampleJson(good({ point: state, value: 5 }), utcIso)).toMatchObject({
      value: 5,
      text: 'pre-standby',
    });
  });
});

describe('a value for people', () => {
  test.each([
    [{}, 749.6, '749.6 °C'],
    [{ decimals: 1 }, 750, '750.0 °C'],
    [{ type: 'f32' }, 49.97999954223633, '49.98 °C'],
    [{ type: 'f32@CDAB' }, 1.1, '1.1 °C'],
    [{ type: 'f64' }, 49.97999954223633, '49.97999954223633 °C'],
    [{ enum: new Map([[1, 'run']]) }, 1, 'run °C'],
    [{}, 2n ** 64n - 1n, '18446744073709551615 °C'],
    [{}, true, 'true °C'],
  ] as const)('%j %s', (over, value, text) => {
    expect(formatSample(good({ point: { ...pv, ...over }, value }))).toBe(text);
  });

  test.each([
    ['f32', 5.362588, '5.363'],
    ['f32', 230.2408, '230.24'],
    ['f32', 0.2994555, '0.299'],
    ['f32', 123456.7, '123457'],
    ['f64', -1234.5678, '-1234.6'],
    ['f32', 0, '0.000'],
    ['u16', 54321, '54321'],
  ])('at a glance: %s %s', (type, value, text) => {
    expect(formatAtGlance({ ...pv, type }, value)).toBe(text);
  });

  test('that is not known is a dash and never 0', () => {
    expect([formatSample(bad()), formatQuality(bad())]).toEqual(['—', 'bad (timeout)']);
  });
});
