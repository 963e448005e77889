import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { blockYaml, type YamlValue } from './block-yaml.ts';

test('reads like the exports of Zabbix', () => {
  const document = {
    zabbix_export: {
      version: '6.0',
      templates: [{ name: 'by trapper', tags: [{ tag: 'a', value: '' }] }],
      parameters: ['1h', "it's"],
    },
  };
  expect(blockYaml(document)).toBe(`zabbix_export:
  version: '6.0'
  templates:
    - name: by trapper
      tags:
        - tag: a
          value: ''
  parameters:
    - '1h'
    - 'it''s'
`);
});

const TEXTS = [
  ...[
    '',
    ' ',
    'a b',
    'true',
    'No',
    'null',
    '~',
    '1',
    '1e3',
    '0x1f',
    '-',
    '- a',
    'a: b',
    'a:b',
    '#a',
  ],
  ...[
    'a #b',
    '!°C',
    '{#UNIT}',
    '[a]',
    '^$',
    "it's",
    '"a"',
    'a\nb',
    '\t',
    '\u0000',
    '\u0085',
    '%',
    '&a',
  ],
  ...['*a', '@a', '`a', 'a ', ' a', 'ключ', '😀', '2026-01-01', 'y', '=', '<<', '| a', '\\n', '?'],
];

test.each(TEXTS)('%j is the same text when it is read again', (text) => {
  const document: YamlValue = { key: text, list: [text, { inner: text }] };
  expect(parse(blockYaml(document))).toEqual(document);
  expect(parse(blockYaml(document), { version: '1.1' })).toEqual(document);
});

test('nothing in a list or an object is written as such', () => {
  const document = { list: [], object: {}, nested: [[], {}, ['a', ['b']]] };
  expect(parse(blockYaml(document))).toEqual(document);
});
