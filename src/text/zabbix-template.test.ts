import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sitePoint } from '../../test/support/fake-site.ts';
import { zabbixDiscoveryRows } from '../telemetry/zabbix.ts';
import { zabbixTemplate, type ZabbixTemplateOptions } from './zabbix-template.ts';

const POINTS = [
  sitePoint('furnace1.pv', { unit: '°C' }),
  sitePoint('furnace1.timer', {
    kind: 'state',
    enum: new Map([
      [1, 'run'],
      [0, 'reset: done'],
    ]),
  }),
  sitePoint('furnace2.offset', { kind: 'state', type: 'i16', enum: new Map([[-1, 'low']]) }),
];

interface Prototype {
  key: string;
  type: string;
  delay: string;
  value_type: string;
  valuemap?: { name: string };
  trigger_prototypes?: { expression: string }[];
}

interface Rule {
  key: string;
  filter: { conditions: { macro: string; value: string }[] };
  lld_macro_paths: { lld_macro: string }[];
  item_prototypes: Prototype[];
}

interface Export {
  version: string;
  groups?: { uuid: string }[];
  template_groups?: { uuid: string }[];
  templates: {
    uuid: string;
    name: string;
    items: { key: string; type: string }[];
    discovery_rules: Rule[];
    valuemaps: { name: string; mappings: { value: string; newvalue: string }[] }[];
  }[];
}

function exported(over: Partial<ZabbixTemplateOptions> = {}): Export {
  const text = zabbixTemplate({ points: POINTS, version: '6.0', mode: 'trapper', ...over });
  return (parse(text) as { zabbix_export: Export }).zabbix_export;
}

const uuids = (text: string): string[] =>
  [...text.matchAll(/uuid: '?([0-9a-f]*)'?/g)].map(([, id = '']) => id);

describe('the UUIDs', () => {
  const text = zabbixTemplate({ points: POINTS, version: '6.0', mode: 'trapper' });

  test('are of version 4, and no two are the same', () => {
    expect(uuids(text).length).toBeGreaterThan(10);
    for (const id of uuids(text))
      expect(id).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(new Set(uuids(text)).size).toBe(uuids(text).length);
  });

  test('stay the same for the same configuration, and for what a new point does not concern', () => {
    const again = zabbixTemplate({ points: [...POINTS], version: '6.0', mode: 'trapper' });
    expect(again).toBe(text);
    const points = [...POINTS, sitePoint('furnace3.pv')];
    expect(zabbixTemplate({ points, version: '6.0', mode: 'trapper' })).toBe(text);
  });

  test('are others in a template of another name, but for the group that both are in', () => {
    const other = uuids(zabbixTemplate({ points: POINTS, version: '6.0', mode: 'agent' }));
    const shared = other.filter((id) => uuids(text).includes(id));
    expect(shared).toEqual([exported().groups?.[0]?.uuid]);
  });
});

test('a server of 7.0 gets its groups by their new name', () => {
  const { version, groups, template_groups } = exported({ version: '7.0' });
  expect([version, groups, template_groups?.length]).toEqual(['7.0', undefined, 1]);
});

test('no two items have the same key, not even before the macros in it are filled in', () => {
  const { discovery_rules, items } = exported({ quality: true }).templates[0]!;
  const keys = [
    ...items.map(({ key }) => key),
    ...discovery_rules.flatMap((rule) => [rule.key, ...rule.item_prototypes.map(({ key }) => key)]),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toContain('dinrail.value[{#DEVICE},{#POINT.FLOAT}]');
  expect(keys).toContain('dinrail.quality[{#DEVICE},{#POINT.FLOAT}]');
});

test('a key of the site file is that of the items', () => {
  const { discovery_rules } = exported({ key: 'modbus.{point}[{device}]' }).templates[0]!;
  const [prototype] = discovery_rules[0]!.item_prototypes;
  expect(prototype?.key).toBe('modbus.{#POINT.FLOAT}[{#DEVICE}]');
  expect(prototype?.trigger_prototypes?.[0]?.expression).toContain(`/${prototype?.key ?? '?'},`);
});

test('every point is taken by exactly one rule', () => {
  const { discovery_rules } = exported().templates[0]!;
  for (const row of zabbixDiscoveryRows(POINTS, new Map())) {
    const rules = discovery_rules.filter(({ filter }) =>
      filter.conditions.every(({ macro, value }) =>
        new RegExp(value).test(row[macro as '{#DEVICE}'] ?? ''),
      ),
    );
    expect(rules).toHaveLength(1);
    const macro = rules[0]?.lld_macro_paths[0]?.lld_macro ?? '?';
    expect(rules[0]?.item_prototypes[0]?.key).toContain(macro);
  }
});

test('named values become value maps, in the order of the values', () => {
  const { valuemaps, discovery_rules } = exported().templates[0]!;
  const timer = valuemaps.find(({ mappings }) => mappings.length === 2)!;
  expect(timer.mappings).toEqual([
    { value: '0', newvalue: 'reset: done' },
    { value: '1', newvalue: 'run' },
  ]);
  const types = discovery_rules
    .flatMap(({ item_prototypes }) => item_prototypes)
    .filter(({ valuemap }) => valuemap !== undefined)
    .map(({ valuemap, value_type }) => [valuemap?.name === timer.name, value_type]);
  expect(new Map(types as [boolean, string][])).toEqual(
    new Map([
      [true, 'UNSIGNED'],
      [false, 'FLOAT'],
    ]),
  );
});

test.each<[ZabbixTemplateOptions['mode'], string, string, string]>([
  ['trapper', 'TRAP', '0', '{#NODATA}'],
  ['agent', 'ZABBIX_PASSIVE', '{$DINRAIL.EVERY}', '{$DINRAIL.NODATA}'],
])('by %s: items of type %s, missed after a while', (mode, type, delay, silence) => {
  const { name, items, discovery_rules } = exported({ mode }).templates[0]!;
  const [prototype] = discovery_rules[0]!.item_prototypes;
  expect([items[0]?.type, prototype?.type, prototype?.delay]).toEqual([type, type, delay]);
  expect(prototype?.trigger_prototypes?.[0]?.expression).toBe(
    `nodata(/${name}/dinrail.value[{#DEVICE},{#POINT.FLOAT}],${silence})=1`,
  );
});
