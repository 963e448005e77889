import { nearest } from '../base/did-you-mean.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { ServedPoints } from './resolve-served.ts';
import type { ServerContext } from './resolve-servers.ts';
import {
  stalePolicy,
  type ServedUnitConfig,
  type StatusConfig,
  type WrittenBlockConfig,
} from './server-config.ts';
import type { ModbusLineInput, ModbusServerInput, ServedUnitInput } from './server-schema.ts';
import type { DeviceConfig } from './site-config.ts';

type UnitId = ServedUnitConfig['unit'];

/** A device that clients write, and the unit in which they do. */
interface WrittenDevice {
  readonly unit: UnitId;
  readonly name: string;
  readonly block: WrittenBlockConfig;
}

/** The keys that a server has itself while it serves one unit. */
const UNIT_KEYS = [
  ...(['include', 'exclude', 'map', 'device', 'table', 'start', 'whenStale'] as const),
  ...(['status', 'mirror', 'compat'] as const),
];

/** The units of a server: those that its entry names, and those in which clients write devices. */
export function unitsOf(
  path: Path,
  name: string,
  input: ModbusServerInput | ModbusLineInput,
  context: ServerContext,
): readonly ServedUnitConfig[] {
  const written = context.devices.flatMap((device) => writtenDevice(device, name));
  const named = input.units === undefined ? ownUnit(path, input, written, context) : listed();
  const ids = new Set(named.map(({ unit }) => unit));
  const others = [...new Set(written.map(({ unit }) => unit))].filter((unit) => !ids.has(unit));
  const all = [...named, ...others.map((unit) => ({ unit, path, input: {} }))];
  if (all.some(({ unit }) => unit === 'any') && all.length > 1) {
    const unit = String(all.find((one) => one.unit !== 'any')?.unit);
    const device = written.find((one) => one.unit === 'any');
    const at = device === undefined ? [...path, 'units'] : ['devices', device.name, 'at'];
    const message = `server "${name}" answers as unit ${unit}, and "any" means every unit id`;
    context.report.error(at, message, { hint: 'keep one of them' });
  }
  return all.map((one) => {
    const blocks = written.filter(({ unit }) => unit === one.unit).map(({ block }) => block);
    return servedUnit(one.path, one.unit, one.input, blocks, context);
  });

  function listed(): readonly NamedUnit[] {
    return listedUnits(path, input, context);
  }
}

interface NamedUnit {
  readonly unit: UnitId;
  readonly path: Path;
  readonly input: ServedUnitInput;
}

/** The unit of a server that has no list of them. */
function ownUnit(
  path: Path,
  input: ModbusServerInput | ModbusLineInput,
  written: readonly WrittenDevice[],
  { report }: ServerContext,
): readonly NamedUnit[] {
  const [first, ...more] = new Set(written.map(({ unit }) => unit));
  const key = UNIT_KEYS.find((one) => input[one] !== undefined);
  if (input.unit === undefined && more.length > 0 && key !== undefined) {
    const ids = [first, ...more].join(', ');
    report.error([...path, key], `"${key}" of which of the units ${ids}?`, {
      ...{ onKey: true, hint: `write units: { ${first ?? 1}: { ${key}: … } }` },
    });
  }
  return [{ unit: input.unit ?? first ?? 1, path, input }];
}

function listedUnits(
  path: Path,
  input: ModbusServerInput | ModbusLineInput,
  { report }: ServerContext,
): readonly NamedUnit[] {
  const units = input.units ?? {};
  for (const key of ['unit', ...UNIT_KEYS] as const) {
    if (input[key] === undefined) continue;
    report.error([...path, key], `"${key}" stands beside "units"`, {
      ...{ onKey: true, hint: 'say it in each of the units' },
    });
  }
  if (Object.keys(units).length === 0) report.error([...path, 'units'], 'no unit is served');
  return Object.entries(units).flatMap(([key, one]) => {
    const at = [...path, 'units', key];
    const isAny = key === 'any' && input.type === 'modbus-tcp';
    const isNumber = /^(?:0|[1-9]\d{0,2})$/.test(key) && Number(key) <= 255;
    if (isAny || isNumber) {
      return [{ unit: isAny ? ('any' as const) : Number(key), path: at, input: one }];
    }
    report.error(at, `unit "${key}", expected a number from 0 to 255`, { onKey: true });
    return [];
  });
}

function writtenDevice({ name, points, written }: DeviceConfig, server: string): WrittenDevice[] {
  if (written?.server !== server) return [];
  const { server: _, unit, ...rules } = written;
  const registers = points.map(({ point }) => ({ id: `${name}.${point.name}`, register: point }));
  return [{ unit, name, block: { ...rules, device: name, points: registers } }];
}

function servedUnit(
  path: Path,
  unit: UnitId,
  input: ServedUnitInput,
  written: readonly WrittenBlockConfig[],
  context: ServerContext,
): ServedUnitConfig {
  const { table = 'holding', start = endOf(written), whenStale, mirror, compat } = input;
  const stale = whenStale ?? (compat === 'zeros' ? 'hold' : 'exception');
  return {
    ...{ unit, table, start, written },
    ...servedPoints(path, input, written, context),
    whenStale: stalePolicy(stale),
    status: statusOf([...path, 'status'], input, context),
    ...(mirror !== undefined && { mirror }),
    ...(compat !== undefined && { compat }),
  };
}

/** What a unit serves besides that which clients write in it, and who says where it stands. */
function servedPoints(
  path: Path,
  input: ServedUnitInput,
  written: readonly WrittenBlockConfig[],
  { devices, missing, choice, report }: ServerContext,
): Pick<ServedUnitConfig, 'map' | 'points'> {
  const { map, device, include, exclude } = input;
  const served = new ServedPoints(devices, missing, report);
  if (map !== undefined || device !== undefined) {
    return { map: 'fixed', points: placedPoints(path, input, served, report) };
  }
  // A unit that clients write is not filled with everything else unless somebody wants that.
  if (written.length > 0 && include === undefined && exclude === undefined) {
    return { map: 'fixed', points: [] };
  }
  const own = new Set(written.flatMap(({ points }) => points.map(({ id }) => id)));
  const wanted = choice.of(include ?? ['*'], (index) => [...path, 'include', index]);
  const unwanted = choice.of(exclude ?? [], (index) => [...path, 'exclude', index]);
  const points = served.chosen((id) => wanted.has(id) && !unwanted.has(id) && !own.has(id));
  return { map: 'generated', points };
}

/** Where the file says it, and where the profile of a device does. */
function placedPoints(
  path: Path,
  input: ServedUnitInput,
  served: ServedPoints,
  report: Report,
): ServedUnitConfig['points'] {
  const { map = {}, device } = input;
  for (const key of ['include', 'exclude', 'table', 'start'] as const) {
    if (input[key] === undefined) continue;
    const hint = 'the map says which points there are, and where';
    const other = input.map === undefined ? 'device' : 'map';
    report.error([...path, key], `"${key}" stands beside "${other}"`, { onKey: true, hint });
  }
  const placed = served.mapped([...path, 'map'], map);
  if (device === undefined) return placed;
  const ids = new Set(placed.map(({ id }) => id));
  const own = served.ofDevice([...path, 'device'], device);
  return [...own.filter(({ id }) => !ids.has(id)), ...placed];
}

/** The first address behind everything that clients write. */
function endOf(written: readonly WrittenBlockConfig[]): number {
  const ends = written.flatMap(({ points }) =>
    points.map(({ register: { address, count } }) => address + count),
  );
  return Math.max(0, ...ends);
}

function statusOf(
  path: Path,
  { status = {} }: ServedUnitInput,
  { devices, missing, report }: ServerContext,
): readonly StatusConfig[] {
  return Object.entries(status).flatMap(([device, text]) => {
    const at = [...path, device];
    const known = devices.map(({ name }) => name);
    if (!known.includes(device) && !missing.includes(device)) {
      const hint = hintOf(nearest(device, known), known);
      report.error(at, `no device is named "${device}"`, { onKey: true, ...hint });
    }
    const [, table, address] = /^(hr|ir):(\d{1,5})$/.exec(text) ?? [];
    if (table === undefined || Number(address) > 65_534) {
      report.error(at, `"${text}" is no place for two registers`, { hint: 'such as hr:100' });
      return [];
    }
    return [{ device, table: table === 'hr' ? 'holding' : 'input', address: Number(address) }];
  });
}
