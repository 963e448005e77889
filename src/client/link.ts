import { Backoff, RECONNECT_BACKOFF, type BackoffLimits } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { ClosedError, ConnectError, ConnectionLostError, GatewayError } from '../base/errors.ts';
import type { Dialer, Transport } from '../transport/transport.ts';
import type { LineCounters } from './client.ts';

export interface LinkOptions {
  readonly clock: Clock;
  /** Pauses between tries to connect. Default 0.5 s to 1 min. */
  readonly backoff?: BackoffLimits;
  /** How long to wait for a connection, in milliseconds. Default 3000. */
  readonly connectTimeoutMs?: number;
}

/** Whoever uses the link. */
export interface LinkUser {
  opened(): void;
  data(chunk: Uint8Array): void;
  /** The connection is over, or could not be made. */
  lost(error: GatewayError): void;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 3_000;

/**
 * Keeps one connection to one endpoint: at most one dial at a time, and pauses between failures.
 *
 * A connection that carried an answer may be replaced at once: devices close idle ones. One that
 * carried none counts as a failed try, else a peer that accepts and hangs up would be dialled for ever.
 */
export class Link {
  readonly #dialer: Dialer;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #connectTimeoutMs: number;
  readonly #counters: LineCounters;
  readonly #user: LinkUser;
  readonly #waiters = new Set<(error?: GatewayError) => void>();
  #state: 'idle' | 'dialling' | 'open' | 'closed' = 'idle';
  #transport: Transport | undefined;
  #abort = new AbortController();
  #hasAnswered = false;
  #pauseUntil = -Infinity;
  #failure: GatewayError | undefined;

  constructor(dialer: Dialer, options: LinkOptions, counters: LineCounters, user: LinkUser) {
    this.#dialer = dialer;
    this.#clock = options.clock;
    this.#backoff = new Backoff(options.backoff ?? RECONNECT_BACKOFF);
    this.#connectTimeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
    this.#counters = counters;
    this.#user = user;
  }

  /** The connection, while there is one. */
  get transport(): Transport | undefined {
    return this.#transport;
  }

  /** Begins to connect unless that is under way. Throws ConnectError during a pause, ClosedError after the end. */
  open(): void {
    if (this.#state === 'closed') throw new ClosedError(`${this.#dialer.url} has been closed`);
    if (this.#state !== 'idle') return;
    const waitMs = this.#pauseUntil - this.#clock.now();
    if (waitMs > 0) {
      const seconds = (waitMs / 1000).toFixed(1);
      throw new ConnectError(`not connected to ${this.#dialer.url}, next try in ${seconds} s`, {
        cause: this.#failure,
      });
    }
    this.#state = 'dialling';
    void this.#dial();
  }

  /** Resolves when the endpoint is open. */
  async connect(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.open();
    if (this.#transport !== undefined) return;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(settle);
        reject(signal?.reason as Error);
      };
      const settle = (error?: GatewayError): void => {
        signal?.removeEventListener('abort', abort);
        if (error === undefined) resolve();
        else reject(error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.add(settle);
    });
  }

  /** An answer came: the connection is worth something. */
  answered(): void {
    this.#hasAnswered = true;
  }

  /** Gives the connection up. */
  end(error: GatewayError): void {
    const transport = this.#transport;
    if (transport === undefined) return;
    this.#transport = undefined;
    transport.close();
    this.#lose(error);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const error = new ClosedError(`${this.#dialer.url} has been closed`);
    this.#abort.abort(error);
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close();
    this.#settleWaiters(error);
  }

  async #dial(): Promise<void> {
    const { url } = this.#dialer;
    this.#abort = new AbortController();
    const abort = this.#abort;
    const cancel: Cancel = this.#clock.alarm(this.#clock.now() + this.#connectTimeoutMs, () => {
      const text = `cannot connect to ${url} within ${this.#connectTimeoutMs} ms`;
      abort.abort(new ConnectError(text));
    });
    try {
      const transport = await this.#dialer.dial(abort.signal);
      this.#opened(transport);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (this.#state === 'closed') return;
      this.#counters.connectFailures += 1;
      // A missing package is, to whoever asks a device, one more reason not to be connected.
      const failure =
        error instanceof ConnectError ? error : new ConnectError(error.message, { cause: error });
      this.#hasAnswered = false;
      this.#lose(failure);
    } finally {
      cancel();
    }
  }

  #opened(transport: Transport): void {
    if (this.#state === 'closed') {
      transport.listen({ data: ignore, end: ignore });
      transport.close();
      return;
    }
    this.#state = 'open';
    this.#transport = transport;
    this.#hasAnswered = false;
    this.#counters.connects += 1;
    transport.listen({
      data: (chunk) => {
        if (this.#transport === transport) this.#user.data(chunk);
      },
      end: (error) => {
        if (this.#transport !== transport) return;
        this.#transport = undefined;
        this.#lose(error ?? new ConnectionLostError(`${this.#dialer.url} ended the connection`));
      },
    });
    this.#user.opened();
    this.#settleWaiters();
  }

  #lose(error: GatewayError): void {
    this.#state = 'idle';
    this.#failure = error;
    if (this.#hasAnswered) this.#backoff.reset();
    else this.#pauseUntil = this.#clock.now() + this.#backoff.next();
    this.#settleWaiters(error);
    this.#user.lost(error);
  }

  #settleWaiters(error?: GatewayError): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const settle of waiters) settle(error);
  }
}

function ignore(): void {
  // Nobody is there any more.
}
