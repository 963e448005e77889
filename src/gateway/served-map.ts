import { join } from 'node:path';
import { InvalidRequestError } from '../base/errors.ts';
import {
  EMPTY_LOCK,
  formatMapLock,
  generateMap,
  parseMapLock,
  type GeneratedMap,
} from '../concentrator/generate-map.ts';
import { mapProblems, type UnitSpec } from '../concentrator/unit-spec.ts';
import type { ServedUnitConfig } from '../config/server-config.ts';
import { diskFiles, replaceFile } from '../delivery/sink-files.ts';

/** The file that remembers where the points of a unit are. */
export function mapFile(folder: string, server: string, unit: number): string {
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
export function unitSpec({ whenStale }: ServedUnitConfig, map: GeneratedMap): UnitSpec {
  return { blocks: [{ entries: map.entries, whenStale }], holes: map.holes };
}

/** What is wrong with the maps that the site file says itself, one sentence each. */
export function fixedMapProblems(units: readonly ServedUnitConfig[]): readonly string[] {
  return units
    .filter(({ map }) => map === 'fixed')
    .flatMap((unit) => mapProblems(unitSpec(unit, { entries: unit.points, holes: [] })));
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
