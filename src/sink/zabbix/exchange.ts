import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { FramingError, SinkUnavailableError } from '../../base/errors.ts';
import { encodeZabbixFrame, ZabbixDeframer } from '../../base/zabbix-frame.ts';

/** Answers are a line of counts, or a sentence that says why not. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Node speaks pre-shared keys up to TLS 1.2; these are the suites that both sides have. */
const PSK_CIPHERS = [
  'ECDHE-PSK-CHACHA20-POLY1305',
  'ECDHE-PSK-AES128-CBC-SHA256',
  'PSK-AES128-GCM-SHA256',
  'PSK-AES256-GCM-SHA384',
  'PSK-AES128-CBC-SHA256',
].join(':');

/** A key that both sides know, as `PSK identity` and `PSK` of the host in Zabbix. */
export interface ZabbixPsk {
  readonly identity: string;
  /** 32 to 512 hexadecimal digits. */
  readonly keyHex: string;
}

export interface ZabbixServerAddress {
  readonly host: string;
  readonly port: number;
  readonly psk?: ZabbixPsk;
  readonly compress: boolean;
  /** For one question and its answer, connecting included. */
  readonly timeoutMs: number;
}

/**
 * One question and its answer on a connection of its own, as the trapper port wants it. Every way in
 * which that goes wrong is a SinkUnavailableError that says what happened.
 */
export async function askZabbix(
  server: ZabbixServerAddress,
  question: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const place = `zabbix server ${server.host}:${server.port}`;
  const form = server.compress ? 'compressed' : 'plain';
  const frame = encodeZabbixFrame(new TextEncoder().encode(question), form);
  const socket = open(server, place);
  let isConnected = false;
  try {
    return await new Promise<string>((resolve, reject) => {
      const fail = (what: string, cause?: unknown): void => {
        // A handshake with the wrong key may end in any way, a close without a word included.
        const said = isConnected ? what : reasonInWords(what, cause, server.psk);
        reject(new SinkUnavailableError(`${place} ${said}`, { cause }));
      };
      watch(signal, clock, server.timeoutMs, {
        late: () =>
          fail(
            `${isConnected ? 'does not answer' : 'cannot be reached'} in ${server.timeoutMs} ms`,
          ),
        stopped: () => reject(signal.reason as Error),
        over: (callback) => socket.once('close', callback),
      });
      socket.once(server.psk === undefined ? 'connect' : 'secureConnect', () => {
        isConnected = true;
        socket.write(frame);
      });
      receive(socket, resolve, fail);
      socket.on('error', (error) => fail('broke off', error));
    });
  } finally {
    socket.destroy();
  }
}

function open({ host, port, psk }: ZabbixServerAddress, place: string): Socket {
  if (psk === undefined) return connectTcp({ host, port, noDelay: true });
  const key = Buffer.from(psk.keyHex, 'hex');
  if (key.length * 2 !== psk.keyHex.length || key.length < 16) {
    throw new SinkUnavailableError(
      `the pre-shared key for ${place} is not made of 32 or more hexadecimal digits`,
    );
  }
  return connectTls({
    host,
    port,
    ciphers: PSK_CIPHERS,
    maxVersion: 'TLSv1.2',
    // With a pre-shared key there is no certificate: the handshake proves that both know the key.
    checkServerIdentity: () => undefined,
    pskCallback: () => ({ identity: psk.identity, psk: key }),
  });
}

interface Watch {
  readonly late: () => void;
  readonly stopped: () => void;
  readonly over: (callback: () => void) => void;
}

/** Rings when the time is up or the gateway stops, until the connection is over. */
function watch(signal: AbortSignal, clock: Clock, timeoutMs: number, on: Watch): void {
  const cancel = clock.alarm(clock.now() + timeoutMs, on.late);
  signal.addEventListener('abort', on.stopped, { once: true });
  on.over(() => {
    cancel();
    signal.removeEventListener('abort', on.stopped);
  });
}

function receive(
  socket: Socket,
  resolve: (answer: string) => void,
  fail: (what: string, cause?: unknown) => void,
): void {
  const deframer = new ZabbixDeframer(MAX_ANSWER_BYTES);
  socket.on('data', (chunk: Buffer) => {
    try {
      deframer.push(chunk);
      const body = deframer.next();
      if (body !== undefined) resolve(new TextDecoder().decode(body));
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      fail('does not speak the Zabbix protocol', error);
    }
  });
  // After a whole answer this says nothing any more: the promise is settled.
  socket.once('end', () => {
    if (deframer.pending > 0) fail(`ended its answer after ${deframer.pending} bytes`);
    else fail('closed the connection without an answer');
  });
  socket.once('close', () => fail('closed the connection'));
}

/** What the system's codes mean to the person who set the sink up. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: nothing listens there',
  EHOSTUNREACH: 'cannot be reached: no route leads there',
  ENETUNREACH: 'cannot be reached: no route leads to its network',
  ENOTFOUND: 'is unknown: there is no such host name',
  EAI_AGAIN: 'is unknown: the name server does not answer',
  ETIMEDOUT: 'cannot be reached: no answer',
  ECONNRESET: 'closed the connection at once: it may admit other addresses only',
};

/** Why there is no connection to ask on. */
function reasonInWords(what: string, cause: unknown, psk: ZabbixPsk | undefined): string {
  const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const { code } = (errors[0] ?? {}) as { code?: string };
  const known = REASONS[code ?? ''];
  if (psk !== undefined && (known === undefined || code === 'ECONNRESET')) {
    return `accepts no encrypted connection with PSK identity ${psk.identity}`;
  }
  return known ?? (cause === undefined ? what : 'cannot be reached');
}
