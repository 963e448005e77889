import { nearest } from '../base/did-you-mean.ts';
import { isLoopbackHost } from '../base/network-list.ts';
import { sharesRegister } from '../profile/point-rules.ts';
import type { PointChoice } from './point-choice.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { listenAddress, type Address } from './resolve-listen.ts';
import { modbusLine, modbusServer } from './resolve-modbus-server.ts';
import { checkNetwork } from './resolve-networks.ts';
import type {
  AgentConfig,
  DeviceRegisters,
  ServerConfig,
  SettableRegister,
  TextServerConfig,
} from './server-config.ts';
import type { ServerInput } from './server-schema.ts';
import type { DeviceConfig } from './site-config.ts';
import type { SiteInput } from './site-schema.ts';

/** What a server may speak of. */
export interface ServerSurroundings {
  readonly devices: readonly DeviceConfig[];
  /** Names of devices that have mistakes: nothing is said about what they may have. */
  readonly missing: readonly string[];
  readonly choice: PointChoice;
  /** What uses a serial port already, in words. */
  readonly ownerOf: (resource: string) => string | undefined;
  /** Folder of the site file, from which other files are named. */
  readonly folder: string;
}

export function resolveServers(
  { servers = {} }: SiteInput,
  surroundings: ServerSurroundings,
  report: Report,
): readonly ServerConfig[] {
  const context = { ...surroundings, report };
  const taken = new Map<string, string>();
  const take = (path: Path, place: string, name: string, where: string): void => {
    const other = taken.get(place);
    if (other !== undefined) report.error(path, `server "${other}" ${where} already`);
    taken.set(place, name);
  };
  return Object.entries(servers).flatMap(([name, input]): ServerConfig[] => {
    const path = ['servers', name];
    if (input.type === 'modbus-rtu') {
      const line = modbusLine(path, name, input, context);
      if (line === undefined) return [];
      take([...path, 'at'], portOf(line.endpoint), name, 'answers there');
      return [line];
    }
    const listen = listenOf(path, input, report);
    if (listen === undefined) return [];
    const config = configOf(path, { name, listen }, input, context);
    const tls = config.type === 'modbus-tcp' ? config.tls?.listen : undefined;
    for (const [key, address] of [
      ['listen', listen],
      ['tls', tls],
    ] as const) {
      if (address === undefined || address.port === 0) continue;
      take([...path, key], JSON.stringify(address), name, 'listens there');
    }
    return [config];
  });
}

function portOf(endpoint: string): string {
  return endpoint.split(' ')[0] ?? '';
}

export type ServerContext = ServerSurroundings & { readonly report: Report };

type ListenerInput = Exclude<ServerInput, { readonly type: 'modbus-rtu' }>;

function configOf(
  path: Path,
  listener: { readonly name: string; readonly listen: Address },
  input: ListenerInput,
  context: ServerContext,
): ServerConfig {
  switch (input.type) {
    case 'zabbix-agent':
      return { ...listener, ...agent(path, input, context) };
    case 'text':
      return { ...listener, ...textServer(path, input, context) };
    case 'modbus-tcp':
      return { ...listener, ...modbusServer(path, listener.name, input, context) };
  }
}

function listenOf(path: Path, input: ListenerInput, report: Report): Address | undefined {
  const { listen: written, allow } = input;
  const listen = listenAddress(written);
  if (listen === undefined) {
    report.error([...path, 'listen'], `listen is "${written}", expected host:port`);
    return undefined;
  }
  if (!isLoopbackHost(listen.host) && (allow === undefined || allow.length === 0)) {
    const example = input.type === 'modbus-tcp' ? '{ from: 192.168.1.10 }' : '192.168.1.10';
    report.error([...path, 'listen'], `${listen.host} is open to the network`, {
      hint: `say who may ask, such as allow: [${example}]`,
    });
    return undefined;
  }
  return listen;
}

function networks(
  path: Path,
  allow: readonly string[] | undefined,
  report: Report,
): { readonly allow?: readonly string[] } {
  if (allow === undefined) return {};
  for (const [index, text] of allow.entries())
    checkNetwork([...path, 'allow', index], text, report);
  return { allow };
}

function agent(
  path: Path,
  { type, keys, device, allow }: ServerInput & { readonly type: 'zabbix-agent' },
  context: ServerContext,
): Omit<AgentConfig, 'name' | 'listen'> {
  const { report } = context;
  if (keys !== undefined && device === undefined) {
    const hint = 'such as device: furnace1';
    report.error([...path, 'keys'], 'the keys need a device to speak of', { hint });
  }
  if (keys === undefined && device !== undefined) {
    const hint = 'keys: eurotherm says which';
    report.error([...path, 'device'], '"device" is for keys of a device', { onKey: true, hint });
  }
  return {
    type,
    ...(keys !== undefined &&
      device !== undefined && { furnace: deviceRegisters(path, device, context) }),
    ...networks(path, allow, report),
  };
}

function textServer(
  path: Path,
  { type, device, allow, allowSet, allowExit }: ServerInput & { readonly type: 'text' },
  context: ServerContext,
): Omit<TextServerConfig, 'name' | 'listen'> {
  return {
    ...{ type, allowExit, ...deviceRegisters(path, device, context) },
    ...(allowSet && { settable: settable(path, device, context) }),
    ...networks(path, allow, context.report),
  };
}

/** The points of a device that may be written and are one holding register each. */
function settable(
  path: Path,
  device: string,
  { devices, report }: ServerContext,
): readonly SettableRegister[] {
  const config = devices.find(({ name }) => name === device);
  if (config === undefined) return [];
  const all = [...config.points.map(({ point }) => point), ...config.unpolled];
  const points = all.filter(
    (point) =>
      config.writable.has(point.name) &&
      point.table === 'holding' &&
      point.count === 1 &&
      !sharesRegister(point),
  );
  if (points.length === 0 && !report.failed) {
    const hint = `such as writes: [setpoint] at ${device}`;
    report.note([...path, 'allowSet'], 'there is no register that Set may write', { hint });
  }
  return points.map((point) => ({ id: `${device}.${point.name}`, point }));
}

/** The holding registers that points of a device read; a device that is not there is an error. */
function deviceRegisters(
  path: Path,
  device: string,
  { devices, missing, report }: ServerContext,
): DeviceRegisters {
  const config = devices.find(({ name }) => name === device);
  if (config === undefined && !missing.includes(device)) {
    const known = devices.map(({ name }) => name);
    const hint = hintOf(nearest(device, known), known);
    report.error([...path, 'device'], `no device is named "${device}"`, hint);
  }
  const registers = (config?.points ?? [])
    .map(({ point }) => point)
    .filter(({ table, access }) => table === 'holding' && access !== 'wo')
    .map(({ name, address, count }) => ({ id: `${device}.${name}`, address, count }));
  return { device, registers };
}
