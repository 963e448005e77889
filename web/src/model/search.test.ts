import { expect, test } from 'vitest';
import type { PointJson, SampleJson } from '../../../src/api/contract.ts';
import { fits, parseSearch } from './search.ts';

const point: PointJson = {
  ...{ device: 'dye11', name: 'bath_temp', label: 'Bath temperature', unit: '°C' },
  ...{ address: 'hr:5', type: 'i16', kind: 'gauge', everyMs: 1000 },
  ...{ category: 'high_frequency_data', tags: { room: 'B12' } },
};

const sample: SampleJson = {
  ...{ device: 'dye11', point: 'bath_temp', value: null, quality: 'bad', cause: 'timeout' },
  ...{ time: '2026-02-27T10:00:00.000Z', address: 'hr:5' },
};

test.each([
  ['', true],
  ['   ', true],
  ['dye11', true],
  ['dye11.bath', true],
  ['BATH', true],
  ['temperature dye', true],
  ['temperature dye12', false],
  ['°c', true],
  ['hr:5', true],
  ['hr:6', false],
  ['dye*temp', true],
  ['temp*dye', false],
  ['bad', true],
  ['good', false],
  ['good bad', true],
  ['dye bad', true],
  ['dye stale', false],
  ['dye* @high_frequency_data bad', true],
  ['@high*data', true],
  ['@high', true],
  ['@frequency', false],
  ['@', false],
  ['#room=b12', true],
  ['#room', true],
  ['#room=b13', false],
  ['#floor', false],
])('"%s" fits: %s', (text, expected) => {
  expect(fits(parseSearch(text), point, sample)).toBe(expected);
});
