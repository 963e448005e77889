import { createHash } from 'node:crypto';
import type { Point } from '../telemetry/point.ts';
import {
  ZABBIX_KEYS,
  zabbixValueMap,
  zabbixValueType,
  type ZabbixValueType,
} from '../telemetry/zabbix.ts';
import { blockYaml, type YamlValue } from './block-yaml.ts';

export interface ZabbixTemplateOptions {
  /** The points of a site: their named values become value maps. */
  readonly points: readonly Point[];
  /** Of the server that will import it; later ones take it too. */
  readonly version: '6.0' | '7.0';
  /** `trapper`: we push. `agent`: the server asks our passive agent. */
  readonly mode: 'trapper' | 'agent';
  /** Name of the template. Default `dinrail by trapper`, `dinrail by agent`. */
  readonly name?: string;
  /** Key of a value with `{device}` and `{point}`, as the sink has it. Default `dinrail.value[{device},{point}]`. */
  readonly key?: string;
  /** Adds an item per point that holds `good`, `stale` or `bad`. Default false. */
  readonly quality?: boolean;
}

type Yaml = Readonly<Record<string, YamlValue>>;

/** Fixed for all our templates, as a group that is there already must keep its UUID. */
const GROUP = 'Templates/dinrail';

/**
 * A template for the import of Zabbix, as YAML. One discovery document feeds several rules, one per
 * type of value and one per set of named values, as the type and the value map of an item cannot
 * depend on what was discovered. The same configuration gives the same text, UUIDs included, so that
 * a second import changes what is there and does not double it.
 */
export function zabbixTemplate(options: ZabbixTemplateOptions): string {
  const name = options.name ?? `dinrail by ${options.mode}`;
  const context: Context = { ...options, name, id: (what) => uuid(`${name}\n${what}`) };
  const groups = [{ uuid: uuid(`group\n${GROUP}`), name: GROUP }];
  const maps = valueMaps(options.points);
  const template: Yaml = {
    uuid: context.id('template'),
    template: name,
    name,
    description: 'Points of a dinrail gateway. Made from its configuration by dinrail.',
    groups: [{ name: GROUP }],
    items: [masterItem(context)],
    discovery_rules: [
      ...typeRules(context),
      ...[...maps.keys()].map((map) => mapRule(context, map)),
    ],
    ...(options.mode === 'agent' && { macros: AGENT_MACROS }),
    ...(maps.size > 0 && {
      valuemaps: [...maps].map(([map, names]) => valueMap(context, map, names)),
    }),
  };
  return blockYaml({
    zabbix_export: {
      version: options.version,
      [options.version === '6.0' ? 'groups' : 'template_groups']: groups,
      templates: [template],
    },
  });
}

interface Context extends ZabbixTemplateOptions {
  readonly name: string;
  /** The UUID of a part of this template. */
  readonly id: (what: string) => string;
}

/** A UUID of version 4, as Zabbix insists, made of a name instead of chance. */
function uuid(name: string): string {
  const bytes = createHash('sha256').update(`dinrail zabbix\n${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex');
}

const AGENT_MACROS: YamlValue = [
  { macro: '{$DINRAIL.EVERY}', value: '30s', description: 'How often each point is asked for' },
  {
    macro: '{$DINRAIL.NODATA}',
    value: '5m',
    description: 'Silence after which an alarm is raised',
  },
];

/** How an item gets its value. */
function source({ mode }: Context, delay: string): Yaml {
  return mode === 'trapper' ? { type: 'TRAP', delay: '0' } : { type: 'ZABBIX_PASSIVE', delay };
}

/** Takes the discovery document; kept for a day, so that somebody who looks for a fault can read it. */
function masterItem(context: Context): Yaml {
  return {
    uuid: context.id('item discovery'),
    name: 'Discovery',
    ...source(context, '1h'),
    key: ZABBIX_KEYS.discovery,
    history: '1d',
    trends: '0',
    value_type: 'TEXT',
    tags: [{ tag: 'component', value: 'discovery' }],
  };
}

const TYPES: Readonly<Record<ZabbixValueType, { title: string; item: Yaml }>> = {
  float: { title: 'Numbers', item: { value_type: 'FLOAT', units: '{#UNITS}' } },
  unsigned: { title: 'States', item: { value_type: 'UNSIGNED', units: '{#UNITS}' } },
  char: { title: 'Texts', item: { value_type: 'CHAR', trends: '0' } },
};

/** One rule per type of value, also of those that no point has yet. */
function typeRules(context: Context): readonly Yaml[] {
  return (Object.keys(TYPES) as ZabbixValueType[]).map((type) =>
    rule(context, type, TYPES[type].title, TYPES[type].item, [
      { macro: '{#VALUEMAP}', value: '^$' },
      { macro: '{#VALUETYPE}', value: `^${type}$` },
    ]),
  );
}

/** One rule for all points with the same named values. */
function mapRule(context: Context, map: string): Yaml {
  const point = context.points.find((candidate) => zabbixValueMap(candidate) === map);
  const item = {
    value_type: point === undefined ? 'FLOAT' : zabbixValueType(point).toUpperCase(),
    valuemap: { name: map },
  };
  return rule(context, map, `States of ${map}`, item, [
    { macro: '{#VALUEMAP}', value: `^${map}$` },
  ]);
}

interface Condition {
  readonly macro: string;
  readonly value: string;
}

function rule(
  context: Context,
  id: string,
  title: string,
  item: Yaml,
  conditions: readonly Condition[],
): Yaml {
  // Two prototypes of a template cannot have the same key, but the macro in it may have another name.
  const point = `{#POINT.${id.toUpperCase()}}`;
  const prototypes = [valuePrototype(context, id, point, item)];
  if (context.quality === true) prototypes.push(qualityPrototype(context, id, point));
  return {
    uuid: context.id(`rule ${id}`),
    name: title,
    type: 'DEPENDENT',
    key: `${ZABBIX_KEYS.discovery}[${id}]`,
    delay: '0',
    filter: {
      evaltype: 'AND',
      conditions: conditions.map((condition, index) => ({
        ...condition,
        formulaid: String.fromCharCode('A'.charCodeAt(0) + index),
      })),
    },
    lifetime: '30d',
    item_prototypes: prototypes,
    master_item: { key: ZABBIX_KEYS.discovery },
    lld_macro_paths: [{ lld_macro: point, path: "$.['{#POINT}']" }],
    ...(context.mode === 'trapper' && { overrides: [NO_ALARM_FOR_THE_QUIET] }),
  };
}

/** A point that is sent when it changes may rest for ever. */
const NO_ALARM_FOR_THE_QUIET: Yaml = {
  name: 'No alarm for points that are sent when they change',
  step: '1',
  filter: { conditions: [{ macro: '{#NODATA}', value: '^$', formulaid: 'A' }] },
  operations: [
    {
      operationobject: 'TRIGGER_PROTOTYPE',
      operator: 'LIKE',
      value: 'No value',
      discover: 'NO_DISCOVER',
    },
  ],
};

function valuePrototype(context: Context, id: string, point: string, item: Yaml): Yaml {
  const key = keyOf(context.key ?? ZABBIX_KEYS.value, point);
  const silence = context.mode === 'trapper' ? '{#NODATA}' : '{$DINRAIL.NODATA}';
  return {
    uuid: context.id(`value ${id}`),
    name: '{#DEVICE.LABEL}: {#POINT.LABEL}',
    ...source(context, '{$DINRAIL.EVERY}'),
    key,
    ...item,
    tags: itemTags('value'),
    trigger_prototypes: [
      {
        uuid: context.id(`nodata ${id}`),
        expression: `nodata(/${context.name}/${key},${silence})=1`,
        name: `No value of {#DEVICE.LABEL}: {#POINT.LABEL} for ${silence}`,
        priority: 'WARNING',
        tags: [{ tag: 'scope', value: 'availability' }],
      },
    ],
  };
}

function qualityPrototype(context: Context, id: string, point: string): Yaml {
  return {
    uuid: context.id(`quality ${id}`),
    name: '{#DEVICE.LABEL}: {#POINT.LABEL}, quality',
    ...source(context, '{$DINRAIL.EVERY}'),
    key: keyOf(ZABBIX_KEYS.quality, point),
    trends: '0',
    value_type: 'CHAR',
    preprocessing: [{ type: 'DISCARD_UNCHANGED_HEARTBEAT', parameters: ['1h'] }],
    tags: itemTags('quality'),
  };
}

function itemTags(component: string): YamlValue {
  return [
    { tag: 'component', value: component },
    { tag: 'device', value: '{#DEVICE}' },
  ];
}

function keyOf(template: string, point: string): string {
  return template.replaceAll('{device}', '{#DEVICE}').replaceAll('{point}', point);
}

/** Sets of named values, by the name of their map. */
function valueMaps(points: readonly Point[]): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const maps = new Map<string, ReadonlyMap<number, string>>();
  for (const point of points) {
    if (point.enum !== undefined && point.enum.size > 0)
      maps.set(zabbixValueMap(point), point.enum);
  }
  return new Map([...maps].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function valueMap({ id }: Context, name: string, names: ReadonlyMap<number, string>): Yaml {
  const sorted = [...names].sort(([one], [other]) => one - other);
  return {
    uuid: id(`map ${name}`),
    name,
    mappings: sorted.map(([value, newvalue]) => ({ value: String(value), newvalue })),
  };
}
