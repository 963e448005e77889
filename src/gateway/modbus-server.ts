import type { ModbusServerConfig } from '../config/server-config.ts';
import { MeterPrinter } from './meter-printer.ts';
import { ServedSite, type ModbusServerHost, type RunningServer } from './served-site.ts';

/** Serves the values of a site on TCP. Rejects with ConnectError when a port cannot be had. */
export async function startModbusServer(
  config: ModbusServerConfig,
  host: ModbusServerHost,
): Promise<RunningServer> {
  const { allow, listen, framing, limits, log } = config;
  const { clock, logger, stdout } = host;
  const printer = log === undefined ? undefined : new MeterPrinter(log, { clock, logger, stdout });
  const served = await ServedSite.open(config, allow, host, printer?.events(config));
  try {
    const server = await served.concentrator.listen({ ...listen, framing, limits });
    served.count(() => server.counters);
    printer?.start(server, config);
    return {
      place: { host: server.host, port: server.port },
      refresh() {
        served.refresh();
      },
      async close() {
        served.close();
        printer?.stop();
        await server.close();
      },
    };
  } catch (error) {
    served.close();
    throw error;
  }
}
