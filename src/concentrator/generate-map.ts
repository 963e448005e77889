import { InvalidRequestError } from '../base/errors.ts';
import { formatType } from '../profile/format.ts';
import type { RegisterPoint, Table, ValueType } from '../profile/point.ts';
import type { MapEntry, MapRange } from './map-entry.ts';

/** A point that wants a place. Table and address of its register are those of the device. */
export interface MappedPoint {
  readonly id: string;
  readonly register: RegisterPoint;
}

/** A map, and what exports say about it. */
export interface GeneratedMap {
  readonly entries: readonly MapEntry[];
  /** Places of points that are gone: they exist, so that a block can be read across them. */
  readonly holes: readonly MapRange[];
}

/** Where a point is for ever, also while it does not exist. */
export interface LockedPlace {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  /** As printed, for people who compare two locks. */
  readonly type: string;
}

/** Places that were given once. Kept in a file beside the site's, by `parseMapLock` and JSON. */
export interface MapLock {
  readonly version: 1;
  readonly places: Readonly<Record<string, LockedPlace>>;
  /** Places of points whose width has changed, which found another one. */
  readonly abandoned: readonly MapRange[];
}

export interface GenerateOptions {
  /** Where values of registers go; values of one bit go to coils or discrete inputs. Default `holding`. */
  readonly table?: 'holding' | 'input';
  /** First address of a map without a lock. Default 0. */
  readonly start?: number;
}

export const EMPTY_LOCK: MapLock = { version: 1, places: {}, abandoned: [] };

/** A byte of a register gets a register of its own. */
const WIDENED: Partial<Record<ValueType, ValueType>> = {
  u8h: 'u16',
  u8l: 'u16',
  i8h: 'i16',
  i8l: 'i16',
};

/**
 * Gives every point a place that never moves: known points keep theirs, new ones go behind all that
 * were ever given, in the order in which they come. What is gone leaves a hole, and finds it again when
 * it comes back. Throws InvalidRequestError when a table is full or a point is there twice.
 */
export function generateMap(
  points: readonly MappedPoint[],
  lock: MapLock = EMPTY_LOCK,
  options: GenerateOptions = {},
): { readonly map: GeneratedMap; readonly lock: MapLock } {
  const places = new Map(Object.entries(lock.places));
  const abandoned = [...lock.abandoned];
  const ends = endsOf([...places.values()].map(rangeOfPlace), abandoned, options.start ?? 0);
  const entries = new Map<string, MapEntry>();
  for (const { id, register } of points) {
    if (entries.has(id)) throw new InvalidRequestError(`${id} is in the map twice`);
    const wanted = wantedShape(register, options.table ?? 'holding');
    let place = places.get(id);
    if (place !== undefined && (place.table !== wanted.table || place.count !== wanted.count)) {
      abandoned.push(rangeOfPlace(place));
      place = undefined;
    }
    const address = place?.address ?? take(ends, id, wanted);
    const entry = { id, register: { ...wanted, address } };
    entries.set(id, entry);
    const { table, count } = wanted;
    places.set(id, { table, address, count, type: formatType(wanted) });
  }
  const gone = [...places]
    .filter(([id]) => !entries.has(id))
    .map(([, place]) => rangeOfPlace(place));
  return {
    map: { entries: [...entries.values()], holes: [...gone, ...abandoned] },
    lock: { version: 1, places: Object.fromEntries(places), abandoned },
  };
}

/** Reads the lock out of a JSON text. Throws InvalidRequestError for anything that is none. */
export function parseMapLock(text: string): MapLock {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new InvalidRequestError('the map lock is no JSON', { cause });
  }
  if (!isMapLock(found)) throw new InvalidRequestError('the map lock is not one of version 1');
  return found;
}

/** The lock as text, a point per line, so that a comparison of two shows what changed. */
export function formatMapLock(lock: MapLock): string {
  const lines = Object.entries(lock.places).map(
    ([id, place]) => `    ${JSON.stringify(id)}: ${JSON.stringify(place)}`,
  );
  const places = lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
  return `{\n  "version": 1,\n  "places": ${places},\n  "abandoned": ${JSON.stringify(lock.abandoned)}\n}\n`;
}

function wantedShape(register: RegisterPoint, table: 'holding' | 'input'): RegisterPoint {
  const { bit: _, ...shape } = register;
  if (register.type === 'bool') {
    return { ...shape, table: table === 'holding' ? 'coil' : 'discrete', count: 1 };
  }
  return { ...shape, table, type: WIDENED[register.type] ?? register.type };
}

function rangeOfPlace({ table, address, count }: LockedPlace): MapRange {
  return { table, start: address, count };
}

function endsOf(
  places: readonly MapRange[],
  abandoned: readonly MapRange[],
  start: number,
): Record<Table, number> {
  const ends = { coil: start, discrete: start, input: start, holding: start };
  for (const { table, start: first, count } of [...places, ...abandoned]) {
    ends[table] = Math.max(ends[table], first + count);
  }
  return ends;
}

function take(ends: Record<Table, number>, id: string, { table, count }: RegisterPoint): number {
  const address = ends[table];
  if (address + count > 0x1_0000) {
    throw new InvalidRequestError(`${id} needs ${count} in the ${table} table, which is full`);
  }
  ends[table] = address + count;
  return address;
}

const TABLES: ReadonlySet<unknown> = new Set(['coil', 'discrete', 'input', 'holding']);

function isMapLock(value: unknown): value is MapLock {
  if (!isRecord(value) || value['version'] !== 1 || !isRecord(value['places'])) return false;
  const { places, abandoned } = value;
  return (
    Object.values(places).every((place) => isPlace(place, 'address')) &&
    Array.isArray(abandoned) &&
    abandoned.every((place) => isPlace(place, 'start'))
  );
}

function isPlace(value: unknown, startKey: 'address' | 'start'): boolean {
  if (!isRecord(value)) return false;
  const { table, count } = value;
  const start = value[startKey];
  return TABLES.has(table) && isWhole(start, 0) && isWhole(count, 1) && start + count <= 0x1_0000;
}

function isWhole(value: unknown, min: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
