import { afterEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/base/log.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { clientFor } from '../../src/client/client-for.ts';
import { Engine } from '../../src/engine/engine.ts';
import { parsePoints } from '../../src/profile/points.ts';
import type { Sample } from '../../src/telemetry/sample.ts';
import type { Site } from '../../src/telemetry/site.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';
import { missing } from '../support/peers.ts';
import {
  freePort,
  startReferenceDevice,
  type Held,
  type ReferenceDevice,
} from '../support/reference-device.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Everything the device holds, as one-line points in both register tables, and its bits. */
function pointsOf({ points, bits }: Held): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const { address, type, order } of points) {
    const name = `${type.replace(/\W+/g, '_')}_${order}_${address}`.toLowerCase();
    lines[`h_${name}`] = `hr:${address} ${type}@${order}`;
    lines[`i_${name}`] = `ir:${address} ${type}@${order}`;
  }
  bits.forEach((_, index) => {
    lines[`co_${index}`] = `co:${index} bool`;
    lines[`di_${index}`] = `di:${index} bool`;
  });
  return lines;
}

function expected({ points, bits }: Held): readonly (number | string | boolean | bigint)[] {
  const values = points.flatMap(({ type, value }) => {
    const exact = /^[iu]64$/.test(type) && typeof value === 'string' ? BigInt(value) : value;
    return [exact, exact];
  });
  return [...values, ...bits.flatMap((bit) => [bit, bit])];
}

/** Polls the whole device and gives its site. */
function poll(url: string, held: Held, over: { everyMs?: number; gap?: number } = {}): Site {
  const { points, issues } = parsePoints(pointsOf(held));
  expect(issues).toEqual([]);
  const client = clientFor(parseEndpoint(url), {
    clock: systemClock,
    backoff: { firstMs: 50, maxMs: 200 },
  });
  const { everyMs = 200, gap = 0 } = over;
  const device = {
    ...{ name: 'd', unit: 1, timeoutMs: 1000, retries: 1 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap },
    points: points.map((point) => ({ point, everyMs, staleMs: 60_000 })),
  } as const;
  const engine = new Engine(
    'test',
    [{ name: 'line', client, inFlight: 1, devices: [device] }],
    systemClock,
    silentLogger,
  );
  engine.start();
  ends.push(() => engine.stop());
  return engine;
}

/** Resolves when every sample satisfies the condition. */
async function until(site: Site, isSo: (sample: Sample) => boolean): Promise<readonly Sample[]> {
  return new Promise((resolve) => {
    const look = (): void => {
      const samples = site.snapshot();
      if (!samples.every(isSo)) return;
      stop();
      resolve(samples);
    };
    const stop = site.subscribe(look);
    look();
  });
}

async function device(server: 'pymodbus' | 'libmodbus', port: number): Promise<ReferenceDevice> {
  const started = await startReferenceDevice(server, 'tcp', port);
  ends.push(async () => started.stop());
  return started;
}

describe.each(['pymodbus', 'libmodbus'] as const)('a %s server', (server) => {
  test.skipIf(missing(server)).each([0, 8])(
    'is polled over TCP: every type in every order has the value it holds (gap %s)',
    async (gap) => {
      const port = await freePort();
      const { held } = await device(server, port);
      const site = poll(`tcp://127.0.0.1:${port}`, held, { gap });
      const samples = await until(site, ({ quality }) => quality === 'good');
      expect(samples.map(({ value }) => value)).toEqual(expected(held));
    },
  );

  test.skipIf(missing(server))(
    'that dies and returns: not known meanwhile, good again by itself',
    async () => {
      const port = await freePort();
      const first = await device(server, port);
      const site = poll(`tcp://127.0.0.1:${port}`, first.held);
      await until(site, ({ quality }) => quality === 'good');
      await first.stop();
      const stale = await until(site, ({ quality }) => quality === 'stale');
      expect(stale.map(({ value }) => value)).toEqual(expected(first.held));
      const { held } = await device(server, port);
      await until(site, ({ quality }) => quality === 'good');
      expect(held).toEqual(first.held);
    },
  );
});
