import { nearest } from '../base/did-you-mean.ts';
import { UsageError } from '../base/errors.ts';
import { EXPORT_FORMATS, exportRegisters } from '../concentrator/export-registers.ts';
import type {
  ModbusLineConfig,
  ModbusServerConfig,
  ServedUnitConfig,
} from '../config/server-config.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { mapFile, servedMap, wholeMap } from '../gateway/served-map.ts';
import { textOption, type CommandInput, type OptionSpec } from './command.ts';
import { wholeOption } from './reading-options.ts';

export const REGISTER_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--format <form>',
    help: 'of registers: md for people (default), csv for spreadsheets, h for C',
    choices: EXPORT_FORMATS,
  },
  { flags: '--server <name>', help: 'of registers: which server, when there are several' },
  { flags: '--unit <id>', help: 'of registers: which unit, when a server has several' },
];

/**
 * The registers of a modbus-tcp server, for whoever programs its client. Places that are given here are
 * remembered, as those of a running gateway are: what was told to somebody does not move.
 */
export async function exportServedRegisters(
  { name, servers, data }: SiteConfig,
  input: CommandInput,
): Promise<string> {
  const modbus = servers.filter((server) => 'units' in server);
  const server = serverOf(modbus, textOption(input, 'server'));
  const unit = unitOf(server, wholeOption(input, 'unit', 0, 255));
  const map = await servedMap(
    unit,
    data === undefined ? undefined : mapFile(data, server.name, unit.unit),
  );
  const format = EXPORT_FORMATS.find((one) => one === textOption(input, 'format')) ?? 'md';
  const title = [
    name,
    ...(modbus.length > 1 ? [server.name] : []),
    ...(server.units.length > 1 ? [`unit ${unit.unit}`] : []),
  ];
  return exportRegisters(wholeMap(unit, map), format, title.join(' '));
}

type UnitServer = ModbusServerConfig | ModbusLineConfig;

function serverOf(servers: readonly UnitServer[], name: string | undefined): UnitServer {
  const [first] = servers;
  if (first === undefined) {
    throw new UsageError(
      'the site has no server of type modbus-tcp: servers: { scada: { type: modbus-tcp } }',
    );
  }
  const names = servers.map((server) => server.name);
  if (name === undefined) {
    if (servers.length === 1) return first;
    throw new UsageError(`which server? --server ${names.join(', or --server ')}`);
  }
  const found = servers.find((server) => server.name === name);
  if (found !== undefined) return found;
  const meant = nearest(name, names);
  const hint = meant === undefined ? `known: ${names.join(' ')}` : `did you mean ${meant}?`;
  throw new UsageError(`no server of type modbus-tcp is named "${name}", ${hint}`);
}

function unitOf({ name, units }: UnitServer, wanted: number | undefined): ServedUnitConfig {
  const [first] = units;
  const found = wanted === undefined ? first : units.find(({ unit }) => unit === wanted);
  const ids = units.map(({ unit }) => String(unit));
  if (found === undefined) {
    throw new UsageError(`server ${name} has no unit ${wanted ?? ''}, it has ${ids.join(', ')}`);
  }
  if (wanted !== undefined || units.length === 1) return found;
  throw new UsageError(`which unit? --unit ${ids.join(', or --unit ')}`);
}
