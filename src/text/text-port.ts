import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { ConnectError, describeError, UsageError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/log.ts';
import { isLoopbackHost, parseNetworks, type NetworkList } from '../base/network-list.ts';
import {
  TextConversation,
  textCounters,
  type TextCounters,
  type TextLimits,
} from './text-conversation.ts';
import type { TextDevice } from './text-desk.ts';

export interface TextPortOptions {
  /** Default 127.0.0.1. A wider address needs `allow`. */
  readonly host?: string;
  /** Default 9000; 0 lets the system choose. */
  readonly port?: number;
  /** Networks from which clients may come. Default: this machine. */
  readonly allow?: readonly string[];
  readonly device: TextDevice;
  readonly clock: Clock;
  readonly limits?: Partial<TextLimits>;
  readonly logger?: Logger;
}

export interface TextPort {
  readonly host: string;
  readonly port: number;
  readonly counters: Readonly<TextCounters>;
  /** Clients that are connected now. */
  readonly clients: number;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

const DEFAULT_LIMITS: TextLimits = {
  clients: 16,
  requestBytes: 1_024,
  requests: 100,
  firstLineMs: 5_000,
  quietMs: 30,
  answerMs: 30_000,
};

/**
 * The text port of the furnace: `Status`, `Get:1`, `Read`, answered with bare text and the end of the
 * connection. Rejects with UsageError when a wider address has no list of networks, with
 * InvalidRequestError for a list that cannot be read, with ConnectError when the port is not to be had.
 */
export async function openTextPort(options: TextPortOptions): Promise<TextPort> {
  const { host = '127.0.0.1', port = 9_000, allow } = options;
  if (allow === undefined && !isLoopbackHost(host)) {
    throw new UsageError(`listening on ${host} needs an allow list, such as 192.168.1.0/24`);
  }
  const listener = new TextListener(options, parseNetworks(allow ?? ['loopback']));
  await listener.open(host, port);
  return listener;
}

class TextListener implements TextPort {
  readonly counters = textCounters();
  readonly #options: TextPortOptions;
  readonly #networks: NetworkList;
  readonly #limits: TextLimits;
  readonly #logger: Logger;
  readonly #server: Server;
  readonly #open = new Set<TextConversation>();

  constructor(options: TextPortOptions, networks: NetworkList) {
    this.#options = options;
    this.#networks = networks;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#logger = options.logger ?? silentLogger;
    // A client that has said all it wants may close its side first.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#accept(socket);
    });
  }

  get host(): string {
    return this.#address().address;
  }

  get port(): number {
    return this.#address().port;
  }

  get clients(): number {
    return this.#open.size;
  }

  async open(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => {
        reject(new ConnectError(`cannot listen on ${host} port ${port}`, { cause }));
      });
      this.#server.listen(port, host, resolve);
    });
    this.#server.on('error', (error) => {
      this.#logger.warn('cannot accept a connection', { error: describeError(error) });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const conversation of this.#open) conversation.end();
    await closed;
  }

  #address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {
      this.counters.lost += 1;
    });
    const address = socket.remoteAddress ?? '';
    if (!this.#networks.isAllowed(address)) {
      this.counters.refused += 1;
      this.#logger.warn('connection refused: the address is not on the list', { address });
      socket.destroy();
      return;
    }
    if (this.#open.size >= this.#limits.clients && !this.#evict()) {
      this.counters.refused += 1;
      this.#logger.warn('connection refused: all clients wait for the device', { address });
      socket.destroy();
      return;
    }
    this.counters.connects += 1;
    const { device, clock } = this.#options;
    const conversation = new TextConversation(socket, {
      ...{ device, clock, limits: this.#limits, counters: this.counters, logger: this.#logger },
    });
    this.#open.add(conversation);
    socket.once('close', () => {
      conversation.end();
      this.#open.delete(conversation);
    });
  }

  /** Ends the oldest connection that waits for nothing of ours. False: there is none. */
  #evict(): boolean {
    for (const conversation of this.#open) {
      if (conversation.isWorking) continue;
      this.counters.evicted += 1;
      this.#open.delete(conversation);
      conversation.end();
      return true;
    }
    return false;
  }
}
