import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { PointJson, SampleJson } from '../../../src/api/contract.ts';
import { COLUMNS, columnsOf, columnsText, csvText, pointsTable, tabbedText } from './columns.ts';
import type { PointView } from './site.ts';

function view(sample: Partial<SampleJson>, point: Partial<PointJson> = {}): PointView {
  const at = { device: 'dye11', address: 'hr:5' };
  const time = '2026-02-27T10:00:00.000Z';
  return {
    id: 'dye11.temp',
    point: { ...at, name: 'temp', type: 'i16', kind: 'gauge', everyMs: 1000, ...point },
    sample: signal({ ...at, point: 'temp', value: 1, quality: 'good', time, ...sample }),
    freshAt: 0,
  };
}

test.each([
  ['age,unit', ['point', 'value', 'unit', 'age']],
  ['nonsense', ['point', 'value']],
  ['-', ['point', 'value']],
])('the address "%s" names columns', (text, columns) => {
  expect(columnsOf(text)).toEqual(columns);
});

test('the columns of the address come back as they were', () => {
  for (const columns of [COLUMNS, columnsOf('-'), columnsOf('age,device')]) {
    expect(columnsOf(columnsText(columns) ?? null)).toEqual(columns);
  }
  expect(columnsText(columnsOf(null))).toBeUndefined();
});

test('a table is what is shown, with numbers as they are and nothing for no value', () => {
  const views = [
    view({ value: 749.6 }, { label: 'Bath, upper', unit: '°C' }),
    view({ value: null }),
  ];
  expect(csvText(pointsTable(views, columnsOf('unit,trend')))).toBe(
    'point,label,value,text,unit\r\ndye11.temp,"Bath, upper",749.6,,°C\r\ndye11.temp,,,,\r\n',
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['@cmd', "'@cmd"],
  ['-x', "'-x"],
  ['-12.5', '-12.5'],
  ['say "a"', '"say ""a"""'],
])('a text %s is no formula and no other cell', (text, field) => {
  expect(csvText([[text]])).toBe(`${field}\r\n`);
});

test('the clipboard takes cells', () => {
  expect(
    tabbedText([
      ['a', 'b\tc'],
      ['d\ne', ''],
    ]),
  ).toBe('a\tb c\nd e\t');
});
