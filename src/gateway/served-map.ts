import { join } from 'node:path';
import { InvalidRequestError } from '../base/errors.ts';
import {
  EMPTY_LOCK,
  formatMapLock,
  generateMap,
  parseMapLock,
  type GeneratedMap,
} from '../concentrator/generate-map.ts';
import type { MapEntry } from '../concentrator/map-entry.ts';
import { mapProblems, type UnitSpec, type WrittenBlockSpec } from '../concentrator/unit-spec.ts';
import type { ServedUnitConfig, WrittenBlockConfig } from '../config/server-config.ts';
import { diskFiles, replaceFile } from '../delivery/sink-files.ts';
import { railPoint } from '../engine/rail-point.ts';
import { UNSCALED, type RegisterPoint } from '../profile/point.ts';

/** The file that remembers where the points of a unit are. */
export function mapFile(folder: string, server: string, unit: ServedUnitConfig['unit']): string {
  return join(folder, 'servers', `${server}-unit-${unit}.json`);
}

/**
 * Where the points of a unit are. A generated map gives new points a place, and `file` has it before
 * anybody learns of it: places never move. Without a file nothing is remembered. Throws
 * InvalidRequestError when a table is full, and when the file cannot be read or written: with another
 * map a client would take one value for another.
 */
export async function servedMap(
  unit: ServedUnitConfig,
  file: string | undefined,
): Promise<GeneratedMap> {
  if (unit.map === 'fixed') return { entries: unit.points, holes: [] };
  const { table, start } = unit;
  const before = file === undefined ? undefined : await read(file);
  const { map, lock } = generateMap(
    unit.points,
    before === undefined ? EMPTY_LOCK : parse(before, file ?? ''),
    { table, start },
  );
  const after = formatMapLock(lock);
  if (file !== undefined && after !== before) await write(file, after);
  return map;
}

/** What a unit of the concentrator makes of its map. */
export function unitSpec(unit: ServedUnitConfig, map: GeneratedMap): UnitSpec {
  const { whenStale, written, status, mirror, compat } = unit;
  return {
    blocks: [{ entries: map.entries, whenStale }],
    ...{ holes: map.holes, written: written.flatMap(writtenBlocks), status },
    ...(mirror !== undefined && { mirror }),
    ...(compat !== undefined && { compat }),
  };
}

/** What clients write of a device: a block for each table that it has points in. */
function writtenBlocks({ device, points, ...rules }: WrittenBlockConfig): WrittenBlockSpec[] {
  const tables = new Set(points.map(({ register }) => register.table));
  return [...tables].map((table) => ({
    ...{ ...rules, name: device },
    entries: points
      .filter(({ register }) => register.table === table)
      .map(({ id, register }) => ({
        ...{ id, register, point: railPoint(device, register, rules.staleMs) },
      })),
  }));
}

/** What is wrong with the maps that the site file says itself, one sentence each. */
export function mapProblemsOf(units: readonly ServedUnitConfig[]): readonly string[] {
  return units.flatMap((unit) => {
    const { map, written, status, points, table, start } = unit;
    if (map === 'fixed') return mapProblems(unitSpec(unit, { entries: points, holes: [] }));
    if (written.length + status.length === 0) return [];
    // As it will be at its first start; places that were given before may be others.
    return mapProblems(unitSpec(unit, generateMap(points, EMPTY_LOCK, { table, start }).map));
  });
}

/** Everything that stands in a unit, for whoever programs its clients. */
export function wholeMap(unit: ServedUnitConfig, map: GeneratedMap): GeneratedMap {
  const written = unit.written.flatMap(({ points }) =>
    points.map(({ id, register }) => ({ id, register: withNote(register, 'clients write it') })),
  );
  const status = unit.status.flatMap(({ device, table, address }) => [
    statusEntry(`${device} quality`, { table, address }, '0 good, 1 stale, 2 bad'),
    statusEntry(`${device} age`, { table, address: address + 1 }, '65535: it never answered', 's'),
  ]);
  const served = map.entries.map((entry) =>
    entry.isWritable === true
      ? { ...entry, register: withNote(entry.register, 'clients may write it') }
      : entry,
  );
  return { entries: [...written, ...served, ...status], holes: map.holes };
}

function withNote(register: RegisterPoint, note: string): RegisterPoint {
  const { label, doc } = register;
  const said = label ?? doc;
  return { ...register, label: said === undefined ? note : `${said} (${note})` };
}

function statusEntry(
  id: string,
  place: Pick<RegisterPoint, 'table' | 'address'>,
  label: string,
  unit?: string,
): MapEntry {
  const register: RegisterPoint = {
    ...{ ...place, name: id, type: 'u16', order: 'ABCD', count: 1, scale: UNSCALED },
    ...{ access: 'ro', kind: 'gauge', label },
    ...(unit !== undefined && { unit }),
  };
  return { id, register };
}

function parse(text: string, file: string): ReturnType<typeof parseMapLock> {
  try {
    return parseMapLock(text);
  } catch (cause) {
    throw new InvalidRequestError(
      `${file} says where registers are, and cannot be read. Bring it back from a backup, or move it away and give every client the new map`,
      { cause },
    );
  }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await diskFiles.read(file);
  } catch (cause) {
    throw new InvalidRequestError(`cannot read where registers are from ${file}`, { cause });
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await replaceFile(diskFiles, file, text);
  } catch (cause) {
    throw new InvalidRequestError(`cannot keep where registers are in ${file}`, { cause });
  }
}
