import { resolve } from 'node:path';
import type { PointChoice } from './point-choice.ts';
import type { Report } from './report.ts';
import { hostAndPort } from './resolve-listen.ts';
import { webhook } from './resolve-webhook.ts';
import { sinkLines } from './sink-lines.ts';
import type {
  DeviceConfig,
  InfluxSinkConfig,
  SinkConfig,
  ZabbixSinkConfig,
} from './site-config.ts';
import type { SinkInput } from './sink-schema.ts';

/** What sinks may speak of. */
export interface SinkSurroundings {
  readonly choice: PointChoice;
  /** Where files go that say no more. */
  readonly folder: string;
  readonly devices: readonly DeviceConfig[];
  /** Names of devices that have mistakes. */
  readonly missing: readonly string[];
}

/** The sinks of a site: what each gets, and where it goes. */
export class SinkResolver {
  readonly #report: Report;
  readonly #folder: string;
  readonly #choice: PointChoice;
  readonly #devices: readonly DeviceConfig[];
  readonly #paths = new Map<string, string>();

  constructor({ choice, folder, devices, missing }: SinkSurroundings, report: Report) {
    this.#report = report;
    // Where one is missing, there would be remarks about nothing.
    this.#devices = missing.length === 0 ? devices : [];
    this.#folder = folder;
    this.#choice = choice;
  }

  resolve(name: string, input: SinkInput): readonly SinkConfig[] {
    const path = ['sinks', name];
    const { include = input.type === 'webhook' ? [] : ['*'], exclude = [] } = input;
    const wanted = this.#choice.of(include, (index) => [...path, 'include', index]);
    const unwanted = this.#choice.of(exclude, (index) => [...path, 'exclude', index]);
    const points = new Set([...wanted].filter((id) => !unwanted.has(id)));
    const target = this.#target(name, input);
    if (target === undefined) return [];
    if (input.type !== 'influx' || target.type !== 'influx' || input.lines === undefined) {
      return [{ name, points, ...target }];
    }
    const surroundings = { wanted: points, devices: this.#devices };
    const lines = sinkLines(name, input.lines, surroundings, this.#report);
    const ids = lines.flatMap(({ entries }) =>
      entries.flatMap((entry) => [...entry.points.values()]),
    );
    return [{ name, ...target, points: new Set(ids), lines }];
  }

  #target(name: string, input: SinkInput): SinkTarget | undefined {
    switch (input.type) {
      case 'console':
        return this.#console(name, input);
      case 'jsonl':
        return { type: 'jsonl', path: this.#file(name, input.path), events: input.events };
      case 'csv':
        return { type: 'csv', path: this.#file(name, input.path) };
      case 'influx':
        return influx(['sinks', name], input, this.#report);
      case 'zabbix':
        return zabbix(['sinks', name], input, this.#report);
      case 'webhook':
        return webhook(['sinks', name], input, this.#report);
    }
  }

  #console(name: string, { format, events }: SinkInput & { type: 'console' }): SinkTarget {
    if (format === 'table' && events) {
      const hint = 'format: line, or another sink for them';
      this.#report.error(['sinks', name, 'events'], 'a table shows no events', { hint });
    }
    return { type: 'console', format, events };
  }

  #file(name: string, written: string): string {
    const file = resolve(this.#folder, written);
    const other = this.#paths.get(file);
    if (other !== undefined) {
      const message = `sink "${other}" writes to the same file`;
      this.#report.error(['sinks', name, 'path'], message);
    }
    this.#paths.set(file, name);
    return file;
  }
}

type SinkTarget = SinkConfig extends infer Config
  ? Config extends SinkConfig
    ? Omit<Config, 'name' | 'points'>
    : never
  : never;

function influx(
  path: readonly string[],
  input: SinkInput & { readonly type: 'influx' },
  report: Report,
): InfluxSinkConfig | undefined {
  const { url, measurement, tags, fields, types, rename, states, precision, batch } = input;
  const target = influxTarget(path, input, report);
  const timeoutMs = report.timeMs([...path, 'timeout'], input.timeout, 100) ?? 0;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    const hint = 'such as http://localhost:8086';
    report.error([...path, 'url'], `url is "${url}", expected an address of HTTP`, { hint });
  }
  const hasUser = URL.canParse(url) && new URL(url).username !== '';
  if (hasUser) {
    const hint = 'user and password have keys of their own';
    report.error([...path, 'url'], 'url has a user in it', { hint });
  }
  if (target === undefined) return undefined;
  return {
    ...{ type: 'influx', url, target, fields, states, precision, batch, timeoutMs },
    ...(rename !== undefined && { rename }),
    ...(measurement !== undefined && { measurement }),
    ...(tags !== undefined && { tags }),
    ...(types !== undefined && { types }),
  };
}

/** A database means InfluxDB 1, a bucket one of the later ones. */
function influxTarget(
  path: readonly string[],
  { database, bucket, org, token, user, password, retention }: SinkInput & { type: 'influx' },
  report: Report,
): InfluxSinkConfig['target'] | undefined {
  if (database !== undefined && bucket !== undefined) {
    const hint = 'database for InfluxDB 1, bucket for InfluxDB 2 and later';
    report.error([...path, 'bucket'], 'a database and a bucket', { onKey: true, hint });
    return undefined;
  }
  if (database !== undefined) {
    return {
      ...{ api: 'v1', database },
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      ...(retention !== undefined && { retention }),
    };
  }
  if (bucket !== undefined) {
    return {
      ...{ api: 'v2', bucket },
      ...(org !== undefined && { org }),
      ...(token !== undefined && { token }),
    };
  }
  const hint = 'database: NAME for InfluxDB 1, bucket: NAME with org and token for later ones';
  report.error(path, 'it says neither a database nor a bucket', { onKey: true, hint });
  return undefined;
}

const ZABBIX_PORT = 10_051;

function zabbix(
  path: readonly string[],
  { server, host, key, quality, psk, discovery, timeout }: SinkInput & { readonly type: 'zabbix' },
  report: Report,
): ZabbixSinkConfig | undefined {
  const address = hostAndPort(server, ZABBIX_PORT);
  const discoveryMs = report.timeMs([...path, 'discovery'], discovery, 10_000) ?? 0;
  const timeoutMs = report.timeMs([...path, 'timeout'], timeout, 100) ?? 0;
  // A key as Zabbix takes it: 128 to 2048 bits. It is a secret: the remark does not show it.
  if (psk !== undefined && !/^(?:[0-9a-f]{2}){16,256}$/i.test(psk.key)) {
    const hint = 'openssl rand -hex 32 makes one';
    report.error([...path, 'psk', 'key'], 'key is no 32 to 512 hexadecimal digits', { hint });
  }
  if (address === undefined) {
    const hint = 'such as zabbix.lab or zabbix.lab:10051';
    report.error([...path, 'server'], `server is "${server}", expected host:port`, { hint });
    return undefined;
  }
  return {
    ...{ type: 'zabbix', server: address, key, discoveryMs, timeoutMs },
    ...(host !== undefined && { host }),
    ...(quality !== undefined && { qualityKey: quality }),
    ...(psk !== undefined && { psk: { identity: psk.identity, keyHex: psk.key } }),
  };
}
