import type { Cancel } from '../base/clock.ts';
import { fingerprint } from '../config/fingerprint.ts';
import type { DeviceConfig, SiteConfig } from '../config/site-config.ts';
import type {
  HeardDeviceSetup,
  HeardGroup,
  HeardLine,
  HeardLineSetup,
} from '../engine/heard-line.ts';
import { inDevice, railPoint } from '../engine/rail-point.ts';
import type { LineStatus } from '../telemetry/site.ts';
import type { Sample } from '../telemetry/sample.ts';

/** A server that runs, as its line sees it. */
export interface WritingServer {
  /** The newest of everything that its clients write. */
  samples(): readonly Sample[];
  counters(): Partial<LineStatus>;
}

/** Where a server tells what its clients wrote. */
export interface WrittenDoor {
  /** What belongs together, at `at` in microseconds since 1970. */
  tell(samples: readonly Sample[], at: number): void;
  /** The server has ended. */
  leave(): void;
}

/** An open line, and the groups in which its points are told: one for each, as they age apart. */
interface OpenLine {
  readonly line: HeardLine;
  readonly groups: ReadonlyMap<string, HeardGroup>;
  /** The registers as they were written last, by id. */
  readonly raws: Map<string, readonly number[]>;
}

/**
 * What clients write to servers of ours, on its way to the engine: one line per server, whose devices
 * are told and never asked. Line and server begin and end on their own: a line that comes later asks the
 * server for what it has, and what nobody hears is not lost to those who read it from the server.
 */
export class WrittenLines {
  readonly #open = new Map<string, OpenLine>();
  readonly #servers = new Map<string, WritingServer>();

  /** The lines of a site, ready for the engine. */
  setups({ lines, devices }: SiteConfig): readonly HeardLineSetup[] {
    return lines
      .filter(({ kind }) => kind === 'server')
      .map((line) => {
        const { name, endpoint } = line;
        const own = devices.filter((device) => device.line === name);
        return {
          ...{ kind: 'heard', name, url: endpoint, fingerprint: fingerprint(line, own) },
          devices: own.map(heardDevice),
          open: (heard) => this.#openLine(name, heard, own),
          counters: () => this.#servers.get(name)?.counters() ?? {},
        };
      });
  }

  /** A server begins to take what clients write. */
  join(server: string, running: WritingServer): WrittenDoor {
    const name = `server:${server}`;
    this.#servers.set(name, running);
    return {
      tell: (samples, at) => {
        const open = this.#open.get(name);
        if (open !== undefined) tell(open, samples, at);
      },
      leave: () => {
        if (this.#servers.get(name) === running) this.#servers.delete(name);
      },
    };
  }

  #openLine(name: string, line: HeardLine, devices: readonly DeviceConfig[]): Cancel {
    const raws = new Map<string, readonly number[]>();
    const groups = new Map(
      devices.flatMap((device) =>
        device.points.map(({ point, staleMs }) => [
          `${device.name}.${point.name}`,
          line.group(device.name, [point.name], staleMs, (it) => raws.get(`${device.name}.${it}`)),
        ]),
      ),
    );
    const open = { line, groups, raws };
    this.#open.set(name, open);
    const known = this.#servers.get(name)?.samples() ?? [];
    const good = known.filter(({ quality }) => quality === 'good');
    // What was written together is told together, here too.
    for (const at of [...new Set(good.map((sample) => sample.at))].sort((a, b) => a - b)) {
      tell(
        open,
        good.filter((sample) => sample.at === at),
        at,
      );
    }
    return () => {
      if (this.#open.get(name) === open) this.#open.delete(name);
    };
  }
}

/** Tells the samples of each device as one unit; those that the line does not know are left out. */
function tell({ line, groups, raws }: OpenLine, samples: readonly Sample[], at: number): void {
  const known = samples.flatMap((sample) => {
    const group = groups.get(sample.point.id);
    return group === undefined ? [] : [{ sample, group }];
  });
  for (const { sample } of known) {
    if (sample.raw !== undefined) raws.set(sample.point.id, sample.raw);
  }
  for (const device of new Set(known.map(({ group }) => group.device))) {
    const own = known.filter(({ group }) => group.device === device);
    line.tellTogether(
      own.map(({ group }) => group),
      own.map(({ sample }) => sample.value),
      own.map(({ sample }) => sample.cause),
      at,
    );
  }
}

function heardDevice(device: DeviceConfig): HeardDeviceSetup {
  const { name, label, profile, hero, unit, points, computed, tags, reports } = device;
  return {
    ...{ name, hero, unit, computed, tags },
    ...(label !== undefined && { label }),
    ...(profile !== undefined && { profile }),
    ...(reports !== undefined && { reports }),
    points: points.map(({ point, everyMs }) => inDevice(railPoint(name, point, everyMs), device)),
  };
}
