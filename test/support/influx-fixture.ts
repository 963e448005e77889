import { afterEach, beforeEach } from 'vitest';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { influxSink } from '../../src/sink/influx/influx-sink.ts';
import type { InfluxOptions } from '../../src/sink/influx/options.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import type { Delivery, Sink } from '../../src/telemetry/sink.ts';
import { FakeSite, sitePoint } from './fake-site.ts';
import { PlayedInflux } from './influx-outages.ts';

export const TOKEN = 'se+cret/==';

/** A played server for each test, and sinks that write to its bucket `plant` until the test is over. */
export class InfluxFixture {
  clock = new ManualClock();
  abort = new AbortController();
  readonly #sinks: Sink[] = [];
  #server: PlayedInflux | undefined;

  constructor() {
    beforeEach(async () => {
      this.clock = new ManualClock();
      this.abort = new AbortController();
      this.#server = await PlayedInflux.start();
    });
    afterEach(async () => {
      for (const sink of this.#sinks.splice(0)) await sink.close();
      await this.server.stop();
    });
  }

  get server(): PlayedInflux {
    if (this.#server === undefined) throw new Error('the server is there while a test runs');
    return this.#server;
  }

  async opened(over: Partial<InfluxOptions> = {}): Promise<Sink> {
    const { clock, server, abort } = this;
    const v2 = { url: server.url, api: 'v2', org: 'acme', bucket: 'plant', token: TOKEN } as const;
    const sink = influxSink({ ...v2, ...over } as InfluxOptions, { clock });
    await sink.open(new FakeSite(clock, 'works'), abort.signal);
    this.#sinks.push(sink);
    return sink;
  }

  async write(sink: Sink, batch: readonly Sample[]): Promise<Delivery> {
    return await sink.write(batch, this.abort.signal, 'live');
  }
}

/** One sample each second, from 0 upwards, each on a line of its own. */
export function rising(count: number): Sample[] {
  const point = sitePoint('oven.pv');
  return Array.from({ length: count }, (_, n) => {
    const at = RISING_FROM + n * 1_000_000;
    return { point, value: n, quality: 'good', at, requestedAt: at, goodAt: at };
  });
}

/** Microseconds since 1970. */
export const RISING_FROM = 1_772_188_649_412_000;
