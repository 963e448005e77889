import { ConnectError, describeError } from '../base/errors.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { WriteDoor } from '../gate/write-door.ts';
import type { Site } from '../telemetry/site.ts';
import type { GatewayHost } from './gateway.ts';
import { listenProblem, startProblem } from './listen-problem.ts';
import type { ModbusServerHost, RunningServer } from './served-site.ts';
import type { WrittenLines } from './written-lines.ts';

interface Running {
  readonly fingerprint: string;
  readonly server: RunningServer;
}

/** What a site file says of its servers, and where it keeps what they must remember. */
export interface ServersConfig {
  readonly servers: readonly ServerConfig[];
  readonly data?: string;
}

const STARTED: Readonly<Record<ServerConfig['type'], string>> = {
  'modbus-tcp': 'the Modbus server answers',
  'modbus-rtu': 'the Modbus server answers on its line',
  text: 'the text port answers',
  'zabbix-agent': 'the Zabbix agent answers',
};

/** Those of a site who are asked: Modbus servers, text ports and passive Zabbix agents. */
export class Servers {
  readonly #site: Site;
  readonly #host: GatewayHost;
  /** Where their clients' writes go. */
  readonly gate: WriteDoor;
  readonly #written: WrittenLines;
  #running: readonly Running[] = [];

  constructor(site: Site, host: GatewayHost, gate: WriteDoor, written: WrittenLines) {
    this.#site = site;
    this.#host = host;
    this.gate = gate;
    this.#written = written;
  }

  /** Makes these the servers. Rejects when an address cannot be had. */
  async apply(config: ServersConfig): Promise<void> {
    const [error] = await this.#change(config);
    if (error !== undefined) throw error;
  }

  /** The same while the site runs: one that cannot be had is missing, with a line in the log. */
  async move(config: ServersConfig): Promise<void> {
    for (const error of await this.#change(config)) {
      this.#host.logger.error(`a server is missing: ${describeError(error)}`);
    }
  }

  async stop(): Promise<void> {
    await this.#change({ servers: [] });
  }

  /** Replaces those that differ; resolves with why some could not be started. */
  async #change({ servers, data }: ServersConfig): Promise<readonly Error[]> {
    const prints = servers.map((config) => [fingerprintOf(config, data), config] as const);
    const wanted = new Set(prints.map(([fingerprint]) => fingerprint));
    const stays = (running: Running): boolean => wanted.has(running.fingerprint);
    const gone = this.#running.filter((running) => !stays(running));
    this.#running = this.#running.filter(stays);
    await Promise.all(gone.map(async ({ server }) => server.close()));
    for (const { server } of this.#running) server.refresh?.();
    const errors: Error[] = [];
    for (const [fingerprint, config] of prints) {
      if (this.#running.some((running) => running.fingerprint === fingerprint)) continue;
      try {
        const server = await this.#start(config, data);
        this.#running = [...this.#running, { fingerprint, server }];
      } catch (error) {
        errors.push(problemOf(config, error));
      }
    }
    return errors;
  }

  async #start(config: ServerConfig, folder: string | undefined): Promise<RunningServer> {
    const server = await this.#listen(config, folder);
    this.#host.logger.info(STARTED[config.type], { server: config.name, ...server.place });
    return server;
  }

  /** Each kind is loaded when a site has one: what is not used takes no memory. */
  async #listen(config: ServerConfig, folder: string | undefined): Promise<RunningServer> {
    const { clock, logger } = this.#host;
    const site = this.#site;
    switch (config.type) {
      case 'modbus-tcp': {
        const { startModbusServer } = await import('./modbus-server.ts');
        return startModbusServer(config, this.#modbusHost(folder));
      }
      case 'modbus-rtu': {
        const { startModbusLine } = await import('./modbus-line.ts');
        return startModbusLine(config, this.#modbusHost(folder));
      }
      case 'text': {
        const { openTextPort } = await import('../text/text-port.ts');
        const { textDevice } = await import('./text-device.ts');
        const { gate } = this;
        const exit = (): void => {
          logger.info('the program ends: a client of the text port asked for it', {
            server: config.name,
          });
          this.#host.exit();
        };
        const device = textDevice(config, { site, gate, exit });
        return placed(
          await openTextPort({
            ...{ ...config.listen, clock, logger, device },
            ...(config.allow !== undefined && { allow: config.allow }),
          }),
        );
      }
      case 'zabbix-agent': {
        const { startZabbixAgent } = await import('../text/zabbix-agent.ts');
        const { heldRegister } = await import('./held-registers.ts');
        const { furnace } = config;
        return placed(
          await startZabbixAgent({
            ...{ site, clock, logger, listen: config.listen },
            ...(furnace !== undefined && {
              furnace: { register: (cell: number) => heldRegister(furnace, site, cell) },
            }),
            ...(config.allow !== undefined && { allow: config.allow }),
          }),
        );
      }
    }
  }

  #modbusHost(folder: string | undefined): ModbusServerHost {
    const { clock, logger, stdout } = this.#host;
    const { gate } = this;
    return { site: this.#site, clock, logger, stdout, folder, written: this.#written, gate };
  }
}

/** A server at one address. */
function placed(server: {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}): RunningServer {
  const { host, port } = server;
  return { place: { host, port }, close: async () => server.close() };
}

function problemOf(config: ServerConfig, error: unknown): Error {
  if (error instanceof ConnectError && error.message.startsWith(`server ${config.name} `)) {
    return error;
  }
  if (!('listen' in config)) return startProblem(config.name, error);
  return listenProblem(config.name, config.listen, error);
}

/** Two that are alike need no change. The names of states are as much a part of it as registers are. */
function fingerprintOf(config: ServerConfig, data: string | undefined): string {
  return JSON.stringify([config, data], (_, value: unknown) => {
    if (value instanceof Map) return [...value];
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}
