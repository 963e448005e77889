import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Point } from '../telemetry/point.ts';
import type { DeviceStatus, LineStatus, Site, SiteListener } from '../telemetry/site.ts';
import { Line } from './line.ts';
import { Rail } from './rail.ts';
import { railPoint } from './rail-point.ts';
import type { LineSetup } from './setup.ts';

/** Polls every line and keeps the rail; to everything else it is the Site. */
export class Engine implements Site {
  readonly name: string;
  readonly #rail: Rail;
  readonly #lines: readonly Line[];

  constructor(name: string, lines: readonly LineSetup[], clock: Clock, logger: Logger) {
    this.name = name;
    const points = lines.flatMap(({ devices }) =>
      devices.flatMap((device) =>
        // A write-only point has no value that could be read, and so no place on the rail.
        device.points
          .filter(({ point }) => point.access !== 'wo')
          .map(({ point, everyMs }) => railPoint(device.name, point, everyMs)),
      ),
    );
    this.#rail = new Rail(points, clock.wallMicros());
    this.#lines = lines.map((line) => new Line(line, this.#rail, clock, logger));
  }

  start(): void {
    for (const line of this.#lines) line.start();
  }

  /** Ends all polling and closes every client, at once. */
  stop(): void {
    for (const line of this.#lines) line.stop();
  }

  points(): readonly Point[] {
    return this.#rail.points;
  }

  devices(): readonly DeviceStatus[] {
    return this.#lines.flatMap((line) => line.devices.map((device) => device.status(line.name)));
  }

  lines(): readonly LineStatus[] {
    return this.#lines.map((line) => line.status());
  }

  sample(id: string): ReturnType<Site['sample']> {
    const slot = this.#rail.slotOf(id);
    return slot === undefined ? undefined : this.#rail.sample(slot);
  }

  snapshot(): ReturnType<Site['snapshot']> {
    return this.#rail.snapshot();
  }

  subscribe(listener: SiteListener): ReturnType<Site['subscribe']> {
    return this.#rail.subscribe(listener);
  }
}
