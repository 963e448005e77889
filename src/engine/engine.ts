import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Point } from '../telemetry/point.ts';
import type { PauseNote } from '../telemetry/polling.ts';
import type { Sample } from '../telemetry/sample.ts';
import type {
  DeviceStatus,
  LineStatus,
  Site,
  SiteListener,
  Unsubscribe,
} from '../telemetry/site.ts';
import type { DevicePort } from '../gate/device-port.ts';
import type { BenchLine } from '../workbench/bench-line.ts';
import { HeardLine, type HeardLineSetup } from './heard-line.ts';
import { Line } from './line.ts';
import type { LineSetup } from './setup.ts';
import type { PolledDevice, Source } from './source.ts';

/** What is asked, and what speaks by itself. */
export type SourceSetup = LineSetup | HeardLineSetup;

/** What a change of the set of lines did, by their names. */
export interface LineChanges {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Polls every line, and hears those that speak by themselves; to everything else it is the Site.
 *
 * Each line has a rail of its own, so that one line can be replaced while the others go on: their
 * values, their health and their place on the grid are not touched.
 */
export class Engine implements Site {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listeners = new Set<SiteListener>();
  #lines: readonly Source[] = [];
  #points: readonly Point[] = [];
  #running = false;
  #name: string;
  #pauses: ReadonlyMap<string, PauseNote> = new Map();

  constructor(name: string, lines: readonly SourceSetup[], clock: Clock, logger: Logger) {
    this.#name = name;
    this.#clock = clock;
    this.#logger = logger;
    this.apply(lines);
  }

  get name(): string {
    return this.#name;
  }

  start(): void {
    this.#running = true;
    for (const line of this.#lines) line.start();
  }

  /** Ends all polling and closes every client, at once. */
  stop(): void {
    this.#running = false;
    for (const line of this.#lines) line.stop();
  }

  /**
   * Makes these the lines: a line whose name and fingerprint stay is kept as it is, the others are
   * stopped and started. Clients of kept lines in `setups` are not used.
   */
  apply(setups: readonly SourceSetup[], name = this.#name): LineChanges {
    this.#name = name;
    const before = new Map(this.#lines.map((line) => [line.name, line]));
    const kept = new Set<string>();
    for (const setup of setups) {
      const line = before.get(setup.name);
      const isSame = setup.fingerprint !== undefined && line?.fingerprint === setup.fingerprint;
      if (isSame) kept.add(setup.name);
    }
    const stopped = [...before.keys()].filter((other) => !kept.has(other));
    // What goes, goes first: a new line may want the port of an old one.
    for (const other of stopped) before.get(other)?.stop();
    this.#lines = setups.map((setup) => {
      const line = kept.has(setup.name) ? before.get(setup.name) : undefined;
      return line ?? this.#make(setup);
    });
    const started = this.#lines.filter((line) => !kept.has(line.name));
    if (started.length + stopped.length > 0) {
      this.#points = this.#lines.flatMap(({ rail }) => rail.points);
    }
    if (this.#running) for (const line of started) line.start();
    return { started: started.map((line) => line.name), stopped, kept: [...kept] };
  }

  /** Another array after every `apply` that changed something. */
  points(): readonly Point[] {
    return this.#points;
  }

  devices(): readonly DeviceStatus[] {
    return this.#lines.flatMap((line) => line.deviceStatus());
  }

  lines(): readonly LineStatus[] {
    return this.#lines.map((line) => line.status());
  }

  /** For how long the line that is furthest behind has not looked at what was due, in milliseconds. */
  standstillMs(): number {
    if (!this.#running) return 0;
    const now = this.#clock.now();
    return Math.max(0, ...this.#lines.map((line) => line.standstillMs(now)));
  }

  /** How a device is written to; undefined where there is no such device, or no such way. */
  port(device: string): DevicePort | undefined {
    for (const line of this.#lines) {
      const port = line.port(device);
      if (port !== undefined) return port;
    }
    return undefined;
  }

  /** How somebody looks at other registers on a line; undefined where it is none that is asked. */
  bench(line: string): BenchLine | undefined {
    return this.#lines.find(({ name }) => name === line)?.bench();
  }

  /** The polling of a device; undefined where there is no such device, or nobody asks it. */
  polled(device: string): PolledDevice | undefined {
    for (const line of this.#lines) {
      const polled = line.polled(device);
      if (polled !== undefined) return polled;
    }
    return undefined;
  }

  /** Makes these, by device, the ones that are not asked, on lines that come later too. */
  pause(pauses: ReadonlyMap<string, PauseNote>): void {
    this.#pauses = pauses;
    for (const { name } of this.devices()) {
      const [polled, note] = [this.polled(name), pauses.get(name)];
      if (note === undefined && polled?.paused !== undefined) polled.resume();
      if (note !== undefined && polled?.paused !== note) polled?.pause(note);
    }
  }

  sample(id: string): Sample | undefined {
    for (const { rail } of this.#lines) {
      const slot = rail.slotOf(id);
      if (slot !== undefined) return rail.sample(slot);
    }
    return undefined;
  }

  snapshot(): readonly Sample[] {
    return this.#lines.flatMap(({ rail }) => rail.snapshot());
  }

  subscribe(listener: SiteListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #make(setup: SourceSetup): Source {
    const line =
      'kind' in setup
        ? new HeardLine(setup, this.#clock)
        : new Line(setup, this.#clock, this.#logger);
    for (const [device, note] of this.#pauses) line.polled(device)?.pause(note);
    line.rail.subscribe((changed, refreshed) => {
      for (const listener of this.#listeners) listener(changed, refreshed);
    });
    return line;
  }
}
