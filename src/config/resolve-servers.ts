import { nearest } from '../base/did-you-mean.ts';
import { GatewayError } from '../base/errors.ts';
import { isLoopbackHost, parseNetworks } from '../base/network-list.ts';
import type { PointChoice } from './point-choice.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { listenAddress, type Address } from './resolve-listen.ts';
import { ServedPoints } from './resolve-served.ts';
import type {
  AgentConfig,
  ClientConfig,
  DeviceRegisters,
  ModbusServerConfig,
  ServedUnitConfig,
  ServerConfig,
  TextServerConfig,
} from './server-config.ts';
import {
  serverLimitsSchema,
  type ModbusServerInput,
  type ServedUnitInput,
  type ServerInput,
} from './server-schema.ts';
import type { DeviceConfig } from './site-config.ts';
import type { SiteInput } from './site-schema.ts';

/** What a server may speak of. */
export interface ServerSurroundings {
  readonly devices: readonly DeviceConfig[];
  /** Names of devices that have mistakes: nothing is said about what they may have. */
  readonly missing: readonly string[];
  readonly choice: PointChoice;
}

export function resolveServers(
  { servers = {} }: SiteInput,
  surroundings: ServerSurroundings,
  report: Report,
): readonly ServerConfig[] {
  const taken = new Map<string, string>();
  return Object.entries(servers).flatMap(([name, input]) => {
    const path = ['servers', name];
    const listen = listenOf(path, input, report);
    if (listen === undefined) return [];
    const place = JSON.stringify(listen);
    const other = taken.get(place);
    if (other !== undefined && listen.port !== 0) {
      report.error([...path, 'listen'], `server "${other}" listens there already`);
    }
    taken.set(place, name);
    return [configOf(path, { name, listen }, input, { ...surroundings, report })];
  });
}

type Context = ServerSurroundings & { readonly report: Report };

function configOf(
  path: Path,
  listener: { readonly name: string; readonly listen: Address },
  input: ServerInput,
  context: Context,
): ServerConfig {
  switch (input.type) {
    case 'zabbix-agent':
      return { ...listener, ...agent(path, input, context) };
    case 'text':
      return { ...listener, ...textServer(path, input, context) };
    case 'modbus-tcp':
      return { ...listener, ...modbusServer(path, input, context) };
  }
}

function listenOf(path: Path, input: ServerInput, report: Report): Address | undefined {
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

function checkNetwork(path: Path, text: string, report: Report): void {
  try {
    parseNetworks([text]);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    report.error(path, error.message);
  }
}

function agent(
  path: Path,
  { type, keys, device, allow }: ServerInput & { readonly type: 'zabbix-agent' },
  context: Context,
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
  { type, device, allow }: ServerInput & { readonly type: 'text' },
  context: Context,
): Omit<TextServerConfig, 'name' | 'listen'> {
  return {
    ...{ type, ...deviceRegisters(path, device, context) },
    ...networks(path, allow, context.report),
  };
}

/** The holding registers that points of a device read; a device that is not there is an error. */
function deviceRegisters(
  path: Path,
  device: string,
  { devices, missing, report }: Context,
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

function modbusServer(
  path: Path,
  input: ModbusServerInput,
  context: Context,
): Omit<ModbusServerConfig, 'name' | 'listen'> {
  const { type, framing, allow } = input;
  const units = unitsOf(path, input, context);
  const clients = allow?.map((client, index) =>
    clientOf([...path, 'allow', index], client, units, context.report),
  );
  return {
    ...{ type, framing, units },
    ...(clients !== undefined && { allow: clients }),
    limits: serverLimitsSchema.parse(input.limits ?? {}),
  };
}

function clientOf(
  path: Path,
  client: NonNullable<ModbusServerInput['allow']>[number],
  served: readonly ServedUnitConfig[],
  report: Report,
): ClientConfig {
  const { from, access, units, name } =
    typeof client === 'string'
      ? { from: client, access: 'read' as const, units: undefined, name: undefined }
      : client;
  const texts = typeof from === 'string' ? [from] : from;
  const at = typeof client === 'string' ? path : [...path, 'from'];
  for (const text of texts) checkNetwork(at, text, report);
  for (const [index, unit] of (units ?? []).entries()) {
    if (served.some((one) => one.unit === unit)) continue;
    report.error([...path, 'units', index], `unit ${unit} is not served here`);
  }
  return {
    ...{ from: texts, access, name: name ?? texts.join(' ') },
    ...(units !== undefined && { units }),
  };
}

/** The keys that a server has itself while it serves one unit. */
const UNIT_KEYS = ['include', 'exclude', 'map', 'table', 'start', 'whenStale'] as const;

function unitsOf(
  path: Path,
  input: ModbusServerInput,
  context: Context,
): readonly ServedUnitConfig[] {
  const { units, unit } = input;
  if (units === undefined) return [servedUnit(path, unit ?? 1, input, context)];
  for (const key of ['unit', ...UNIT_KEYS] as const) {
    if (input[key] === undefined) continue;
    context.report.error([...path, key], `"${key}" stands beside "units"`, {
      ...{ onKey: true, hint: 'say it in each of the units' },
    });
  }
  if (Object.keys(units).length === 0)
    context.report.error([...path, 'units'], 'no unit is served');
  return Object.entries(units).flatMap(([key, one]) => {
    const at = [...path, 'units', key];
    if (/^(?:0|[1-9]\d{0,2})$/.test(key) && Number(key) <= 255) {
      return [servedUnit(at, Number(key), one, context)];
    }
    const message = `unit "${key}", expected a number from 0 to 255`;
    context.report.error(at, message, { onKey: true });
    return [];
  });
}

function servedUnit(
  path: Path,
  unit: number,
  input: ServedUnitInput,
  { devices, missing, choice, report }: Context,
): ServedUnitConfig {
  const { map, include, exclude, table = 'holding', start = 0, whenStale = 'exception' } = input;
  const served = new ServedPoints(devices, missing, report);
  if (map !== undefined) {
    for (const key of ['include', 'exclude', 'table', 'start'] as const) {
      if (input[key] === undefined) continue;
      const hint = 'the map says which points there are, and where';
      report.error([...path, key], `"${key}" stands beside "map"`, { onKey: true, hint });
    }
  }
  const all = (): ReturnType<ServedPoints['chosen']> => {
    const wanted = choice.of(include ?? ['*'], (index) => [...path, 'include', index]);
    const unwanted = choice.of(exclude ?? [], (index) => [...path, 'exclude', index]);
    return served.chosen((id) => wanted.has(id) && !unwanted.has(id));
  };
  return {
    ...{ unit, map: map === undefined ? 'generated' : 'fixed', table, start },
    points: map === undefined ? all() : served.mapped([...path, 'map'], map),
    whenStale: typeof whenStale === 'number' ? { sentinel: whenStale } : whenStale,
  };
}
