import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pacedCable } from '../../test/support/paced-cable.ts';
import { registerPoint } from '../../test/support/points.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { lineClient } from '../client/line-client.ts';
import { serialTiming } from '../client/line-timing.ts';
import type { SiteConfig } from '../config/site-config.ts';
import { ReadSet } from '../engine/read-once.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { planReads, type PlanChoice, type PlanSettings } from '../profile/read-plan.ts';
import { plainImage } from '../server/unit-tables.ts';
import { serveTransport } from '../server/serve-transport.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import { overloads, planSite } from './line-plan.ts';
import { lineSetups } from './lines.ts';

const TURNAROUND_MS = 5;

function site(
  endpoint: string,
  points: readonly RegisterPoint[],
  plan: PlanChoice,
  everyMs = 1000,
): SiteConfig {
  const line = { name: 'bus', endpoint, kind: 'serial', pauseMs: 0, inFlight: 1 };
  const device = {
    ...{ name: 'd', line: 'bus', unit: 1, timeoutMs: 1000, retries: 0, plan, tags: {} },
    points: points.map((point) => ({ point, everyMs, staleMs: 3000 })),
  };
  return { lines: [line], devices: [device] } as unknown as SiteConfig;
}

/** Milliseconds that one round really takes between our line and our server on a paced cable. */
async function measured(
  settings: string,
  points: readonly RegisterPoint[],
  plan: PlanSettings,
): Promise<number> {
  const clock = new ManualClock();
  const endpoint = parseEndpoint(`serial:/dev/ttyS0 ${settings}`);
  if (endpoint.kind !== 'serial') throw new Error('no serial line');
  const timing = serialTiming(endpoint);
  const [near, far] = pacedCable(clock, timing.charMs);
  const units = new Map([[1, plainImage({ holding: 5000, input: 5000 })]]);
  // A device knows by the silence that a request is over, and then thinks.
  const turnaroundMs = timing.gapMs + TURNAROUND_MS;
  serveTransport(far, { units, clock, turnaroundMs, silenceMs: 50 });
  const client = lineClient({ url: 'cable', dial: async () => near }, { clock, timing });
  const reads = new ReadSet(client, 1, planReads(points, plan), {
    clock,
    timeoutMs: 1000,
    retries: 0,
  });
  const round = async (): Promise<number> => {
    const state = { done: false };
    const startedAt = clock.now();
    const readings = reads.read().finally(() => (state.done = true));
    for (let step = 0; !state.done && step < 50_000; step += 1) await clock.step();
    expect(state.done).toBe(true);
    expect((await readings).every(({ value }) => value === 0)).toBe(true);
    return clock.now() - startedAt;
  };
  // The first round opens the line; from the second on a round begins where the one before ended.
  await round();
  const took = await round();
  client.close();
  return took;
}

const maps = fc
  .uniqueArray(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 40 })
  .map((addresses) => addresses.map((address) => registerPoint({ name: `r${address}`, address })));

test.each(['9600 8N1', '19200 8E1', '38400 8N1', '115200 8N1'])(
  'at %s the predicted time of a round is within a tenth of what it takes, whatever the map',
  async (settings) => {
    await fc.assert(
      fc.asyncProperty(maps, fc.integer({ min: 0, max: 60 }), async (points, gap) => {
        const plan = { strategy: 'auto', registers: 125, bits: 2000, gap } as const;
        const [line] = planSite(site(`serial:/dev/ttyS0 ${settings}`, points, plan));
        const predicted = line?.requests.reduce((sum, { ms = 0 }) => sum + ms, 0) ?? 0;
        const took = await measured(settings, points, plan);
        expect(Math.abs(predicted - took) / took).toBeLessThan(0.1);
      }),
      { seed: 5, numRuns: 8, endOnFailure: true },
    );
  },
);

test.each([
  ['tcp://192.168.1.50:502', 0, 16],
  ['rtu+tcp://192.168.1.50:4001', 0, 14],
  ['serial:/dev/ttyS0 9600 8N1', 0, 12],
  ['serial:/dev/ttyS0 9600 8N1', 10, 17],
  ['serial:/dev/ttyS0 115200 8N1', 0, 55],
])(
  'a gap that nobody wrote is read through as far as %s with pauses of %i ms makes it worth it',
  (endpoint, pauseMs, widest) => {
    const plan = { strategy: 'auto', registers: 125, bits: 2000, gap: 'auto' } as const;
    const requests = (gap: number): readonly number[] => {
      const points = [0, gap + 1].map((address) => registerPoint({ name: `r${address}`, address }));
      const config = site(endpoint, points, plan);
      const paused = { ...config, lines: config.lines.map((line) => ({ ...line, pauseMs })) };
      const [setup] = lineSetups(paused, new ManualClock());
      const asked = planReads(points, setup!.devices[0]!.plan).length;
      setup?.client.close();
      return [asked, planSite(paused)[0]?.requests.length ?? 0];
    };
    expect(requests(widest)).toEqual([1, 1]);
    expect(requests(widest + 1)).toEqual([2, 2]);
  },
);

test('what planning saves is said for each device: as planned, without gaps, and one by one', () => {
  const plan = { strategy: 'auto', registers: 125, bits: 2000, gap: 'auto' } as const;
  const points = [0, 1, 5, 6, 40].map((address) => registerPoint({ name: `r${address}`, address }));
  const [line] = planSite(site('tcp://192.168.1.50:502', points, plan));
  expect(line?.cycles).toEqual([{ device: 'd', requests: 2, withoutGaps: 3, oneByOne: 5 }]);
});

describe('a line', () => {
  const plan = { strategy: 'auto', registers: 125, bits: 2000, gap: 0 } as const;
  const points = [0, 500, 1000].map((address) => registerPoint({ name: `r${address}`, address }));

  test('that has more to carry than time is named, with the sum', () => {
    const [reason] = overloads(planSite(site('serial:/dev/ttyS0 9600 8N1', points, plan, 50)));
    expect(reason).toMatch(/^line bus cannot carry its plan: 60 requests per second need \d{4} ms/);
    expect(reason).toContain('300 ms of turnaround');
  });

  test('with time to spare, and a network, are not', () => {
    expect(overloads(planSite(site('serial:/dev/ttyS0 9600 8N1', points, plan)))).toEqual([]);
    expect(overloads(planSite(site('tcp://192.168.1.50:502', points, plan, 1)))).toEqual([]);
  });
});
