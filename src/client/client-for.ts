import type { BackoffLimits } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { dialerFor, type Endpoint } from '../transport/endpoint.ts';
import type { ModbusClient, Trace } from './client.ts';
import { lineClient } from './line-client.ts';
import { networkTiming, serialTiming } from './line-timing.ts';
import { tcpClient } from './tcp-client.ts';

export interface ClientOptions {
  readonly clock: Clock;
  /** How long to wait for an answer unless the request says so itself, in milliseconds. Default 1000. */
  readonly timeoutMs?: number;
  /** How long to wait for a connection, in milliseconds. Default 3000. */
  readonly connectTimeoutMs?: number;
  /** Requests on the wire at once; only Modbus TCP can have more than one. Default 1. */
  readonly inFlight?: number;
  /** Requests that may wait for their turn. Default 1000. */
  readonly waiting?: number;
  /** Silence before each RTU request beyond what the specification wants, in milliseconds. Default 0. */
  readonly pauseMs?: number;
  readonly backoff?: BackoffLimits;
  readonly trace?: Trace;
}

/** A network that says nothing three times is taken for a dead connection. */
const TIMEOUTS_IN_ROW = 3;

/** The client that speaks what the endpoint speaks. It connects on its first request. */
export function clientFor(endpoint: Endpoint, options: ClientOptions): ModbusClient {
  const { inFlight, pauseMs, ...common } = options;
  const dialer = dialerFor(endpoint);
  switch (endpoint.kind) {
    case 'tcp':
      return tcpClient(dialer, { ...common, ...(inFlight !== undefined && { inFlight }) });
    case 'rtu+tcp':
      return lineClient(dialer, {
        ...common,
        timing: networkTiming(pauseMs),
        timeoutsInRow: TIMEOUTS_IN_ROW,
      });
    case 'serial':
      return lineClient(dialer, { ...common, timing: serialTiming(endpoint, pauseMs) });
  }
}
