import { connect, type Socket } from 'node:net';
import { ConnectError, ConnectionLostError } from '../base/errors.ts';
import type { Dialer, Receiver, Transport } from './transport.ts';

/** After this long without traffic the system asks whether the peer is still there. */
const KEEP_ALIVE_MS = 30_000;

/** What the system's codes mean to somebody who stands in front of the cabinet. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'no route leads there, or nobody has this address',
  ENETUNREACH: 'no route leads to this network',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the peer reset the connection',
};

/** Connects to `host`, a name or an address; IPv6 without brackets. */
export function tcpDialer(host: string, port: number, scheme = 'tcp'): Dialer {
  const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url,
    async dial(signal) {
      signal.throwIfAborted();
      // Requests are a dozen bytes and latency is everything, so Nagle's algorithm stays off.
      const socket = connect({
        host,
        port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
      });
      try {
        await connected(socket, signal);
      } catch (cause) {
        // It may fail once more on its way out, which nobody needs to hear.
        socket.on('error', () => undefined);
        socket.destroy();
        signal.throwIfAborted();
        throw new ConnectError(`cannot connect to ${url}${inWords(cause)}`, { cause });
      }
      return socketTransport(socket, url);
    },
  };
}

async function connected(socket: Socket, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    const clean = (): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    const fail = (error: Error): void => {
      clean();
      reject(error);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clean();
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** Several addresses were tried for a name: the first of their errors speaks for all. */
function inWords(cause: unknown): string {
  const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const { code } = (errors[0] ?? {}) as { code?: string };
  const reason = REASONS[code ?? ''];
  return reason === undefined ? '' : ` (${reason})`;
}

/** A connected socket as a byte pipe, of a client or of a server. */
export function socketTransport(socket: Socket, url: string): Transport {
  let failure: ConnectionLostError | undefined;
  let isClosed = false;
  return {
    listen(receiver: Receiver) {
      socket.on('data', (chunk: Buffer) => {
        if (!isClosed) receiver.data(chunk);
      });
      socket.on('error', (cause) => {
        failure ??= new ConnectionLostError(`lost ${url}${inWords(cause)}`, { cause });
      });
      socket.once('close', () => {
        // A failure after our own close is none.
        receiver.end(isClosed ? undefined : failure);
      });
    },
    write(bytes) {
      if (!isClosed) socket.write(bytes);
    },
    close() {
      isClosed = true;
      socket.destroy();
    },
  };
}
