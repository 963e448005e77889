import type { Writable } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import type { LogFields, Logger } from '../base/log.ts';
import type { AccessRule } from '../concentrator/access-list.ts';
import { Concentrator } from '../concentrator/concentrator.ts';
import type { UnitEvents } from '../concentrator/served-unit.ts';
import { SparingLog } from '../base/sparing-log.ts';
import type { UnitSpec } from '../concentrator/unit-spec.ts';
import type { ServedUnitConfig } from '../config/server-config.ts';
import type { ServerCounters } from '../server/service.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { LineStatus, Site } from '../telemetry/site.ts';
import { bringWishes } from './modbus-wishes.ts';
import { mapFile, servedMap, unitSpec } from './served-map.ts';
import type { WrittenDoor, WrittenLines } from './written-lines.ts';

export interface ModbusServerHost {
  readonly site: Site;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stdout: Writable;
  /** Where maps are remembered; absent: nowhere. */
  readonly folder: string | undefined;
  /** Where what clients write goes. */
  readonly written: WrittenLines;
  /** The way to devices. */
  readonly gate: WriteDoor;
}

/** A server of ours that answers. */
export interface RunningServer {
  /** Where, for the log. */
  readonly place: LogFields;
  /** Looks at everything the site knows again, after its points may have changed. */
  refresh?(): void;
  close(): Promise<void>;
}

/** The values of a site in registers, and what clients write on its way to the site. */
export class ServedSite {
  readonly concentrator: Concentrator;
  readonly #name: string;
  readonly #site: Site;
  readonly #logger: Logger;
  readonly #counters: (() => Readonly<ServerCounters>)[] = [];
  readonly #door: WrittenDoor;

  private constructor(
    name: string,
    specs: ReadonlyMap<ServedUnitConfig['unit'], UnitSpec>,
    allow: readonly AccessRule[] | undefined,
    { site, clock, logger, written, gate }: ModbusServerHost,
    events: UnitEvents,
  ) {
    const any = specs.get('any');
    const numbered = [...specs].flatMap(([unit, spec]) =>
      unit === 'any' ? [] : [[unit, spec] as const],
    );
    const doubts = new SparingLog(logger, clock);
    this.concentrator = new Concentrator({
      ...{ units: any === undefined ? new Map(numbered) : { any }, clock, logger },
      ...(allow !== undefined && { allow }),
      events: {
        ...events,
        onBlock: (update) => {
          const { touched, at, warnings, peer } = update;
          this.#door.tell(touched, at);
          for (const warning of warnings) {
            // The point is its first word: another doubtful value of it is no news.
            doubts.warn(warning.split(' ', 1).join(), warning, { server: name, peer });
          }
          events.onBlock?.(update);
        },
        onWishes: async (wished) => {
          const { exception, problem } = await bringWishes(wished, gate);
          if (problem !== undefined) {
            const { point, outcome, code, message } = problem;
            doubts.warn(
              `${wished.client} ${point} ${code}`,
              `write to ${point} ${outcome}: ${message}`,
              {
                ...{ server: name, client: wished.client, peer: wished.request.peer, exception },
              },
            );
          }
          return exception;
        },
      },
    });
    this.#door = written.join(name, {
      samples: () => this.concentrator.writtenSamples(),
      counters: () => this.#status(),
    });
    this.#site = site;
    this.#name = name;
    this.#logger = logger;
    this.refresh();
  }

  /** Rejects with InvalidRequestError for a map that cannot be had. */
  static async open(
    { name, units }: { readonly name: string; readonly units: readonly ServedUnitConfig[] },
    allow: readonly AccessRule[] | undefined,
    host: ModbusServerHost,
    events: UnitEvents = {},
  ): Promise<ServedSite> {
    const specs = new Map<ServedUnitConfig['unit'], UnitSpec>();
    for (const unit of units) {
      const file = host.folder === undefined ? undefined : mapFile(host.folder, name, unit.unit);
      specs.set(unit.unit, unitSpec(unit, await servedMap(unit, file)));
    }
    return new ServedSite(name, specs, allow, host, events);
  }

  /** A listener, or a line, whose requests count. */
  count(counters: () => Readonly<ServerCounters>): void {
    this.#counters.push(counters);
  }

  refresh(): void {
    this.concentrator.attach(this.#site);
  }

  close(): void {
    this.#door.leave();
    this.concentrator.close();
    for (const { name: client, ...counts } of this.concentrator.clients()) {
      if (counts.reads + counts.writes + counts.refused === 0) continue;
      this.#logger.info('what clients of the Modbus server did', {
        ...{ server: this.#name, client, ...counts },
      });
    }
  }

  #status(): Partial<LineStatus> {
    const all = this.#counters.map((counters) => counters());
    const sum = (pick: (counters: ServerCounters) => number): number =>
      all.reduce((total, counters) => total + pick(counters), 0);
    return {
      requests: sum(({ requests }) => requests),
      exceptions: sum(({ exceptions }) => exceptions),
      damaged: sum(({ damaged }) => damaged),
      foreign: sum(({ foreign }) => foreign),
    };
  }
}
