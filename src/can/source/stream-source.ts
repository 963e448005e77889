import type { Cancel, Clock } from '../../base/clock.ts';
import {
  ConnectError,
  ConnectionLostError,
  GatewayError,
  RequestTimeoutError,
} from '../../base/errors.ts';
import type { Dialer, Transport } from '../../transport/transport.ts';
import type { CanFrame } from '../frame.ts';
import type { CanReceiver, CanSource } from './can-source.ts';
import type { CanProtocol, ProtocolListener } from './protocol.ts';
import { keepTrying } from './retry.ts';

/** How long a peer may take until it is ready, in milliseconds. */
const READY_MS = 10_000;

export interface StreamSourceOptions {
  readonly url: string;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly protocol: (listener: ProtocolListener) => CanProtocol;
}

/** Frames out of a stream of bytes: a TCP connection, a serial port. */
export class StreamSource implements CanSource {
  readonly url: string;
  damaged = 0;
  readonly dropped = 0;
  readonly #options: StreamSourceOptions;
  readonly #protocol: CanProtocol;
  #receiver: CanReceiver | undefined;
  #transport: Transport | undefined;
  #isReady = false;
  #lost: (error: GatewayError) => void = () => undefined;

  constructor(options: StreamSourceOptions) {
    this.url = options.url;
    this.#options = options;
    const { clock } = options;
    this.#protocol = options.protocol({
      frame: (frame) => this.#receiver?.frame(frame, clock.wallMicros()),
      damaged: () => (this.damaged += 1),
      send: (bytes) => this.#transport?.write(bytes),
      ready: () => {
        this.#isReady = true;
        this.#receiver?.up();
      },
      refused: (reason) => this.#lost(new ConnectError(`${this.url} refuses: ${reason}`)),
    });
  }

  start(receiver: CanReceiver): Cancel {
    this.#receiver = receiver;
    const { clock } = this.#options;
    const cancel = keepTrying(
      clock,
      (lost) => this.#connect(lost),
      (error) => receiver.down(error),
    );
    return () => {
      cancel();
      this.#receiver = undefined;
    };
  }

  send(frame: CanFrame): boolean {
    const bytes = this.#isReady ? this.#protocol.encode(frame) : undefined;
    if (bytes === undefined || this.#transport === undefined) return false;
    this.#transport.write(bytes);
    return true;
  }

  #connect(lost: (error: GatewayError) => void): Cancel {
    const { dialer, clock } = this.#options;
    const abort = new AbortController();
    let transport: Transport | undefined;
    const close = (): void => {
      cancelAlarm();
      abort.abort(new ConnectionLostError(`${this.url} was closed`));
      const farewell = this.#isReady ? this.#protocol.farewell() : undefined;
      if (farewell !== undefined) transport?.write(farewell);
      transport?.close();
      if (this.#transport === transport) this.#transport = undefined;
      this.#isReady = false;
    };
    this.#lost = (error) => {
      close();
      lost(error);
    };
    const fail = this.#lost;
    const cancelAlarm = clock.alarm(clock.now() + READY_MS, () => {
      if (!this.#isReady) fail(new RequestTimeoutError(`${this.url} says nothing`));
    });
    dialer.dial(abort.signal).then(
      (dialled) => {
        if (abort.signal.aborted) {
          dialled.close();
          return;
        }
        transport = dialled;
        this.#transport = dialled;
        dialled.listen({
          data: (chunk) => {
            if (!abort.signal.aborted) this.#protocol.push(chunk);
          },
          end: (error) => {
            if (abort.signal.aborted) return;
            fail(error ?? new ConnectionLostError(`${this.url} ended the connection`));
          },
        });
        this.#protocol.begin();
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof GatewayError)) throw error;
        fail(error);
      },
    );
    return close;
  }
}
