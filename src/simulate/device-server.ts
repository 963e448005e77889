import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { ConnectError } from '../base/errors.ts';
import type { Interceptor } from '../server/fault.ts';
import { serveTransport, type TransportServer } from '../server/serve-transport.ts';
import type { Units } from '../server/unit-tables.ts';
import { socketTransport } from '../transport/tcp.ts';
import { pacedTransport, Wire } from './paced-transport.ts';

/** As many as such boxes have. */
const MAX_CONNECTIONS = 8;

export interface DeviceServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly units: Units;
  readonly clock: Clock;
  /** Time of one character on the line, in milliseconds. */
  readonly charMs: number;
  readonly interceptor?: Interceptor;
}

export interface DeviceServer {
  readonly host: string;
  readonly port: number;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * A serial device server with simulated devices on its line: RTU frames over TCP in front, the speed
 * of a real line behind. Rejects with ConnectError when the port cannot be had.
 */
export async function listenDeviceServer(options: DeviceServerOptions): Promise<DeviceServer> {
  const { host = '127.0.0.1', port, units, clock, charMs, interceptor } = options;
  const wire = new Wire(clock, charMs);
  const open = new Set<TransportServer>();
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
    const transport = pacedTransport(socketTransport(socket, `rtu+tcp://${peer}`), wire);
    const served = serveTransport(transport, {
      ...{ units, clock, peer },
      ...(interceptor !== undefined && { interceptor }),
    });
    open.add(served);
    void served.ended.then(() => open.delete(served));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, host, port);
  const { address, port: given } = server.address() as AddressInfo;
  return {
    host: address,
    port: given,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const served of open) served.close();
      await closed;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new ConnectError(`cannot listen on ${host} port ${port}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  // From now on an error is one of accepting a connection; the next may succeed.
  server.on('error', () => undefined);
}
