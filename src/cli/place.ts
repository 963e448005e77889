import { clientFor } from '../client/client-for.ts';
import { lineClient } from '../client/line-client.ts';
import { networkTiming } from '../client/line-timing.ts';
import { tcpClient } from '../client/tcp-client.ts';
import type { ModbusClient, Trace } from '../client/client.ts';
import { dialerFor, parseEndpoint, parseTarget, type Endpoint } from '../transport/endpoint.ts';
import type { CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { deviceOfSite, serialSettings } from './query.ts';

/** Where something is asked that no point describes. */
export interface Place {
  /** As a person types it. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Of a device of the site file. */
  readonly unit?: number;
}

/** A target of the command line: an endpoint, or a device of the site file. */
export async function placeOf(
  context: CliContext,
  input: CommandInput,
  target: string,
): Promise<Place> {
  const found = await deviceOfSite(context, input, target);
  if (found !== undefined) {
    const { device, endpoint } = found;
    return { name: device.name, endpoint: parseEndpoint(endpoint), unit: device.unit };
  }
  const endpoint = parseTarget(target, serialSettings(input));
  return { name: shortUrl(endpoint.url), endpoint };
}

/** As a person types it again: without what is understood. */
export function shortUrl(url: string): string {
  return url.replace(/^tcp:\/\//, '').replace(/^serial:(\S+) 9600 8N1$/, '$1');
}

/** A probe that failed is no reason to wait before the next one. */
const NO_PAUSE = { firstMs: 20, maxMs: 200 };

export interface ProbingOptions {
  readonly connectTimeoutMs?: number;
  readonly trace?: Trace;
}

/**
 * A client for asking who is there: silence is an answer to that, so that no number of timeouts ends
 * the connection, and after a loss it connects again at once.
 */
export function probingClient(
  endpoint: Endpoint,
  { clock }: Pick<CliContext, 'clock'>,
  { connectTimeoutMs, trace }: ProbingOptions = {},
): ModbusClient {
  const options = {
    clock,
    backoff: NO_PAUSE,
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(trace !== undefined && { trace }),
  };
  switch (endpoint.kind) {
    case 'tcp':
      return tcpClient(dialerFor(endpoint), { ...options, timeoutsInRow: Infinity });
    case 'rtu+tcp':
      return lineClient(dialerFor(endpoint), { ...options, timing: networkTiming() });
    case 'serial':
      return clientFor(endpoint, options);
  }
}
