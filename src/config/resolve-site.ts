import { basename, resolve } from 'node:path';
import { CAN_SCHEMES } from '../can/can-endpoint.ts';
import type { SpecIssue } from '../profile/issue.ts';
import type { FileAccess } from './file-access.ts';
import { valueAt, type Written } from './explain.ts';
import type { ConfigIssue } from './issue.ts';
import { isProfileId, type ProfileShelf, type ShelvedProfile } from './profile-shelf.ts';
import { readEndpoint } from './endpoint-syntax.ts';
import { Report } from './report.ts';
import { LEAST_EVERY_MS, resolveDevice } from './resolve-device.ts';
import { loadDbcs, type LoadedDbcs } from './load-dbcs.ts';
import { checkNotHeard, resolveHeard, withAbsolutePath } from './resolve-heard.ts';
import { checkNotWritten, resolveWritten, type ServerUnits } from './resolve-written.ts';
import { LineTable } from './resolve-lines.ts';
import { PointChoice } from './point-choice.ts';
import { resolveWeb } from './resolve-web.ts';
import { resolveExchange } from './resolve-exchange.ts';
import { SinkResolver } from './resolve-sinks.ts';
import { resolveAlarms, withoutAlarms } from './resolve-alarms.ts';
import { resolveServers } from './resolve-servers.ts';
import { resolveStores, withReports } from './resolve-stores.ts';
import type { ServerConfig } from './server-config.ts';
import { resolveWrites, withWrites } from './resolve-writes.ts';
import type { DeviceConfig, LineConfig, SiteConfig, WebConfig } from './site-config.ts';
import { defaultsSchema, NAME, type DeviceInput, type SiteInput } from './site-schema.ts';
import { isWrittenPlace } from './written-place.ts';
import type { YamlFile } from './yaml-file.ts';

/** Where a site comes from. */
export interface SiteOrigin {
  readonly file: string;
  readonly folder: string;
  readonly yaml: YamlFile;
  readonly written: Written;
  readonly shelf: ProfileShelf;
  readonly files: FileAccess;
}

export interface ResolvedSite {
  /** Absent when something in it is wrong. */
  readonly site?: SiteConfig;
  readonly issues: readonly SpecIssue[];
  /** What is wrong in the files of profiles. */
  readonly profileIssues: readonly ConfigIssue[];
  readonly files: readonly string[];
}

/** Fills in everything that a site leaves out and checks every name in it. */
export async function resolveSite(input: SiteInput, origin: SiteOrigin): Promise<ResolvedSite> {
  const report = new Report();
  checkNames(origin, report);
  const profiles = await loadProfiles(input, origin, report);
  const dbcs = await loadDbcs(input, origin, report);
  const lines = new LineTable(Object.keys(objectAt(origin.written, ['lines'])), report);
  for (const [name, line] of Object.entries(input.lines ?? {})) lines.add(name, line);
  const plain = resolveDevices(input, origin, lines, { profiles, dbcs }, report);
  const web = resolveWeb(input, origin, report);
  const isSound = [report, profiles, dbcs].every(({ failed }) => !failed);
  const missing = missingDevices(origin, plain, isSound);
  const choice = new PointChoice(plain, missing, report);
  const reported = withReports(plain, input, choice, report);
  // Rules may name points of any device: where one is missing, there would be remarks about nothing.
  const devices = missing.length === 0 ? withWrites(reported, input, report) : reported;
  const written = resolve(origin.folder, input.data ?? '');
  const resolver = new SinkResolver({ choice, folder: written, devices, missing }, report);
  const sinks = Object.entries(input.sinks ?? {}).flatMap(([name, sink]) =>
    resolver.resolve(name, sink),
  );
  const servers = resolveServers(
    input,
    {
      ...{ devices, missing, choice, folder: origin.folder },
      ownerOf: (resource) => lines.ownerOf(resource),
    },
    report,
  );
  const data = dataFolder(input, servers, web, origin);
  const site: SiteConfig = {
    file: origin.file,
    name: input.name ?? basename(origin.file).replace(/\.ya?ml$/, ''),
    ...(input.site !== undefined && { site: input.site }),
    ...(data !== undefined && { data }),
    lines: [...linesOf(lines, origin), ...writtenLines(devices)],
    ...{ web, sinks, servers },
    devices: withoutAlarms(devices),
    alarms: resolveAlarms(input, { devices, missing }, report),
    writes: resolveWrites(input, report),
    flows: resolveExchange(input, { devices, missing }, report),
    ...resolveStores(input, choice, report),
  };
  const { issues, failed } = report;
  return {
    issues,
    profileIssues: [...profiles.issues, ...dbcs.issues],
    files: [...profiles.files, ...dbcs.files],
    ...(!failed && { site }),
  };
}

/** What has entries by name. */
const NAMED_KINDS = [
  ...(['lines', 'devices', 'sinks', 'servers', 'alarms', 'rules', 'pulls'] as const),
];

/** Words that other readers of YAML take for true and false. */
const SWITCH_WORDS = new Set(['yes', 'no', 'on', 'off']);

function checkNames({ written, yaml }: SiteOrigin, report: Report): void {
  for (const kind of NAMED_KINDS) {
    for (const name of Object.keys(objectAt(written, [kind]))) {
      const path = [kind, name];
      if (!NAME.test(name)) {
        const message = `${kind.slice(0, -1)} name "${name}": small letters, digits, _ and - after a first letter`;
        const plain = name
          .toLowerCase()
          .replaceAll(/[^a-z0-9_-]+/g, '_')
          .replaceAll(/^[^a-z]+|_+$/g, '');
        report.error(path, message, {
          onKey: true,
          ...(plain !== '' && { hint: `such as ${plain}` }),
        });
      } else if (SWITCH_WORDS.has(name) && yaml.isPlainKey(path)) {
        const message = `"${name}" is a name here, and true or false to older readers of YAML`;
        report.note(path, message, { onKey: true, hint: `write "${name}" in quotes` });
      }
    }
  }
}

/** Of all devices: a short file can use a long profile thousands of times, and each point takes memory. */
const MAX_POINTS = 100_000;

interface LoadedProfiles {
  readonly byId: ReadonlyMap<string, ShelvedProfile>;
  readonly issues: readonly ConfigIssue[];
  readonly files: readonly string[];
  readonly failed: boolean;
}

/** Each profile that a device names, loaded once; a name that leads nowhere is reported at each device. */
async function loadProfiles(
  input: SiteInput,
  { shelf }: SiteOrigin,
  report: Report,
): Promise<LoadedProfiles> {
  const byId = new Map<string, ShelvedProfile>();
  const issues = new Set<ConfigIssue>();
  const files = new Set<string>();
  let failed = false;
  for (const [name, { profile: id }] of Object.entries(input.devices ?? {})) {
    if (id === undefined) continue;
    const path = ['devices', name, 'profile'];
    if (!isProfileId(id)) {
      report.error(path, `"${id}" is no name of a profile`, { hint: 'such as schneider/pm8000' });
      continue;
    }
    const shelved = await shelf.get(id);
    if (shelved.missing) {
      const meant = await shelf.suggest(id);
      const hint =
        meant === undefined ? 'dinrail profile list shows all' : `did you mean ${meant}?`;
      report.error(path, `no profile is named "${id}"`, { hint });
      continue;
    }
    if (shelved.file !== undefined) files.add(shelved.file);
    for (const issue of shelved.issues) issues.add(issue);
    if (shelved.profile === undefined) failed = true;
    else byId.set(id, shelved);
  }
  return { byId, issues: [...issues], files: [...files], failed };
}

function resolveDevices(
  input: SiteInput,
  { written }: SiteOrigin,
  lines: LineTable,
  { profiles, dbcs }: { readonly profiles: LoadedProfiles; readonly dbcs: LoadedDbcs },
  report: Report,
): readonly DeviceConfig[] {
  const defaults = input.defaults ?? defaultsSchema.parse({});
  const path = ['defaults'];
  const surroundings = {
    ...{ report, lines },
    profile: (id: string) => profiles.byId.get(id),
    everyMs: report.timeMs([...path, 'every'], defaults.every, LEAST_EVERY_MS) ?? 0,
    timeoutMs: report.timeMs([...path, 'timeout'], defaults.timeout, 1) ?? 0,
    retries: defaults.retries,
    staleMs: report.timeMs([...path, 'stale'], defaults.stale, 1),
    servers: serverUnits(input, written),
    dbc: (path: string) => dbcs.byPath.get(path),
  };
  const taken = new Map<string, string>();
  let left = MAX_POINTS;
  const devices = Object.entries(input.devices ?? {}).flatMap(([name, device]) => {
    if (left < 0) return [];
    const asWritten = objectAt(written, ['devices', name]);
    const config = isWrittenPlace(device.at)
      ? resolveWritten(name, device.at, device, asWritten, surroundings)
      : isHeard(device, lines)
        ? resolveHeard(name, device, asWritten, surroundings)
        : resolveDevice(name, device, asWritten, surroundings);
    if (config === undefined) return [];
    left -= config.points.length + config.unpolled.length;
    if (left < 0) {
      const message = `with device "${name}" the site has more than ${MAX_POINTS} points`;
      report.error(['devices', name], message, { onKey: true });
    }
    if (config.written !== undefined) return [config];
    checkNotWritten(name, asWritten, report);
    if (config.heard !== undefined) return [config];
    checkNotHeard(name, asWritten, report);
    const place = JSON.stringify([config.line, config.unit]);
    const other = taken.get(place);
    if (other === undefined) taken.set(place, name);
    else {
      const message = `devices "${other}" and "${name}" are the same unit ${config.unit} of one line`;
      report.note(['devices', name], message, { onKey: true });
    }
    return [config];
  });
  return devices;
}

/** What devices that clients write may name. */
function serverUnits(
  { servers = {} }: SiteInput,
  written: Written,
): ReadonlyMap<string, ServerUnits | undefined> {
  return new Map(
    Object.keys(objectAt(written, ['servers'])).map((name) => {
      const server = servers[name];
      if (server === undefined) return [name, undefined];
      const unit = 'unit' in server ? server.unit : undefined;
      return [name, { type: server.type, unit }];
    }),
  );
}

/** Does a device speak unasked, on a bus or in this computer? */
function isHeard({ at, line }: DeviceInput, lines: LineTable): boolean {
  if (at === undefined) return HEARD.has(line === undefined ? undefined : lines.kindOf(line));
  const endpoint = readEndpoint(at);
  return HEARD.has('kind' in endpoint ? endpoint.kind : schemeKind(at));
}

const HEARD: ReadonlySet<string | undefined> = new Set(['can', 'host']);

/** An endpoint with a mistake in it is still of its kind. */
function schemeKind(at: string): string | undefined {
  return (CAN_SCHEMES as readonly string[]).includes(at.split(':')[0] ?? '') ? 'can' : undefined;
}

function linesOf(lines: LineTable, { folder }: SiteOrigin): readonly LineConfig[] {
  return lines.configs().map((line) => withAbsolutePath(line, folder));
}

/** A line for each server that clients write devices to. */
function writtenLines(devices: readonly DeviceConfig[]): readonly LineConfig[] {
  const names = devices.filter(({ written }) => written !== undefined).map(({ line }) => line);
  return [...new Set(names)].map((name) => ({
    ...{ name, endpoint: name, kind: 'server', pauseMs: 0, inFlight: 1 },
  }));
}

/** Sinks that are written to over a network, and so must be able to wait. */
const NETWORK_SINKS = new Set(['influx', 'zabbix', 'webhook']);

/** Where things are kept: where the file says, or beside it when something must be. */
function dataFolder(
  input: SiteInput,
  servers: readonly ServerConfig[],
  web: WebConfig,
  { folder }: SiteOrigin,
): string | undefined {
  if (input.data !== undefined) return resolve(folder, input.data);
  const { journal, outages, history, writes, rules, pulls } = input;
  const kept = [journal, outages, history, writes, rules, pulls];
  const isKept = kept.some((part) => part !== undefined && part !== 'none');
  const sinks = Object.values(input.sinks ?? {}).some(({ type }) => NETWORK_SINKS.has(type));
  const maps = servers.some(needsMapFile);
  // Who has acknowledged what, and what was posted, must be known tomorrow.
  const alarms = [input, ...Object.values(input.devices ?? {})].some((it) => it.alarms);
  const users = web.listen !== undefined && web.login;
  return isKept || sinks || maps || alarms || users ? resolve(folder, 'dinrail-data') : undefined;
}

/** A map that was made for a client must be the same tomorrow. */
function needsMapFile(server: ServerConfig): boolean {
  return 'units' in server && server.units.some(({ map }) => map === 'generated');
}

/** Where something is wrong already, any device may lack the point that a selector means. */
function missingDevices(
  { written }: SiteOrigin,
  devices: readonly DeviceConfig[],
  isSound: boolean,
): readonly string[] {
  const names = Object.keys(objectAt(written, ['devices']));
  return isSound && names.length === devices.length ? [] : names;
}

function objectAt({ value }: Written, path: readonly string[]): Readonly<Record<string, unknown>> {
  const found = valueAt(value, path);
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found);
  return isObject ? (found as Readonly<Record<string, unknown>>) : {};
}
