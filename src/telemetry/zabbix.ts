import { createHash } from 'node:crypto';
import type { Point, Value } from './point.ts';

/**
 * How a site looks in Zabbix: names of keys, values as text, and the document of which it makes its
 * items. What is pushed, what is asked for and the exported template must agree on all three.
 */
export const ZABBIX_KEYS = {
  value: 'dinrail.value[{device},{point}]',
  quality: 'dinrail.quality[{device},{point}]',
  age: 'dinrail.age[{device},{point}]',
  discovery: 'dinrail.discovery',
} as const;

/** Fills `{site}`, `{device}` and `{point}`; in a key they are quoted where Zabbix would misread them. */
export function zabbixName(
  template: string,
  names: Readonly<Record<'site' | 'device' | 'point', string>>,
  form: 'host' | 'key',
): string {
  return template.replaceAll(/\{(site|device|point)\}/g, (_, name: 'site' | 'device' | 'point') =>
    form === 'key' ? keyParameter(names[name]) : names[name],
  );
}

/** A parameter with a comma, a bracket or a quote stands in quotes. */
function keyParameter(text: string): string {
  return /[,\]"]|^[ [{]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}

/** A value as an item takes it; undefined when it is no number at all. Unknown never gets here as 0. */
export function zabbixValue(value: Value): string | undefined {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  return String(value);
}

/** `unsigned` is 64 bits without sign, `float` a double, `char` up to 255 characters. */
export type ZabbixValueType = 'unsigned' | 'float' | 'char';

/**
 * The item type that holds everything the point can be. A number may be scaled or negative, so that it
 * is a float unless it surely is not; one of 64 bits beyond 2^53 loses its last digits in Zabbix.
 */
export function zabbixValueType(point: Point): ZabbixValueType {
  const { kind, type, enum: names, decimals = 0 } = point;
  if (kind === 'text' || type.startsWith('ymdhms')) return 'char';
  if (isUnixTime(point)) return 'unsigned';
  const hasSign = names !== undefined && [...names.keys()].some((key) => key < 0);
  const isWhole = /^(u\d|bool|bits)/.test(type) && decimals === 0;
  return kind === 'state' && isWhole && !hasSign ? 'unsigned' : 'float';
}

function isUnixTime({ kind, type }: Point): boolean {
  return kind === 'time' && type.startsWith('unix32');
}

/** Units that mean the same with a K, M or G before them. */
const MAY_HAVE_PREFIX = new Set(['V', 'A', 'W', 'VA', 'var', 'Hz', 'Pa', 'J', 's']);

/** The unit as Zabbix should show it; `!` keeps it from writing `1.2 K°C` or `3.4 KkWh`. */
export function zabbixUnits(point: Point): string {
  if (isUnixTime(point)) return 'unixtime';
  if (point.unit === undefined) return '';
  return MAY_HAVE_PREFIX.has(point.unit) ? point.unit : `!${point.unit}`;
}

/** The value map of a point with named values, the same for all points with the same names; else empty. */
export function zabbixValueMap({ enum: names }: Point): string {
  if (names === undefined || names.size === 0) return '';
  const sorted = [...names].sort(([one], [other]) => one - other);
  return `map_${createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8)}`;
}

/** One point of the discovery document, by its low-level discovery macros. */
export type ZabbixDiscoveryRow = Readonly<Record<`{#${string}}`, string>>;

/** What a discovery rule is fed with: one row per point that can be read. */
export function zabbixDiscoveryRows(
  points: readonly Point[],
  deviceLabels: ReadonlyMap<string, string>,
): readonly ZabbixDiscoveryRow[] {
  return points.map((point) => ({
    '{#DEVICE}': point.device,
    '{#DEVICE.LABEL}': deviceLabels.get(point.device) ?? point.device,
    '{#POINT}': point.name,
    '{#POINT.LABEL}': point.label ?? point.name,
    '{#UNIT}': point.unit ?? '',
    '{#UNITS}': zabbixUnits(point),
    '{#KIND}': point.kind,
    '{#CATEGORY}': point.category ?? '',
    '{#VALUETYPE}': zabbixValueType(point),
    '{#VALUEMAP}': zabbixValueMap(point),
    '{#LO}': limit(point.range?.low),
    '{#HI}': limit(point.range?.high),
    '{#NODATA}': silence(point),
  }));
}

function limit(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** Silence is never a fault below this, as a server gathers what it gets for a while. */
const LEAST_SILENCE_S = 60;

/**
 * After how long without a value something is wrong, such as `90s`: three readings that must have
 * been sent. Empty for a point that is sent when it changes, for it may rest for ever.
 */
function silence({ report, everyMs }: Point): string {
  const dueMs = report?.send === 'always' ? everyMs : report?.heartbeatMs;
  if (dueMs === undefined) return '';
  return `${Math.max(LEAST_SILENCE_S, Math.ceil((3 * dueMs) / 1000))}s`;
}

/** The labels that devices were given, by name. */
export function deviceLabels(
  devices: readonly { readonly name: string; readonly label?: string }[],
): ReadonlyMap<string, string> {
  return new Map(devices.map(({ name, label }) => [name, label ?? name]));
}

/** The discovery document of these points. */
export function zabbixDiscovery(site: {
  points(): readonly Point[];
  devices(): readonly { readonly name: string; readonly label?: string }[];
}): string {
  return JSON.stringify(zabbixDiscoveryRows(site.points(), deviceLabels(site.devices())));
}
