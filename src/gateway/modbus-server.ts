import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { Concentrator } from '../concentrator/concentrator.ts';
import type { UnitSpec } from '../concentrator/unit-spec.ts';
import type { ModbusServerConfig } from '../config/server-config.ts';
import type { Site } from '../telemetry/site.ts';
import { mapFile, servedMap, unitSpec } from './served-map.ts';

export interface ModbusServerHost {
  readonly site: Site;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where maps are remembered; absent: nowhere. */
  readonly folder: string | undefined;
}

/** A server of ours that listens. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** Looks at everything the site knows again, after its points may have changed. */
  refresh?(): void;
  close(): Promise<void>;
}

/** Serves the values of a site. Rejects with ConnectError when the port cannot be had. */
export async function startModbusServer(
  { name, units, allow, listen, framing, limits }: ModbusServerConfig,
  { site, clock, logger, folder }: ModbusServerHost,
): Promise<RunningServer> {
  const specs = new Map<number, UnitSpec>();
  for (const unit of units) {
    const file = folder === undefined ? undefined : mapFile(folder, name, unit.unit);
    specs.set(unit.unit, unitSpec(unit, await servedMap(unit, file)));
  }
  const concentrator = new Concentrator({
    ...{ units: specs, clock, logger },
    ...(allow !== undefined && { allow }),
  });
  concentrator.attach(site);
  try {
    const server = await concentrator.listen({ ...listen, framing, limits });
    return {
      host: server.host,
      port: server.port,
      refresh() {
        concentrator.attach(site);
      },
      async close() {
        concentrator.close();
        await server.close();
      },
    };
  } catch (error) {
    concentrator.close();
    throw error;
  }
}
