import type { Cancel, Clock } from '../base/clock.ts';
import type { GatewayError } from '../base/errors.ts';
import type { Transport } from '../transport/transport.ts';
import { AnswerBuffer } from './answer-buffer.ts';
import type { Interceptor } from './fault.ts';
import { RtuServerCore } from './rtu-core.ts';
import { serverCounters, type ServerCounters } from './service.ts';
import type { Units } from './unit-tables.ts';

export interface ServeOptions {
  readonly units: Units;
  readonly clock: Clock;
  /** As the write hook and the interceptor name whoever asks. Default `serial`. */
  readonly peer?: string;
  /**
   * Silence that ends a damaged stretch, in milliseconds. The specification's 3.5 characters are the
   * least; USB adapters hand out bytes in lumps up to 16 ms apart. Default 10.
   */
  readonly silenceMs?: number;
  /** From the end of a request to its answer: 3.5 characters, 4 ms at 9600. Default 2. */
  readonly turnaroundMs?: number;
  readonly interceptor?: Interceptor;
}

export interface TransportServer {
  readonly counters: Readonly<ServerCounters>;
  /** Resolves when the transport has ended, with the error that ended it, if one did. */
  readonly ended: Promise<GatewayError | undefined>;
  close(): void;
}

/** Answers RTU requests that arrive on a transport: a serial port, or anything that moves bytes. */
export function serveTransport(transport: Transport, options: ServeOptions): TransportServer {
  const { units, clock, peer = 'serial', silenceMs = 10, turnaroundMs = 2, interceptor } = options;
  const counters = serverCounters();
  const service = { units, unknownUnit: 'silence', interceptor, clock, counters } as const;
  const out = new AnswerBuffer();
  let cancelSilence: Cancel = () => undefined;
  let isOpen = true;

  const send = (frame: Uint8Array): void => {
    clock.alarm(clock.now() + turnaroundMs, () => {
      if (isOpen) transport.write(frame);
    });
  };
  const core = new RtuServerCore(service, peer, silenceMs, send);

  const flush = (): void => {
    if (out.length === 0) return;
    // The transport keeps what it is given.
    send(Uint8Array.from(out.view()));
    out.reuse();
  };
  const ended = new Promise<GatewayError | undefined>((resolve) => {
    transport.listen({
      data(chunk) {
        cancelSilence();
        core.receive(chunk, clock.now(), out);
        flush();
        cancelSilence = clock.alarm(core.silenceAt, () => {
          core.silence(out);
          flush();
        });
      },
      end(error) {
        cancelSilence();
        isOpen = false;
        core.close();
        if (error !== undefined) counters.lost += 1;
        resolve(error);
      },
    });
  });
  return {
    counters,
    ended,
    close() {
      transport.close();
    },
  };
}
