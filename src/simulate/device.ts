import type { Cancel, Clock } from '../base/clock.ts';
import { decodePoint } from '../profile/decode.ts';
import { encodeInto } from '../profile/encode.ts';
import { isBitTable } from '../profile/format.ts';
import type { RegisterPoint, Table, Value } from '../profile/point.ts';
import type { Profile } from '../profile/profile.ts';
import { plainImage, UnitTables } from '../server/unit-tables.ts';
import { batteryModel } from './battery-model.ts';
import { dyeingModel } from './dyeing-model.ts';
import { furnaceModel } from './furnace-model.ts';
import { meterModel } from './meter-model.ts';
import { genericModel, type Model, type ModelSetting } from './model.ts';
import { pvModel } from './pv-model.ts';

/** How often the values move. */
const STEP_MS = 200;

/** Unnamed addresses between two points that a device of this kind is taken to have. */
const FILLED_GAP = 125;

/** Devices that are more than a handful of waves. */
const MODELS: Readonly<Record<string, (setting: ModelSetting) => Model>> = {
  'anzen/bms': batteryModel,
  'eurotherm/3216': () => furnaceModel(),
  'pv/esp32-8reg': pvModel,
  'schneider/pm8000': meterModel,
  'tti/dyeing-tcp': dyeingModel,
  'tti/dyeing-rtu': dyeingModel,
  'tti/dyeing-rtu-mc3': dyeingModel,
};

/** Any profile as a device: a register image whose values move, and which takes writes. */
export interface SimulatedDevice {
  readonly tables: UnitTables;
  start(): void;
  stop(): void;
}

/** What a device did before it could be asked. */
export interface Past {
  /** For how long it has been running, in milliseconds. */
  readonly ms: number;
  /** Called with what its registers held, step by step; `at` in microseconds since 1970. */
  readonly tell: (at: number, values: ReadonlyMap<string, Value>) => void;
}

const PAST_STEP_MS = 10_000;

/**
 * Builds the device; a profile that is a plain register image stays as clients leave it. `variant`,
 * from 1, tells several devices of a kind apart.
 */
export function simulatedDevice(
  profile: Profile,
  clock: Clock,
  variant = 1,
  past?: Past,
): SimulatedDevice {
  if (profile.image !== undefined) {
    const tables = plainImage(profile.image);
    return { tables, start: () => undefined, stop: () => undefined };
  }
  const inside = (MODELS[profile.id] ?? genericModel)({ points: profile.points, variant });
  if (past !== undefined) livePast(profile.points, inside, past, clock.wallMicros());
  return new ProfileDevice(profile.points, clock, inside, past?.ms);
}

function livePast(
  points: readonly RegisterPoint[],
  model: Model,
  { ms, tell }: Past,
  now: number,
): void {
  for (let elapsed = 0; elapsed < ms; elapsed += PAST_STEP_MS) {
    const at = now - (ms - elapsed) * 1000;
    const values = model.values(elapsed, at);
    const held = points.flatMap((point) => {
      const value = values.get(point.name);
      return value === undefined ? [] : [[point.name, storable(point, value)] as const];
    });
    tell(at, new Map(held));
  }
}

class ProfileDevice implements SimulatedDevice {
  readonly tables: UnitTables;
  readonly #points: readonly RegisterPoint[];
  readonly #clock: Clock;
  readonly #model: Model;
  readonly #startedAt: number;
  /** What the registers hold by our own doing. */
  readonly #held = new Map<string, Value>();
  #cancel: Cancel = () => undefined;

  constructor(points: readonly RegisterPoint[], clock: Clock, model: Model, ageMs = 0) {
    this.#points = points;
    this.#clock = clock;
    this.#model = model;
    this.#startedAt = clock.now() - ageMs;
    this.tables = new UnitTables(
      {
        coil: tableOf(points, 'coil'),
        discrete: tableOf(points, 'discrete'),
        input: tableOf(points, 'input'),
        holding: tableOf(points, 'holding'),
      },
      { onWrite: (table, start, count) => this.#written(table, start, count) },
    );
    this.#fill();
  }

  start(): void {
    this.#fill();
    this.#cancel = this.#clock.alarm(this.#clock.now() + STEP_MS, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  #fill(): void {
    const now = this.#clock.now();
    const values = this.#model.values(now - this.#startedAt, this.#clock.wallMicros());
    for (const point of this.#points) {
      const value = values.get(point.name);
      if (value === undefined || this.#held.get(point.name) === value) continue;
      this.#put(point, value);
      this.#held.set(point.name, value);
    }
  }

  #put(point: RegisterPoint, value: Value): void {
    const { table, address, count } = point;
    if (table === 'coil' || table === 'discrete') {
      this.tables[table].set(address, value === true);
      return;
    }
    const bytes = this.tables[table].wireBytes(address, count);
    encodeInto(
      point,
      storable(point, value),
      new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
      0,
    );
  }

  /** Tells the model which of its points a client has changed. */
  #written(table: 'coil' | 'holding', start: number, count: number): void {
    for (const point of this.#points) {
      const { address } = point;
      if (point.table !== table || address + point.count <= start || address >= start + count) {
        continue;
      }
      this.#held.delete(point.name);
      const value = this.#get(point);
      if (value !== undefined) this.#model.written?.(point.name, value);
    }
  }

  #get(point: RegisterPoint): Value | undefined {
    const { table, address, count } = point;
    if (table === 'coil' || table === 'discrete') return this.tables[table].get(address);
    const bytes = this.tables[table].wireBytes(address, count);
    const value = decodePoint(point, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    return typeof value === 'object' ? undefined : value;
  }
}

/** Rounds what a model says to what the registers can hold, as a real device's converter does. */
function storable({ scale, type }: RegisterPoint, value: Value): Value {
  if (typeof value !== 'number' || type.startsWith('f')) return value;
  const raw = Math.round(((value - scale.offset) * scale.divide) / scale.multiply);
  return (raw * scale.multiply) / scale.divide + scale.offset;
}

/** The addresses a device of this kind has, and which of them clients may write. */
function tableOf(
  points: readonly RegisterPoint[],
  table: Table,
): { extents: { start: number; count: number }[]; writable: { start: number; count: number }[] } {
  const ranges = points
    .filter((point) => point.table === table)
    .map(({ address, count, access }) => ({ start: address, count, access }))
    .sort((a, b) => a.start - b.start);
  const extents: { start: number; count: number }[] = [];
  for (const { start, count } of ranges) {
    const last = extents.at(-1);
    if (
      last !== undefined &&
      start - (last.start + last.count) <= (isBitTable(table) ? 0 : FILLED_GAP)
    ) {
      last.count = Math.max(last.count, start + count - last.start);
    } else {
      extents.push({ start, count });
    }
  }
  return { extents, writable: ranges.filter(({ access }) => access !== 'ro') };
}
