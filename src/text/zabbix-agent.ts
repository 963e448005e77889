import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { ConnectError, FramingError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/log.ts';
import type { Site } from '../telemetry/site.ts';
import { admitFor, type Admit } from './allow-list.ts';
import { answerRequest, AgentRequest } from './zabbix-agent-request.ts';
import type { CheckContext, FurnaceRegisters } from './zabbix-check.ts';

export interface ZabbixAgentOptions {
  readonly site: Site;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Default 127.0.0.1, port 10050; 0 lets the system choose. */
  readonly listen?: { readonly host?: string; readonly port?: number };
  /** Addresses and networks that may ask. Default: this computer alone. */
  readonly allow?: readonly string[];
  /** What `agent.hostname` answers. Default: the name of the site. */
  readonly hostname?: string;
  /** What `agent.version` answers. A server from 7.0 on speaks JSON to 7.0.0 and later. Default 7.0.0. */
  readonly version?: string;
  /** Registers of a furnace, for the keys that its script had: `eurotherm_data_pv`. */
  readonly furnace?: FurnaceRegisters;
  readonly limits?: Partial<ZabbixAgentLimits>;
}

export interface ZabbixAgentLimits {
  /** Connections at a time; one more is closed at once. Default 64. */
  readonly connections: number;
  /** Longest request. Default 4 KiB. */
  readonly requestBytes: number;
  /** A request must be there this long after connecting, and its answer fetched as long after. Default 3 s. */
  readonly requestMs: number;
}

const DEFAULT_LIMITS: ZabbixAgentLimits = {
  connections: 64,
  requestBytes: 4096,
  requestMs: 3_000,
};

export interface ZabbixAgentCounters {
  connects: number;
  /** Not on the list. */
  refused: number;
  /** One too many at a time. */
  crowded: number;
  /** No request, or no end of one, in time; or an answer that nobody fetched. */
  late: number;
  /** No request at all, or one that is too long. */
  malformed: number;
  /** Checks that were answered with a value. */
  answered: number;
  /** Checks that had no value. */
  unsupported: number;
}

export interface ZabbixAgent {
  readonly host: string;
  readonly port: number;
  readonly counters: Readonly<ZabbixAgentCounters>;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts a passive Zabbix agent that answers for the points of a site. Rejects with UsageError when
 * more than this computer could ask and no list says who may, and with ConnectError when the port
 * cannot be had.
 */
export async function startZabbixAgent(options: ZabbixAgentOptions): Promise<ZabbixAgent> {
  const { host = '127.0.0.1', port = 10_050 } = options.listen ?? {};
  const agent = new Agent(options, admitFor(host, options.allow));
  await agent.open(host, port);
  return agent;
}

class Agent implements ZabbixAgent {
  readonly counters: ZabbixAgentCounters = {
    ...{ connects: 0, refused: 0, crowded: 0, late: 0, malformed: 0, answered: 0, unsupported: 0 },
  };
  readonly #context: CheckContext;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #admit: Admit;
  readonly #limits: ZabbixAgentLimits;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(options: ZabbixAgentOptions, admit: Admit) {
    const { site, clock, logger = silentLogger } = options;
    const { hostname = site.name, version = '7.0.0', furnace } = options;
    this.#context = {
      ...{ site, hostname, version, wallMicros: () => clock.wallMicros() },
      ...(furnace !== undefined && { furnace }),
    };
    this.#clock = clock;
    this.#logger = logger;
    this.#admit = admit;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    // A client that has sent its request may close its side and still wait for the answer.
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      this.#accept(socket);
    });
  }

  get host(): string {
    return (this.#server.address() as AddressInfo).address;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async open(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => {
        reject(new ConnectError(`cannot listen on ${host} port ${port}`, { cause }));
      });
      this.#server.listen(port, host, resolve);
    });
    this.#server.on('error', (error) => {
      this.#logger.warn('cannot accept a connection', { error: error.message });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const ended = [...this.#open].map(
      async (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    );
    for (const socket of this.#open) socket.destroy();
    await Promise.all([closed, ...ended]);
  }

  #accept(socket: Socket): void {
    const peer = socket.remoteAddress ?? '';
    socket.on('error', (error) => {
      this.#logger.debug('connection lost', { peer, error: error.message });
    });
    if (!this.#admit(peer)) {
      this.counters.refused += 1;
      this.#logger.warn('connection refused: the address is not on the list', { peer });
      socket.destroy();
    } else if (this.#open.size >= this.#limits.connections) {
      this.counters.crowded += 1;
      socket.destroy();
    } else {
      this.counters.connects += 1;
      this.#serve(socket, peer);
    }
  }

  #serve(socket: Socket, peer: string): void {
    this.#open.add(socket);
    let cancel = this.#deadline(socket, peer);
    socket.once('close', () => {
      cancel();
      this.#open.delete(socket);
    });

    const request = new AgentRequest(this.#limits.requestBytes);
    let isAnswered = false;
    const receive = (chunk: Uint8Array, isOver: boolean): void => {
      if (isAnswered) return;
      try {
        request.push(chunk);
        const text = request.next(isOver);
        if (text === undefined && !isOver) return;
        isAnswered = true;
        cancel();
        cancel = this.#deadline(socket, peer);
        if (text === undefined) throw new FramingError('the request ended before it was whole');
        this.#answer(socket, text);
      } catch (error) {
        if (!(error instanceof FramingError)) throw error;
        isAnswered = true;
        this.counters.malformed += 1;
        this.#logger.info('not a request', { peer, error: error.message });
        socket.destroy();
      }
    };
    socket.on('data', (chunk: Buffer) => receive(chunk, false));
    socket.on('end', () => receive(new Uint8Array(0), true));
  }

  #answer(socket: Socket, text: string): void {
    const { frame, checks, unsupported } = answerRequest(text, this.#context);
    this.counters.answered += checks - unsupported;
    this.counters.unsupported += unsupported;
    socket.end(frame);
  }

  #deadline(socket: Socket, peer: string): () => void {
    return this.#clock.alarm(this.#clock.now() + this.#limits.requestMs, () => {
      this.counters.late += 1;
      this.#logger.info('connection closed: nothing moved in time', { peer });
      socket.destroy();
    });
  }
}
