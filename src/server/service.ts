import type { Clock } from '../base/clock.ts';
import type { Interceptor } from './fault.ts';
import type { Units } from './unit-tables.ts';

/** What a server answers from and how; the same for all of its connections. */
export interface Service {
  readonly units: Units;
  /**
   * What a TCP client hears from a unit that is not served. The TCP guide leaves it to the gateway;
   * `exception` is 0x0B, gateway target device failed to respond, so that a client need not wait
   * for its timeout to find a wrong unit id. An RTU line is always silent: another device may
   * answer.
   */
  readonly unknownUnit: 'exception' | 'silence';
  readonly interceptor: Interceptor | undefined;
  readonly clock: Clock;
  readonly counters: ServerCounters;
}

/** What happened since the server started; whatever is dropped is counted somewhere here. */
export interface ServerCounters {
  /** Requests for units that are served, broadcasts included. */
  requests: number;
  /** Answers sent, exceptions included. */
  answers: number;
  exceptions: number;
  /** Whole requests for units that are not served. */
  foreign: number;
  /** Stretches of bytes on an RTU line that were no frame. */
  damaged: number;
  /** Requests refused with exception 6, because too many of the same client still wait. */
  busy: number;
  /** Answers that a simulated fault withheld, or whose connection had ended when they were ready. */
  withheld: number;
  connects: number;
  /** Connections from addresses that may not connect. */
  refused: number;
  /** Times a connection had to wait because it asked too often. */
  throttled: number;
  /** Connections closed to make room for another. */
  evicted: number;
  /** Connections closed because their bytes were no Modbus TCP. */
  corrupt: number;
  /** Connections closed because the rest of a frame did not come. */
  halfFrame: number;
  /** Connections closed because nothing came. */
  idle: number;
  /** Connections that ended in an error of the network. */
  lost: number;
}

export function serverCounters(): ServerCounters {
  return {
    ...{ requests: 0, answers: 0, exceptions: 0, foreign: 0, damaged: 0, busy: 0, withheld: 0 },
    ...{
      connects: 0,
      refused: 0,
      throttled: 0,
      evicted: 0,
      corrupt: 0,
      halfFrame: 0,
      idle: 0,
      lost: 0,
    },
  };
}
