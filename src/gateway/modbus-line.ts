import { Backoff } from '../base/backoff.ts';
import { sleep } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { serialTiming } from '../client/line-timing.ts';
import type { ModbusLineConfig } from '../config/server-config.ts';
import type { TransportServer } from '../server/serve-transport.ts';
import { serverCounters, type ServerCounters } from '../server/service.ts';
import { dialerFor, parseEndpoint } from '../transport/endpoint.ts';
import type { Dialer } from '../transport/transport.ts';
import { ServedSite, type ModbusServerHost, type RunningServer } from './served-site.ts';

/** An adapter that was pulled out is back within this, in milliseconds. */
const REOPEN = { firstMs: 500, maxMs: 10_000 };

/**
 * Serves the values of a site on a serial line. A port that is not there, or goes, is opened again when
 * it is: the start does not fail for it.
 */
export async function startModbusLine(
  config: ModbusLineConfig,
  host: ModbusServerHost,
): Promise<RunningServer> {
  const { access, endpoint } = config;
  const rule = { from: 'serial', access, name: 'serial' } as const;
  const served = await ServedSite.open(config, [rule], host);
  const line = new ServedLine(config, served, host);
  served.count(() => line.counters());
  const ended = line.run();
  return {
    place: { port: endpoint },
    refresh() {
      served.refresh();
    },
    async close() {
      served.close();
      line.stop();
      await ended;
    },
  };
}

/** Keeps a serial port open, and answers on it. */
class ServedLine {
  readonly #name: string;
  readonly #dialer: Dialer;
  readonly #turnaroundMs: number;
  readonly #served: ServedSite;
  readonly #host: ModbusServerHost;
  readonly #ending = new AbortController();
  readonly #backoff = new Backoff(REOPEN);
  #server: TransportServer | undefined;
  #before: Readonly<ServerCounters> = serverCounters();

  constructor({ name, endpoint }: ModbusLineConfig, served: ServedSite, host: ModbusServerHost) {
    const parsed = parseEndpoint(endpoint);
    this.#name = name;
    this.#dialer = dialerFor(parsed);
    // The least silence between two frames: 3.5 characters.
    this.#turnaroundMs = parsed.kind === 'serial' ? serialTiming(parsed).gapMs : 0;
    this.#served = served;
    this.#host = host;
  }

  counters(): Readonly<ServerCounters> {
    return added(this.#before, this.#server?.counters ?? serverCounters());
  }

  async run(): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      const problem = await this.#serve(signal);
      if (signal.aborted) return;
      this.#host.logger.warn(`the serial port does not answer for us: ${problem}`, {
        server: this.#name,
        port: this.#dialer.url,
      });
      await sleep(this.#host.clock, this.#backoff.next(), signal).catch(() => undefined);
    }
  }

  stop(): void {
    this.#ending.abort();
    this.#server?.close();
  }

  /** Answers until the port is gone; resolves with why it is. */
  async #serve(signal: AbortSignal): Promise<string> {
    try {
      const transport = await this.#dialer.dial(signal);
      const timing = { turnaroundMs: this.#turnaroundMs };
      const server = this.#served.concentrator.serve(transport, timing);
      this.#server = server;
      this.#backoff.reset();
      const error = await server.ended;
      this.#before = added(this.#before, server.counters);
      this.#server = undefined;
      return error === undefined ? 'it was closed' : describeError(error);
    } catch (error) {
      return describeError(error);
    }
  }
}

function added(
  one: Readonly<ServerCounters>,
  other: Readonly<ServerCounters>,
): Readonly<ServerCounters> {
  const sum = serverCounters();
  for (const key of Object.keys(sum) as (keyof ServerCounters)[]) sum[key] = one[key] + other[key];
  return sum;
}
