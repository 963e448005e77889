import { readFile } from 'node:fs/promises';
import { ConnectError, describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { ModbusServerConfig, TlsConfig } from '../config/server-config.ts';
import type { ModbusServer } from '../server/listen-tcp.ts';
import type { TlsIdentity } from '../server/tls-identity.ts';
import { listenProblem } from './listen-problem.ts';
import { MeterPrinter } from './meter-printer.ts';
import { ServedSite, type ModbusServerHost, type RunningServer } from './served-site.ts';

/** Serves the values of a site on TCP. Rejects with ConnectError when a port cannot be had. */
export async function startModbusServer(
  config: ModbusServerConfig,
  host: ModbusServerHost,
): Promise<RunningServer> {
  const { name, allow, listen, framing, limits, log } = config;
  const { clock, logger, stdout } = host;
  const printer = log === undefined ? undefined : new MeterPrinter(log, { clock, logger, stdout });
  const served = await ServedSite.open(config, allow, host, printer?.events(config));
  const open: ModbusServer[] = [];
  const close = async (): Promise<void> => {
    served.close();
    await Promise.all(open.map(async (server) => server.close()));
  };
  try {
    const server = await served.concentrator.listen({ ...listen, framing, limits });
    open.push(server);
    const tls = config.tls === undefined ? undefined : await listenTls(config.tls, config, served);
    if (tls !== undefined) open.push(tls);
    for (const { counters } of open) served.count(() => counters);
    if (printer !== undefined && tls !== undefined) {
      printer.viaOf = (peer) => (tls.connections().some((it) => it.peer === peer) ? 'TLS' : 'TCP');
    }
    printer?.start(server, config);
    return {
      place: { host: server.host, port: server.port, ...(tls !== undefined && { tls: tls.port }) },
      refresh() {
        served.refresh();
        if (tls !== undefined && config.tls !== undefined)
          void renew(tls, name, config.tls, logger);
      },
      async close() {
        await close();
        printer?.stop();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listenTls(
  tls: TlsConfig,
  { name, limits }: ModbusServerConfig,
  { concentrator }: ServedSite,
): Promise<ModbusServer> {
  const identity = await identityOf(name, tls);
  try {
    return await concentrator.listen({ ...tls.listen, limits, tls: identity });
  } catch (error) {
    if (error instanceof ConnectError) throw listenProblem(name, tls.listen, error);
    throw useless(name, error);
  }
}

/** A certificate that was renewed counts from the next reload of the site. */
async function renew(
  server: ModbusServer,
  name: string,
  tls: TlsConfig,
  logger: Logger,
): Promise<void> {
  try {
    server.identify(await identityOf(name, tls));
  } catch (error) {
    logger.error(`the certificate stays what it was: ${describeError(useless(name, error))}`);
  }
}

async function identityOf(name: string, { cert, key, ca }: TlsConfig): Promise<TlsIdentity> {
  try {
    return {
      ...{ cert: await readFile(cert), key: await readFile(key) },
      ...(ca !== undefined && { ca: await readFile(ca) }),
    };
  } catch (error) {
    throw useless(name, error);
  }
}

function useless(name: string, cause: unknown): ConnectError {
  if (cause instanceof ConnectError) return cause;
  return new ConnectError(`server ${name} cannot use its certificate: ${describeError(cause)}`);
}
