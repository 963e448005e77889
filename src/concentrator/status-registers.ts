import type { Cancel, Clock } from '../base/clock.ts';
import type { UnitTables } from '../server/unit-tables.ts';
import type { Quality, Sample } from '../telemetry/sample.ts';
import type { StatusSpec } from './unit-spec.ts';

/** The age registers count seconds. */
const BEAT_MS = 1_000;
const MAX_AGE = 65_534;
const NEVER = 65_535;

const QUALITY_CODES: Readonly<Record<Quality, number>> = { good: 0, stale: 1, bad: 2 };

interface DeviceStatus {
  readonly spec: StatusSpec;
  readonly qualities: Map<string, Quality>;
  /** On the scale of `clock.now`; absent while it never answered. */
  answeredAt?: number;
}

/** Keeps two registers per device: how good its values are, and how old the newest is. */
export class StatusRegisters {
  readonly #tables: UnitTables;
  readonly #clock: Clock;
  readonly #devices: ReadonlyMap<string, DeviceStatus>;
  #cancelBeat: Cancel = () => undefined;

  constructor(tables: UnitTables, specs: readonly StatusSpec[], clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
    this.#devices = new Map(specs.map((spec) => [spec.device, { spec, qualities: new Map() }]));
    for (const device of this.#devices.values()) this.#show(device);
    if (specs.length > 0) this.#beat();
  }

  /** What an answer brought. */
  apply(samples: readonly Sample[]): void {
    for (const { point, quality, goodAt } of samples) {
      const device = this.#devices.get(point.device);
      if (device === undefined) continue;
      device.qualities.set(point.id, quality);
      if (goodAt !== undefined) this.#hear(device, goodAt);
      this.#show(device);
    }
  }

  /** A device has confirmed values; `at` is in microseconds since 1970. */
  confirm(name: string, at: number): void {
    const device = this.#devices.get(name);
    if (device === undefined) return;
    this.#hear(device, at);
    this.#show(device);
  }

  close(): void {
    this.#cancelBeat();
  }

  #hear(device: DeviceStatus, at: number): void {
    const ageMs = Math.max(0, (this.#clock.wallMicros() - at) / 1_000);
    device.answeredAt = Math.max(device.answeredAt ?? -Infinity, this.#clock.now() - ageMs);
  }

  #show({ spec: { table, address }, qualities, answeredAt }: DeviceStatus): void {
    const codes = [...qualities.values()].map((quality) => QUALITY_CODES[quality]);
    const quality = codes.length === 0 ? QUALITY_CODES.bad : Math.max(...codes);
    const seconds = Math.floor((this.#clock.now() - (answeredAt ?? 0)) / 1_000);
    const age = answeredAt === undefined ? NEVER : Math.min(MAX_AGE, Math.max(0, seconds));
    this.#tables[table].setRegisters(address, [quality, age]);
  }

  #beat(): void {
    this.#cancelBeat = this.#clock.alarm(this.#clock.now() + BEAT_MS, () => {
      for (const device of this.#devices.values()) this.#show(device);
      this.#beat();
    });
  }
}
