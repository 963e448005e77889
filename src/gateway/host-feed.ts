import { readFile } from 'node:fs/promises';
import type { Cancel, Clock } from '../base/clock.ts';
import type { HeardConfig } from '../config/heard-config.ts';
import type { HeardGroup, HeardLine } from '../engine/heard-line.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';

/** Where Linux says how warm the processor is, in thousandths of a degree. */
const THERMAL_FILE = '/sys/class/thermal/thermal_zone0/temp';
const TEMPERATURE_MS = 10_000;
const CLOCK_MS = 1_000;

interface Sourced {
  readonly point: RegisterPoint;
  readonly group: HeardGroup;
}

/** The values of a device that no frame brings: those of this computer, and those that never change. */
export class HostFeed {
  /** Values that never change, by point. */
  readonly constants: ReadonlyMap<string, number>;
  /** Of points that say when the device was last heard: they are told with whatever it says. */
  readonly updateGroups: readonly HeardGroup[];
  readonly #line: HeardLine;
  readonly #clock: Clock;
  readonly #readTemperature: () => Promise<string>;
  readonly #constants: readonly Sourced[];
  readonly #clocks: readonly Sourced[];
  readonly #temperatures: readonly Sourced[];
  #cancels: Cancel[] = [];
  #isStopped = true;
  #second = NaN;
  #text = '';

  constructor(
    line: HeardLine,
    device: string,
    points: readonly RegisterPoint[],
    { sources, staleMs }: HeardConfig,
    clock: Clock,
    readTemperature: () => Promise<string> = async () => readFile(THERMAL_FILE, 'utf8'),
  ) {
    this.#line = line;
    this.#clock = clock;
    this.#readTemperature = readTemperature;
    const of = (kind: string, freshMs: number): readonly Sourced[] =>
      points
        .filter(({ name }) => {
          const source = sources[name];
          return source?.kind === 'host' ? source.value === kind : source?.kind === kind;
        })
        .map((point) => ({ point, group: line.group(device, [point.name], freshMs) }));
    this.#constants = of('constant', Infinity);
    this.#clocks = of('clock', Math.max(staleMs, 3 * CLOCK_MS));
    this.#temperatures = of('cpu-temperature', Math.max(staleMs, 3 * TEMPERATURE_MS));
    this.updateGroups = of('update-time', staleMs).map(({ group }) => group);
    this.constants = new Map(
      this.#constants.map(({ point: { name } }) => {
        const source = sources[name];
        return [name, source?.kind === 'constant' ? source.value : NaN] as const;
      }),
    );
  }

  start(): void {
    this.#isStopped = false;
    this.tellConstants();
    if (this.#clocks.length > 0) this.#every(CLOCK_MS, () => this.#tellClock());
    if (this.#temperatures.length > 0) {
      this.#every(TEMPERATURE_MS, () => void this.#tellTemperature());
    }
  }

  /** What never changes holds again once the bus is there: with the bus it was in doubt too. */
  tellConstants(): void {
    for (const { point, group } of this.#constants) {
      this.#tell(group, this.constants.get(point.name));
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  /** Puts the time of what is told into the last places, those of `updateGroups`. */
  addUpdateTime(
    {
      wanted,
      values,
      causes,
    }: {
      readonly wanted: readonly number[];
      readonly values: (Value | undefined)[];
      readonly causes: (string | undefined)[];
    },
    at: number,
  ): void {
    for (let index = wanted.length; index < values.length; index += 1) {
      values[index] = this.#timeText(at);
      causes[index] = undefined;
    }
  }

  #every(ms: number, run: () => void): void {
    const index = this.#cancels.length;
    let dueAt = this.#clock.now();
    const next = (): void => {
      if (this.#isStopped) return;
      run();
      dueAt += ms;
      this.#cancels[index] = this.#clock.alarm(Math.max(dueAt, this.#clock.now()), next);
    };
    this.#cancels[index] = () => undefined;
    next();
  }

  #tellClock(): void {
    const at = this.#clock.wallMicros();
    for (const { group } of this.#clocks) this.#tell(group, this.#timeText(at));
  }

  async #tellTemperature(): Promise<void> {
    const celsius = await this.#readTemperature().then(
      (text) => (text.trim() === '' ? NaN : Number(text) / 1000),
      () => NaN,
    );
    if (this.#isStopped) return;
    for (const { point, group } of this.#temperatures) {
      const value = Number(celsius.toFixed(point.decimals ?? 1));
      this.#tell(group, Number.isFinite(value) ? value : undefined, 'no-sensor');
    }
  }

  #tell(group: HeardGroup, value: Value | undefined, cause?: string): void {
    this.#line.tell(group, [value], [cause], this.#clock.wallMicros());
  }

  /** Local time to the second; one text for all that is told within it. */
  #timeText(micros: number): string {
    const second = Math.floor(micros / 1_000_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = localTime(second);
    }
    return this.#text;
  }
}

/** `2021-06-15 14:47:41`, in the computer's zone. */
export function localTime(second: number): string {
  const date = new Date(second * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
