import { join } from 'node:path';
import { railPoint } from '../engine/rail-point.ts';
import { silentLogger } from '../base/log.ts';
import type { Value } from '../profile/point.ts';
import type { Profile } from '../profile/profile.ts';
import type { Past } from '../simulate/device.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { CliContext } from './context.ts';

/** What simulated devices did before somebody looked, so that the first trend is not empty. */
export type PastSamples = Sample[];

const PAST_MS = 3_600_000;
const HISTORY_BYTES = 50_000_000;
const EVERY_MS = 10_000;

/** Lets a device live an hour before it is asked; changes go to `samples`. */
export function pastOf(device: string, { points }: Profile, samples: PastSamples): Past {
  const known = new Map<string, Point>(
    points
      .filter(({ access }) => access !== 'wo')
      .map((point) => [point.name, railPoint(device, point, EVERY_MS)]),
  );
  const last = new Map<string, Value>();
  return {
    ms: PAST_MS,
    tell(at, values) {
      for (const [name, value] of values) {
        const point = known.get(name);
        if (point === undefined || last.get(name) === value) continue;
        last.set(name, value);
        samples.push({ point, value, quality: 'good', at, requestedAt: at, goodAt: at });
      }
    },
  };
}

/** Writes the past where the gateway will look for it. */
export async function keepPast(
  { clock }: CliContext,
  folder: string,
  samples: PastSamples,
): Promise<void> {
  const { openHistory } = await import('../history/open-history.ts');
  const history = openHistory({
    folder: join(folder, 'history'),
    limits: { bytes: HISTORY_BYTES, ageMs: 24 * PAST_MS },
    // The devices have been there all the time, and so, as it were, has the gateway.
    runsSince: samples.reduce((oldest, { at }) => Math.min(oldest, at), clock.wallMicros()),
    ...{ clock, logger: silentLogger },
  });
  history.record(samples);
  await history.close();
}
