import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import type { Cancel, Clock } from '../base/clock.ts';
import { ConnectError } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/log.ts';
import { AnswerBuffer } from './answer-buffer.ts';
import { oldestIdle } from './connection-pool.ts';
import type { Interceptor } from './fault.ts';
import { MbapServerCore } from './mbap-core.ts';
import { peerName, plainAddress } from './peer-name.ts';
import { RtuServerCore } from './rtu-core.ts';
import type { ServerCore } from './server-core.ts';
import { serverCounters, type ServerCounters, type Service } from './service.ts';
import { tlsOptions, type TlsIdentity } from './tls-identity.ts';
import type { Units } from './unit-tables.ts';

export interface ListenOptions {
  /** Default 127.0.0.1: a wider address is the caller's decision. */
  readonly host?: string;
  /** Default 502; 0 lets the system choose. */
  readonly port?: number;
  /** `rtu` is RTU frames inside TCP, as serial device servers speak it. Default `mbap`. */
  readonly framing?: 'mbap' | 'rtu';
  readonly units: Units;
  /** Encrypts every connection. */
  readonly tls?: TlsIdentity;
  /** Default `exception`: 0x0B. */
  readonly unknownUnit?: 'exception' | 'silence';
  readonly clock: Clock;
  readonly limits?: Partial<ServerLimits>;
  /** May this address connect? Default: every one that can reach the listener. */
  readonly admit?: (address: string) => boolean;
  /** For simulators: faults, chosen per request. */
  readonly interceptor?: Interceptor;
  readonly logger?: Logger;
}

export interface ServerLimits {
  /** Connections at a time; one more closes the oldest idle one. Default 32. */
  readonly connections: number;
  /** Connections of one address; one more closes its oldest idle one. Default: no limit of its own. */
  readonly perAddress: number;
  /**
   * Requests of one connection per second. Who asks more often is answered, and then not heard until
   * the second has caught up; nothing is lost. Default: no limit.
   */
  readonly requestsPerSecond: number;
  /** The rest of a begun frame must come within this. Default 5 s. */
  readonly halfFrameMs: number;
  /** A connection may be silent this long. Default 10 min. */
  readonly idleMs: number;
  /**
   * Answers a client has not fetched, in bytes, at which its requests wait. Default 256 KiB. What one
   * chunk asked for comes on top, 1.4 MB when all of its 64 KiB are requests.
   */
  readonly unsentBytes: number;
  /** Silence that ends a damaged stretch of RTU. Default 20 ms, as a network delays by that. */
  readonly silenceMs: number;
}

const DEFAULT_LIMITS: ServerLimits = {
  connections: 32,
  perAddress: Infinity,
  requestsPerSecond: Infinity,
  halfFrameMs: 5_000,
  idleMs: 600_000,
  unsentBytes: 256 * 1024,
  silenceMs: 20,
};

export interface ModbusServer {
  readonly host: string;
  readonly port: number;
  readonly counters: Readonly<ServerCounters>;
  connections(): readonly ServerConnection[];
  /** Another certificate for those who connect from now on; throws for one that cannot be used. */
  identify(identity: TlsIdentity): void;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

export interface ServerConnection {
  /** `192.168.1.7:40123`. */
  readonly peer: string;
  readonly requests: number;
  /** When it connected and when its last request came, on the scale of `clock.now`. */
  readonly connectedAt: number;
  readonly activeAt: number;
}

/** Starts a Modbus TCP server; rejects with ConnectError when the port cannot be had. */
export async function listenTcp(options: ListenOptions): Promise<ModbusServer> {
  const listener = new TcpListener(options);
  const { host = '127.0.0.1', port = 502 } = options;
  await listener.open(host, port);
  return listener;
}

interface Connection extends ServerConnection {
  requests: number;
  activeAt: number;
  readonly address: string;
  readonly socket: Socket;
  readonly core: ServerCore;
  /** When all that was asked will have been within the rate; it is heard again then. */
  paidUntil: number;
  isThrottled: boolean;
  /** Deadlines count from here: while it was not heard it could not keep any. */
  heardFrom: number;
}

class TcpListener implements ModbusServer {
  readonly counters = serverCounters();
  readonly #options: ListenOptions;
  readonly #limits: ServerLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #service: Service;
  readonly #server: Server;
  readonly #out = new AnswerBuffer();
  readonly #open = new Set<Connection>();
  #alarmAt = Infinity;
  #cancelAlarm: Cancel = () => undefined;

  constructor(options: ListenOptions) {
    const { units, unknownUnit = 'exception', clock, interceptor, logger } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#clock = clock;
    this.#logger = logger ?? silentLogger;
    this.#service = { units, unknownUnit, interceptor, clock, counters: this.counters };
    const accept = (socket: Socket): void => {
      this.#accept(socket);
    };
    // Answers are small and awaited, so Nagle's algorithm stays off.
    const settings = { noDelay: true, keepAlive: true };
    this.#server =
      options.tls === undefined
        ? createServer(settings, accept)
        : this.#guarded(createTlsServer({ ...settings, ...tlsOptions(options.tls) }, accept));
  }

  get host(): string {
    return this.#address().address;
  }

  get port(): number {
    return this.#address().port;
  }

  connections(): readonly ServerConnection[] {
    return [...this.#open].map(({ peer, requests, connectedAt, activeAt }) => ({
      ...{ peer, requests, connectedAt, activeAt },
    }));
  }

  identify(identity: TlsIdentity): void {
    if (this.#server instanceof TlsServer) this.#server.setSecureContext(tlsOptions(identity));
  }

  async open(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => {
        reject(new ConnectError(`cannot listen on ${host} port ${port}`, { cause }));
      });
      this.#server.listen(port, host, resolve);
    });
    // From now on an error is one of accepting a connection; the next may succeed.
    this.#server.on('error', (error) => {
      this.#logger.warn('cannot accept a connection', { error: error.message });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const connection of this.#open) this.#end(connection);
    this.#cancelAlarm();
    await closed;
  }

  #address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  /** Nobody costs us a handshake who may not connect, and few do at a time. */
  #guarded(server: TlsServer): TlsServer {
    server.maxConnections = 2 * this.#limits.connections;
    server.on('connection', (socket: Socket) => this.#isAdmitted(socket));
    server.on('drop', () => {
      this.counters.refused += 1;
    });
    server.on('tlsClientError', (error, socket) => {
      this.counters.lost += 1;
      const peer = peerName(plainAddress(socket.remoteAddress ?? ''), socket.remotePort ?? 0);
      this.#logger.info('no handshake', { peer, error: error.message });
    });
    return server;
  }

  /** Ends a connection from an address that may not connect. */
  #isAdmitted(socket: Socket): boolean {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (this.#options.admit?.(address) !== false) return true;
    this.counters.refused += 1;
    this.#logger.warn('connection refused: the address is not on the list', {
      peer: peerName(address, socket.remotePort ?? 0),
    });
    socket.destroy();
    return false;
  }

  #accept(socket: Socket): void {
    if (this.#options.tls === undefined && !this.#isAdmitted(socket)) return;
    const address = plainAddress(socket.remoteAddress ?? '');
    const peer = peerName(address, socket.remotePort ?? 0);
    this.#makeRoom(address);
    const now = this.#clock.now();
    const core = this.#makeCore(socket, peer);
    const connection = {
      ...{ peer, address, requests: 0, connectedAt: now, activeAt: now, socket, core },
      ...{ paidUntil: now, isThrottled: false, heardFrom: now },
    };
    this.#open.add(connection);
    this.counters.connects += 1;
    this.#serve(connection);
    this.#watch(now + this.#limits.idleMs);
  }

  #makeCore(socket: Socket, peer: string): ServerCore {
    const send = (frame: Uint8Array): void => {
      socket.write(frame);
    };
    if (this.#options.framing !== 'rtu') return new MbapServerCore(this.#service, peer, send);
    return new RtuServerCore(this.#service, peer, this.#limits.silenceMs, send);
  }

  #serve(connection: Connection): void {
    const { socket, peer } = connection;
    socket.on('data', (chunk) => {
      this.#receive(connection, chunk);
    });
    socket.on('drain', () => {
      if (!connection.isThrottled) socket.resume();
    });
    socket.on('error', (error) => {
      this.counters.lost += 1;
      this.#logger.debug('connection lost', { peer, error: error.message });
    });
    socket.on('close', () => {
      this.#end(connection);
    });
  }

  #receive(connection: Connection, chunk: Uint8Array): void {
    const { core } = connection;
    const now = this.#clock.now();
    core.receive(chunk, now, this.#out);
    const asked = core.requests - connection.requests;
    if (asked !== 0) {
      connection.requests = core.requests;
      connection.activeAt = now;
    }
    this.#flush(connection);
    if (core.failure !== undefined) {
      this.#drop(connection, 'corrupt', core.failure.message);
      return;
    }
    if (asked > 0 && this.#limits.requestsPerSecond !== Infinity) {
      this.#throttle(connection, asked, now);
    }
    this.#watch(core.incompleteSince + this.#limits.halfFrameMs);
    this.#watch(core.silenceAt);
  }

  /** A client may be a second ahead of its rate. */
  #throttle(connection: Connection, asked: number, now: number): void {
    const price = (asked * 1_000) / this.#limits.requestsPerSecond;
    connection.paidUntil = Math.max(connection.paidUntil, now) + price;
    if (connection.paidUntil - now <= 1_000) return;
    this.counters.throttled += 1;
    connection.isThrottled = true;
    connection.socket.pause();
    this.#watch(connection.paidUntil);
  }

  /** One write for all that was answered. */
  #flush({ socket }: Connection): void {
    if (this.#out.length === 0) return;
    const isTaken = socket.write(this.#out.view());
    if (socket.writableLength === 0) {
      this.#out.reuse();
      return;
    }
    this.#out.replace();
    // A client that asks and does not fetch must not fill our memory. `drain` comes only after a
    // write that was refused, so a limit below the socket's own means the socket's own.
    if (!isTaken && socket.writableLength > this.#limits.unsentBytes) socket.pause();
  }

  #makeRoom(address: string): void {
    const { connections, perAddress } = this.#limits;
    const own = [...this.#open].filter((connection) => connection.address === address);
    if (own.length >= perAddress) this.#evict(own, 'its address has another one');
    if (this.#open.size >= connections) this.#evict(this.#open, 'another one needed its place');
  }

  #evict(connections: Iterable<Connection>, reason: string): void {
    const oldest = oldestIdle(connections);
    if (oldest !== undefined) this.#drop(oldest, 'evicted', reason);
  }

  #drop(
    connection: Connection,
    counter: 'evicted' | 'corrupt' | 'halfFrame' | 'idle',
    reason: string,
  ): void {
    this.counters[counter] += 1;
    this.#logger.info('connection closed', { peer: connection.peer, reason });
    this.#end(connection);
  }

  #end(connection: Connection): void {
    this.#open.delete(connection);
    connection.core.close();
    // A client that fetches what was answered before it went wrong gets it. One that does not fetch
    // would keep the socket for ever.
    if (connection.socket.writableLength === 0) connection.socket.destroySoon();
    else connection.socket.destroy();
  }

  /** Makes sure that deadlines are looked at no later than `at`. One alarm serves all connections. */
  #watch(at: number): void {
    if (at >= this.#alarmAt) return;
    this.#cancelAlarm();
    this.#alarmAt = at;
    this.#cancelAlarm = this.#clock.alarm(at, () => {
      this.#alarmAt = Infinity;
      this.#lookAtDeadlines(this.#clock.now());
    });
  }

  #lookAtDeadlines(now: number): void {
    let next = Infinity;
    for (const connection of this.#open) next = Math.min(next, this.#lookAt(connection, now));
    this.#watch(next);
  }

  /** Does what is due for a connection; gives when to look at it again. */
  #lookAt(connection: Connection, now: number): number {
    if (connection.isThrottled) {
      if (connection.paidUntil > now) return connection.paidUntil;
      connection.isThrottled = false;
      connection.heardFrom = now;
      connection.socket.resume();
    }
    const { halfFrameMs, idleMs } = this.#limits;
    const { core, activeAt, heardFrom } = connection;
    if (core.silenceAt <= now) {
      core.silence(this.#out);
      this.#flush(connection);
    }
    const halfFrameAt = Math.max(core.incompleteSince, heardFrom) + halfFrameMs;
    const idleAt = Math.max(activeAt, heardFrom) + idleMs;
    if (halfFrameAt <= now) {
      this.#drop(connection, 'halfFrame', 'the rest of a frame did not come');
      return Infinity;
    }
    if (idleAt <= now) {
      this.#drop(connection, 'idle', 'nothing came');
      return Infinity;
    }
    return Math.min(idleAt, halfFrameAt, core.silenceAt);
  }
}
