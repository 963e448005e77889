import type { PointName } from '../../telemetry/sink.ts';
import type { InfluxOptions } from './options.ts';
import type { SeriesNames } from './series.ts';

/** A point as a server knows it. */
export function nameIn(options: InfluxOptions, names: SeriesNames): PointName {
  const { measurement, tags, field } = names;
  const series = [measurement, ...tags.map(([key, value]) => `${key}=${value}`)].join(',');
  return { name: `${series} ${field}`, query: pointQuery(options, names) };
}

/** How the last hour of a point is asked for: in Flux of InfluxDB 2, in InfluxQL of InfluxDB 1. */
function pointQuery(options: InfluxOptions, names: SeriesNames): string {
  return options.api === 'v2' ? flux(options.bucket, names) : influxQl(names);
}

function flux(bucket: string, { measurement, tags, field }: SeriesNames): string {
  const wanted = [['_measurement', measurement], ['_field', field], ...tags] as const;
  const filters = wanted.map(([key = '', value = '']) => `r[${quoted(key)}] == ${quoted(value)}`);
  return `from(bucket: ${quoted(bucket)}) |> range(start: -1h) |> filter(fn: (r) => ${filters.join(' and ')})`;
}

function influxQl({ measurement, tags, field }: SeriesNames): string {
  const filters = tags.map(([key, value]) => `${quoted(key)} = '${inSingle(value)}'`);
  const where = [...filters, 'time > now() - 1h'].join(' AND ');
  return `SELECT ${quoted(field)} FROM ${quoted(measurement)} WHERE ${where}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

function inSingle(text: string): string {
  return text.replaceAll(/['\\]/g, '\\$&');
}
