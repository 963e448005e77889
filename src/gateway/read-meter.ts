import { join } from 'node:path';
import { InvalidRequestError } from '../base/errors.ts';
import { systemClock } from '../base/system-clock.ts';
import { clientFor } from '../client/client-for.ts';
import { formatIssues } from '../config/format-issues.ts';
import { loadProfile } from '../config/load-profile.ts';
import { ReadSet } from '../engine/read-once.ts';
import { decideGap } from '../profile/gap-cost.ts';
import { planReads } from '../profile/read-plan.ts';
import type { Value } from '../telemetry/point.ts';
import { parseTarget } from '../transport/endpoint.ts';

export interface MeterOptions {
  readonly host: string;
  /** Default 502. */
  readonly port?: number;
  /** Modbus unit id, default 1. */
  readonly unit?: number;
  /** A shipped profile such as `schneider/pm8000`, or the path of a .yaml file. */
  readonly profile: string;
  /** How long to wait for each answer, in milliseconds; default 1000. */
  readonly timeoutMs?: number;
}

/** The package's folder: two above this file, in `src/` as in `dist/`. */
const PROFILES = join(import.meta.dirname, '..', '..', 'profiles');

/**
 * Reads every point of a device once. The map holds the points that have a value, in the order of the
 * profile; what is not known is not in it. Throws the failure when the device answers nothing at all.
 */
export async function readMeter(options: MeterOptions): Promise<ReadonlyMap<string, Value>> {
  const { host, port = 502, unit = 1, timeoutMs = 1000 } = options;
  const { profile, issues } = await loadProfile(options.profile, {
    profilesDirs: [PROFILES],
  });
  if (profile === undefined) throw new InvalidRequestError(formatIssues(issues, { color: false }));
  const client = clientFor(parseTarget(`tcp://${host}:${port}`), { clock: systemClock });
  try {
    const reads = planReads(profile.points, decideGap(profile.plan));
    const readings = await new ReadSet(client, unit, reads, {
      clock: systemClock,
      timeoutMs,
      retries: 1,
    }).read();
    const failure = readings.find(({ error }) => error !== undefined)?.error;
    const isDown = readings.every(({ value }) => value === undefined);
    if (isDown && failure instanceof Error) throw failure;
    const values = new Map<string, Value>();
    for (const { point, value } of readings) if (value !== undefined) values.set(point.name, value);
    return values;
  } finally {
    client.close();
  }
}
