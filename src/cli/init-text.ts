import { UsageError } from '../base/errors.ts';
import { parseTarget } from '../transport/endpoint.ts';
import { shortUrl } from './place.ts';
import type { ScanResult } from './scan-result.ts';

/** A site as it will be written down. */
export interface SitePlan {
  readonly name: string;
  /** ISO 8601, for the first line. */
  readonly writtenAt: string;
  /** Endpoints by name. */
  readonly lines: ReadonlyMap<string, string>;
  readonly devices: readonly PlannedDevice[];
  readonly sinks: readonly PlannedSink[];
}

export interface PlannedDevice {
  readonly name: string;
  /** An endpoint in its full spelling, or the name of a line. */
  readonly place: string;
  readonly unit: number;
  /** Without one it gets a register as an example. */
  readonly profile?: string;
}

export interface PlannedSink {
  readonly type: 'console' | 'jsonl';
  readonly path?: string;
}

/** Where samples can go, as --sink and the dialogue name it. */
export const SINK_TYPES = ['console', 'jsonl'] as const;

const NAME = /^[a-z][a-z0-9_-]*$/;

/** `name=tcp://192.168.1.50,schneider/pm8000,7`; the unit may come before the profile. Throws UsageError. */
export function parseDevice(text: string, lines: ReadonlyMap<string, string>): PlannedDevice {
  const [name, rest] = named(text, '--device', 'meter=tcp://192.168.1.50,schneider/pm8000');
  const [place = '', ...more] = rest.split(',').map((part) => part.trim());
  const units = more.filter((part) => /^\d+$/.test(part));
  const profiles = more.filter((part) => !/^\d+$/.test(part));
  const unit = Number(units[0] ?? 1);
  if (units.length > 1 || profiles.length > 1 || unit > 255) {
    throw new UsageError(`--device: "${text}" has more than a place, a profile and a unit id`);
  }
  const [profile] = profiles;
  return {
    ...{ name, unit, place: lines.has(place) ? place : parseTarget(place).url },
    ...(profile !== undefined && profile !== '' && { profile }),
  };
}

/** `bus=/dev/ttyUSB0`. Throws UsageError. */
export function parseLine(text: string): readonly [name: string, endpoint: string] {
  const [name, place] = named(text, '--line', 'bus=/dev/ttyUSB0');
  return [name, parseTarget(place).url];
}

/** `console`, `jsonl` or `jsonl=samples.jsonl`. Throws UsageError. */
export function parseSink(text: string): PlannedSink {
  const [type = '', path] = text.split('=');
  if (type === 'console') return { type };
  if (type === 'jsonl') return { type, path: path ?? 'samples.jsonl' };
  throw new UsageError(
    `--sink: "${text}", expected ${SINK_TYPES.join(', ')} or jsonl=samples.jsonl`,
  );
}

function named(text: string, option: string, example: string): readonly [string, string] {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  if (at < 0) throw new UsageError(`${option}: "${text}" has no name, expected such as ${example}`);
  if (!NAME.test(name)) {
    throw new UsageError(`${option}: "${name}" is no name: small letters, digits, _ and -`);
  }
  return [name, text.slice(at + 1)];
}

/** A name that a site file accepts, out of whatever a device is called. */
export function siteName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '_')
    .replaceAll(/^[^a-z]+|[_-]+$/g, '');
  return name === '' ? 'site' : name;
}

/** What a scan has found, as devices: each named for what it is, numbered where several are the same. */
export function devicesOfScan({ found }: ScanResult): readonly PlannedDevice[] {
  const used = new Map<string, number>();
  return found.map(({ endpoint, unit, candidates: [best] }) => {
    const stem = deviceName(best?.profile);
    const count = (used.get(stem) ?? 0) + 1;
    used.set(stem, count);
    return {
      ...{ name: count === 1 ? stem : `${stem}_${count}`, unit, place: endpoint },
      ...(best !== undefined && { profile: best.profile }),
    };
  });
}

/** `pm8000` of schneider/pm8000, and `eurotherm_3216` where the model is but a number. */
export function deviceName(profile: string | undefined): string {
  if (profile === undefined || profile === '') return 'device';
  const model = profile.slice(profile.lastIndexOf('/') + 1);
  return siteName(/^[a-z]/i.test(model) ? model : profile);
}

/** Devices that share a serial port are put on a line with a name. */
export function withLines(plan: SitePlan): SitePlan {
  const lines = new Map(plan.lines);
  const names = new Map([...lines].map(([name, endpoint]) => [endpoint, name]));
  const devices = plan.devices.map((device) => {
    if (!/^(?:serial:|rtu\+tcp:)/.test(device.place)) return device;
    const known = names.get(device.place);
    const name = known ?? (lines.has('bus') ? `bus${lines.size + 1}` : 'bus');
    lines.set(name, device.place);
    names.set(device.place, name);
    return { ...device, place: name };
  });
  return { ...plan, lines, devices };
}

/** The site file: short, and with a remark where somebody will want to change something. */
export function siteText(plan: SitePlan, file: string): string {
  const { name, writtenAt, lines, devices, sinks } = withLines(plan);
  return [
    `# Written by "dinrail init" on ${writtenAt.slice(0, 10)}; docs/configuration.md explains every key.`,
    `# After a change:  dinrail check ${file}     To start:  dinrail run ${file}`,
    'version: 1',
    `name: ${name}`,
    'defaults: { every: 10s, timeout: 1s } # how often to read, how long to wait for an answer',
    ...(lines.size === 0 ? [] : ['lines: # one owner each; devices on a line take turns']),
    ...[...lines].map(([line, endpoint]) => `  ${line}: ${scalar(endpoint)}`),
    'devices:',
    ...devices.flatMap((device) => deviceLines(device, lines)),
    ...(sinks.length === 0 ? [] : ['sinks: # where samples go']),
    ...sinks.map(sinkLine),
    '',
  ].join('\n');
}

function deviceLines(
  { name, place, unit, profile }: PlannedDevice,
  lines: ReadonlyMap<string, string>,
): readonly string[] {
  const where = lines.has(place) ? `line: ${place}` : `at: ${scalar(longUrl(place))}`;
  return [
    `  ${name}:`,
    `    ${where}`,
    `    unit: ${unit}`,
    ...(profile === undefined
      ? [
          '    points: # one line each: address, type, scale, unit; "dinrail explain types"',
          "      register_0: 'hr:0 u16'",
        ]
      : [`    profile: ${scalar(profile)}`]),
  ];
}

/** Without the port where it is the usual one. */
function longUrl(url: string): string {
  return url.startsWith('tcp:') ? `tcp://${shortUrl(url).replace(/:502$/, '')}` : url;
}

function sinkLine({ type, path }: PlannedSink): string {
  return type === 'console'
    ? '  screen: { type: console, format: table }'
    : `  log: { type: jsonl, path: ${scalar(path ?? 'samples.jsonl')} } # one object per change and line`;
}

/** Plain where YAML takes it for a text in any case, else in quotes. */
function scalar(text: string): string {
  return /^[a-z][\w+./-]*(?::[\w+./:-]+)?(?: [\w.]+)*$/i.test(text) &&
    !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
