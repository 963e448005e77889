import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal } from '../journal/journal.ts';
import { newestOf } from '../journal/newest-samples.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site, Unsubscribe } from '../telemetry/site.ts';
import { cycle, NO_MEMORY, type CycleMemory, type CycleView } from './line-cycle.ts';
import type { LineSetup } from './line-setup.ts';

/** What the last cycle of a device has left is in the journal as an event of this topic. */
export const MEMORY_TOPIC = 'line-memory';
/** It is written again before so many records are behind it that it would not be found. */
const MEMORY_RECORDS = 5_000;

/** When some points were read so often, others that were not are waited for no longer. */
const PATIENT_READS = 3;

export interface ComposerParts {
  readonly site: Site;
  readonly journal: Journal;
  readonly logger: Logger;
}

/**
 * Puts together what belongs on one line of a sink. When every point of a device has been read once more,
 * its cycle is over: what is to be written goes into the journal as one record of one moment, under ids
 * that only the sink wants. What a cycle is compared with is kept in the journal too, so that a restart
 * repeats nothing that is told once.
 */
export class LineComposer {
  readonly #parts: ComposerParts;
  #devices: readonly DeviceCycle[] = [];
  #byDevice: ReadonlyMap<string, readonly DeviceCycle[]> = new Map();
  #unsubscribe: Unsubscribe | undefined;

  constructor(parts: ComposerParts) {
    this.#parts = parts;
  }

  /** Makes these the lines; cycles begin anew, with what the journal knows of them. */
  async apply(setups: readonly LineSetup[]): Promise<void> {
    this.stop();
    if (setups.length === 0) return;
    this.#devices = setups.map((setup) => new DeviceCycle(setup, this.#parts));
    const byDevice = new Map<string, DeviceCycle[]>();
    for (const one of this.#devices) {
      for (const device of one.devices)
        byDevice.set(device, [...(byDevice.get(device) ?? []), one]);
    }
    this.#byDevice = byDevice;
    await this.#restore();
    this.#unsubscribe = this.#parts.site.subscribe((_, { points }) => {
      const [first] = points;
      if (first === undefined) return;
      for (const one of this.#byDevice.get(first.device) ?? []) one.hear(points);
    });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  async #restore(): Promise<void> {
    const { journal, logger } = this.#parts;
    try {
      const keys = this.#devices.map(({ key }) => key);
      const found = await newestOf<StoredMemory>(journal, keys, (record, tell) => {
        if (record.kind !== 'event' || record.topic !== MEMORY_TOPIC) return;
        const { key, memory } = record.data as { key: string; memory: StoredMemory };
        tell(key, memory);
      });
      for (const one of this.#devices) one.restore(found.get(one.key));
    } catch (error) {
      logger.warn(`what was written to lines last is not known: ${describeError(error)}`);
    }
  }
}

/** A memory as JSON. */
interface StoredMemory {
  readonly values: readonly (readonly [string, string | number | boolean])[];
  readonly when: readonly (boolean | null)[];
  readonly all: readonly (boolean | null)[];
}

/** The cycles of one device for one sink. */
class DeviceCycle {
  readonly key: string;
  readonly #setup: LineSetup;
  readonly #site: Site;
  readonly #journal: Journal;
  /** Ids of the points that a cycle needs, and how often each was read since the last one. */
  readonly #needed: readonly string[];
  readonly #reads = new Map<string, number>();
  readonly #points = new Map<string, { readonly from: Point; readonly point: Point }>();
  #memory: CycleMemory = NO_MEMORY;
  #told = '';
  #toldAt = -Infinity;

  constructor(setup: LineSetup, { site, journal }: ComposerParts) {
    this.#setup = setup;
    [this.#site, this.#journal] = [site, journal];
    this.key = `${setup.sink}/${setup.device}`;
    const names = setup.entries.flatMap(({ points, on, when, all }) => [
      ...[...points.keys(), ...on, ...(when?.names ?? []), ...(all?.names ?? [])],
    ]);
    this.#needed = [...new Set(names.map((name) => this.#idOf(name)))];
  }

  /** Whose answers it must hear: mostly its own alone. */
  get devices(): ReadonlySet<string> {
    return new Set(this.#needed.map((id) => id.slice(0, id.indexOf('.'))));
  }

  restore(stored: StoredMemory | undefined): void {
    if (stored === undefined) return;
    const flags = (list: readonly (boolean | null)[]) => list.map((flag) => flag ?? undefined);
    const { values, when, all } = stored;
    this.#memory = { values: new Map(values), when: flags(when), all: flags(all) };
    this.#told = this.#lasting();
  }

  hear(points: readonly Point[]): void {
    let most = 0;
    for (const { id } of points) {
      const reads = (this.#reads.get(id) ?? 0) + 1;
      this.#reads.set(id, reads);
      most = Math.max(most, reads);
    }
    const isWhole = this.#needed.every((id) => this.#reads.has(id) || this.#isGivenUp(id));
    if (!isWhole && most < PATIENT_READS) return;
    this.#reads.clear();
    const { entries } = this.#setup;
    const { written, memory } = cycle(entries, this.#view, this.#memory);
    const at = Math.max(...this.#needed.map((id) => this.#site.sample(id)?.at ?? 0));
    const samples = written.flatMap((names, index) =>
      names.flatMap((name) => this.#composed(index, name, at)),
    );
    if (samples.length > 0 && this.#append({ kind: 'samples', samples }) === undefined) return;
    this.#memory = memory;
    this.#tellMemory(at);
  }

  /** A register that the device refuses, or a point that is gone, must not hold up the others. */
  #isGivenUp(id: string): boolean {
    const sample = this.#site.sample(id);
    return (
      sample === undefined || (sample.quality === 'bad' && /^exception/.test(sample.cause ?? ''))
    );
  }

  readonly #view: CycleView = {
    value: (name) => {
      const sample = this.#site.sample(this.#idOf(name));
      return sample?.quality === 'good' ? sample.value : undefined;
    },
    input: (name) => this.#site.sample(this.#idOf(name)),
  };

  #composed(index: number, name: string, at: number): readonly Sample[] {
    const entry = this.#setup.entries[index];
    const id = entry?.points.get(name);
    const sample = this.#site.sample(this.#idOf(name));
    if (entry === undefined || id === undefined || sample?.value === undefined) return [];
    const known = this.#points.get(id);
    const point =
      known?.from === sample.point ? known.point : { ...sample.point, id, category: entry.line };
    this.#points.set(id, { from: sample.point, point });
    const { value, requestedAt } = sample;
    return [{ point, value, quality: 'good', at, requestedAt, goodAt: at }];
  }

  /** Undefined when the journal is full: the next cycle says it again. */
  #append(record: Parameters<Journal['append']>[0]): number | undefined {
    return this.#journal.append(record);
  }

  #tellMemory(at: number): void {
    const lasting = this.#lasting();
    const isFar = this.#journal.head - this.#toldAt > MEMORY_RECORDS;
    if (lasting === this.#told && !isFar) return;
    const { values, when, all } = this.#memory;
    const memory = { values: [...values].map(([name, value]) => [name, plain(value)]), when, all };
    const data = { key: this.key, memory };
    const sequence = this.#append({ kind: 'event', topic: MEMORY_TOPIC, at, data });
    if (sequence !== undefined) [this.#told, this.#toldAt] = [lasting, sequence];
  }

  /** What must not be forgotten: the values of lines that are told once, and what conditions were. */
  #lasting(): string {
    const { values, when, all } = this.#memory;
    const names = this.#setup.entries.flatMap((entry) =>
      entry.when === undefined ? [] : [...entry.points.keys(), ...entry.on],
    );
    return JSON.stringify([names.map((name) => plain(values.get(name) ?? null)), when, all]);
  }

  #idOf(name: string): string {
    return name.includes('.') ? name : `${this.#setup.device}.${name}`;
  }
}

function plain<T>(value: T | bigint): T | string {
  return typeof value === 'bigint' ? value.toString() : value;
}
