import type { Cancel, Clock } from '../base/clock.ts';
import { EXCEPTION } from '../codec/pdu/exception.ts';
import { bitBytes } from '../codec/pdu/bits.ts';
import { decodedValues, readDecoder, type ReadDecoder } from '../profile/decode.ts';
import { isBitTable } from '../profile/format.ts';
import type { Value } from '../profile/point.ts';
import type { PendingWrite, UnitTables } from '../server/unit-tables.ts';
import type { Sample } from '../telemetry/sample.ts';
import {
  contains,
  overlaps,
  rangeOf,
  type MapRange,
  type StalePolicy,
  type WrittenEntry,
} from './map-entry.ts';
import type { WrittenBlockSpec } from './unit-spec.ts';

/** What one write of a client did to a block. */
export interface BlockUpdate {
  /** The device that the block makes up. */
  readonly block: string;
  readonly unitId: number;
  /** `192.168.1.7:40123`. */
  readonly peer: string;
  readonly functionCode: number;
  /** Microseconds since 1970; grows from update to update of a block. */
  readonly at: number;
  /** The newest of every point of the block, in the order of the map. */
  readonly samples: readonly Sample[];
  /** Those of them that this write brought, in whole or in part. They belong together. */
  readonly touched: readonly Sample[];
  /** Every register of the block, or 0 and 1 for each coil, as it stands now; undefined what was never written. */
  readonly image: readonly (number | undefined)[];
  /** What is doubtful about the values, in words. */
  readonly warnings: readonly string[];
}

export interface WrittenBlockOptions {
  readonly tables: UnitTables;
  readonly range: MapRange;
  readonly policy: StalePolicy;
  /** What was never written is 0 rather than unknown. */
  readonly zeros: boolean;
  readonly clock: Clock;
  /** Values that were not written for too long, in one call for all whose time was up. */
  readonly onSilent: (samples: readonly Sample[]) => void;
}

/** Registers, or coils, that clients write. The image is the truth, and samples are read out of it. */
export class WrittenBlock {
  readonly range: MapRange;
  readonly #spec: WrittenBlockSpec;
  readonly #options: WrittenBlockOptions;
  readonly #decoder: ReadDecoder;
  readonly #decoded;
  /** The data of the block as an answer would carry it. */
  readonly #data: Uint8Array;
  /** 1 for each address that has a value. */
  readonly #known: Uint8Array;
  readonly #samples: Sample[];
  /** When the values of each point were last written, on the scale of `clock.now`. */
  readonly #writtenAt: number[];
  #lastAt = 0;
  #cancelAlarm: Cancel = () => undefined;

  constructor(spec: WrittenBlockSpec, options: WrittenBlockOptions) {
    const { range, zeros, clock } = options;
    this.#spec = spec;
    this.#options = options;
    this.range = range;
    // Whether a value is valid is judged here, as a warning may be all that is wanted.
    const points = spec.entries.map(({ register: { valid: _, ...register } }) => register);
    this.#decoder = readDecoder({ ...range, points });
    this.#decoded = decodedValues(points.length);
    this.#data = new Uint8Array(isBitTable(range.table) ? bitBytes(range.count) : range.count * 2);
    this.#known = new Uint8Array(range.count).fill(zeros ? 1 : 0);
    const at = clock.wallMicros();
    const unwritten = { quality: 'bad', cause: 'not-written-yet', at, requestedAt: at } as const;
    this.#samples = spec.entries.map(({ point }) => ({ point, ...unwritten }));
    this.#writtenAt = spec.entries.map(() => Infinity);
    if (!zeros) this.#setException(range, EXCEPTION.gatewayTargetFailed);
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** Exception code that refuses a write before any of it is applied, or undefined. */
  verdict(write: PendingWrite): number | undefined {
    const { partial = 'accept', outOfRange = 'bad', entries } = this.#spec;
    const isMask = write.functionCode === 22;
    // Nothing is masked into what is not known.
    if (isMask && !this.#isKnown(write)) return EXCEPTION.gatewayTargetFailed;
    if (partial === 'refuse' && entries.some((entry) => isCut(entry, write))) {
      return EXCEPTION.illegalDataAddress;
    }
    if (outOfRange !== 'refuse') return undefined;
    this.#load();
    this.#overlay(write);
    this.#decoder.decode(this.#data, this.#decoded);
    const isRefused = entries.some(
      (entry, index) =>
        overlaps(rangeOf(entry), write) && invalidity(entry, this.#decoded.values[index]),
    );
    return isRefused ? EXCEPTION.illegalDataValue : undefined;
  }

  /** A write that has been applied to the image. */
  accept(write: PendingWrite): BlockUpdate {
    const { clock } = this.#options;
    const { start, count } = this.range;
    const first = Math.max(write.start, start);
    const end = Math.min(write.start + write.count, start + count);
    this.#known.fill(1, first - start, end - start);
    this.#setException({ ...this.range, start: first, count: end - first }, 0);
    this.#load();
    this.#decoder.decode(this.#data, this.#decoded);
    this.#lastAt = Math.max(clock.wallMicros(), this.#lastAt + 1);
    const [warnings, touched]: [string[], Sample[]] = [[], []];
    this.#spec.entries.forEach((entry, index) => {
      if (!overlaps(rangeOf(entry), write)) return;
      const sample = this.#sampleOf(entry, index, warnings);
      this.#samples[index] = sample;
      this.#writtenAt[index] = clock.now();
      touched.push(sample);
    });
    this.#watch();
    const { unitId, peer, functionCode } = write;
    return {
      ...{ block: this.#spec.name, unitId, peer, functionCode, at: this.#lastAt },
      ...{ samples: [...this.#samples], touched, image: this.#knownImage(), warnings },
    };
  }

  close(): void {
    this.#cancelAlarm();
  }

  #sampleOf(entry: WrittenEntry, index: number, warnings: string[]): Sample {
    const { point, register } = entry;
    const at = this.#lastAt;
    const base = { point, at, requestedAt: at, ...this.#rawOf(entry) };
    const { goodAt } = this.#samples[index] ?? {};
    const bad = (cause: string): Sample => ({
      ...{ ...base, quality: 'bad', cause },
      ...(goodAt !== undefined && { goodAt }),
    });
    const place = { table: this.range.table, start: register.address, count: register.count };
    if (!this.#isKnown(place)) return bad('not-written-yet');
    const value = this.#decoded.values[index];
    if (value === undefined) return bad(this.#decoded.causes[index] ?? 'not-written-yet');
    const problem = invalidity(entry, value);
    if (problem !== undefined) {
      warnings.push(problem);
      if (this.#spec.outOfRange !== 'warn') return bad('out-of-range');
    }
    return { ...base, value, quality: 'good', goodAt: at };
  }

  #rawOf({ register: { address, count } }: WrittenEntry): Pick<Sample, 'raw'> {
    if (isBitTable(this.range.table)) return {};
    return {
      raw: this.#image()
        .slice(address - this.range.start)
        .slice(0, count),
    };
  }

  #knownImage(): (number | undefined)[] {
    return this.#image().map((word, index) => (this.#known[index] === 1 ? word : undefined));
  }

  #image(): number[] {
    const isBit = isBitTable(this.range.table);
    return Array.from({ length: this.range.count }, (_, index) =>
      isBit
        ? ((this.#data[index >> 3] ?? 0) >> (index & 7)) & 1
        : ((this.#data[index * 2] ?? 0) << 8) | (this.#data[index * 2 + 1] ?? 0),
    );
  }

  /** Copies the image to `#data`. */
  #load(): void {
    const { tables } = this.#options;
    const { start, count } = this.range;
    if (isBitTable(this.range.table)) {
      const extent = tables.coil.find(start, count);
      if (extent !== undefined) tables.coil.copyTo(extent, start, count, this.#data, 0);
    } else {
      this.#data.set(tables.holding.wireBytes(start, count));
    }
  }

  /** Lays a write over `#data`. */
  #overlay({ start, values }: PendingWrite): void {
    values.forEach((value, offset) => {
      const index = start - this.range.start + offset;
      if (index < 0 || index >= this.range.count) return;
      if (!isBitTable(this.range.table)) {
        this.#data[index * 2] = value >> 8;
        this.#data[index * 2 + 1] = value;
        return;
      }
      const mask = 1 << (index & 7);
      const byte = this.#data[index >> 3] ?? 0;
      this.#data[index >> 3] = value === 0 ? byte & ~mask : byte | mask;
    });
  }

  #isKnown({ start, count }: Pick<MapRange, 'start' | 'count'>): boolean {
    const first = Math.max(0, start - this.range.start);
    return this.#known.subarray(first, start + count - this.range.start).every((known) => known);
  }

  #setException({ table, start, count }: MapRange, exception: number): void {
    this.#options.tables[table].setException(start, count, exception);
  }

  #watch(): void {
    const { staleMs } = this.#spec;
    this.#cancelAlarm();
    if (staleMs === undefined) return;
    const at = Math.min(...this.#writtenAt) + staleMs;
    this.#cancelAlarm = this.#options.clock.alarm(at, () => {
      this.#fallSilent(staleMs);
    });
  }

  #fallSilent(staleMs: number): void {
    const { clock, onSilent } = this.#options;
    const now = clock.now();
    this.#lastAt = Math.max(clock.wallMicros(), this.#lastAt + 1);
    const silent: Sample[] = [];
    this.#spec.entries.forEach((entry, index) => {
      const before = this.#samples[index];
      if (before === undefined || (this.#writtenAt[index] ?? Infinity) + staleMs > now) return;
      this.#writtenAt[index] = Infinity;
      this.#hide(rangeOf(entry));
      const quality = before.value === undefined ? 'bad' : 'stale';
      const sample: Sample = { ...before, quality, cause: 'not-written', at: this.#lastAt };
      this.#samples[index] = sample;
      silent.push(sample);
    });
    this.#watch();
    if (silent.length > 0) onSilent(silent);
  }

  #hide(range: MapRange): void {
    const { policy, tables } = this.#options;
    if (policy === 'hold') return;
    // A part of a write does not revive the rest of a value.
    const first = range.start - this.range.start;
    this.#known.fill(0, first, first + range.count);
    if (policy === 'exception') {
      this.#setException(range, EXCEPTION.gatewayTargetFailed);
      return;
    }
    const fill = Array<number>(range.count);
    if (range.table === 'coil') tables.coil.setBits(range.start, fill.fill(policy.sentinel & 1));
    else tables.holding.setRegisters(range.start, fill.fill(policy.sentinel & 0xffff));
  }
}

/** Does a write hold a part of a value, and not all of it? */
function isCut(entry: WrittenEntry, write: PendingWrite): boolean {
  const range = rangeOf(entry);
  return overlaps(range, write) && !contains(write, range);
}

/** Why a value is not a valid one; undefined when it is, or is none. */
function invalidity(
  { register, point }: WrittenEntry,
  value: Value | undefined,
): string | undefined {
  const { valid } = register;
  if (valid === undefined || (typeof value !== 'number' && typeof value !== 'bigint')) return;
  const [min, max] = valid;
  if (value >= min && value <= max) return undefined;
  const unit = point.unit === undefined ? '' : ` ${point.unit}`;
  return `${point.id} is ${value}${unit}, expected ${min} to ${max}`;
}
