import { EventHub } from '../api/event-hub.ts';
import { silentLogger } from '../base/log.ts';
import type { Clock } from '../base/clock.ts';
import { clientFor } from '../client/client-for.ts';
import { Engine } from '../engine/engine.ts';
import type { DeviceSetup, LineSetup, PolledPoint } from '../engine/setup.ts';
import { planOf } from '../gateway/lines.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { Profile } from '../profile/profile.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import { EventStreamReader } from '../tui/event-stream.ts';
import type { TuiSource } from '../tui/source.ts';

export interface DeviceSourceOptions {
  readonly clock: Clock;
  readonly version: string;
  readonly endpoint: Endpoint;
  readonly profile: Profile;
  readonly units: readonly number[];
  readonly timeoutMs: number;
  readonly retries: number;
  /** Instead of what the profile says of its groups. */
  readonly everyMs?: number;
}

/** Where neither the profile nor the person says how often. */
const EVERY_MS = 1_000;
/** What is said to be read once does not change while somebody looks. */
const ONCE_MS = 3_600_000;
/** A value is not known any more when so many readings in a row have failed. */
const STALE_PERIODS = 3;

/** What answers without a gateway: the engine runs in this process, and is heard as a gateway is. */
export function deviceSource(options: DeviceSourceOptions): TuiSource & { stop(): void } {
  const { clock, version, endpoint } = options;
  const name = endpoint.kind === 'serial' ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
  const engine = new Engine(name, [lineSetup(options)], clock, silentLogger);
  const hub = new EventHub({ site: engine, clock, version, maxClients: 1 });
  engine.start();
  return {
    where: name,
    readOnly: 'that needs a gateway; "dinrail write" does it by hand',
    open(listener) {
      const reader = new EventStreamReader(listener);
      const client = {
        write: (text: string): void => reader.push(text),
        writableLength: 0,
        end: () => undefined,
      };
      hub.add(client);
      return () => hub.remove(client);
    },
    sinks: async () => undefined,
    frames: async () => undefined,
    writes: async () => undefined,
    write: async () => ({ ok: false, text: 'there is no gate here' }),
    stop() {
      hub.close();
      engine.stop();
    },
  };
}

function lineSetup(options: DeviceSourceOptions): LineSetup {
  const { endpoint, clock, units, profile } = options;
  const pauseMs = profile.limits.pauseMs;
  return {
    name: endpoint.kind === 'serial' ? 'serial' : endpoint.host,
    inFlight: 1,
    client: clientFor(endpoint, { clock, inFlight: 1, pauseMs }),
    devices: units.map((unit) => deviceSetup(options, unit)),
  };
}

function deviceSetup(options: DeviceSourceOptions, unit: number): DeviceSetup {
  const { endpoint, profile, units, retries, timeoutMs } = options;
  const model = profile.id.slice(profile.id.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
  return {
    name: units.length === 1 ? model : `${model}-${unit}`,
    ...(profile.label !== undefined && { label: profile.label }),
    ...{ profile: profile.id, hero: profile.view.hero, unit, retries },
    timeoutMs: Math.max(timeoutMs, profile.limits.timeoutMs ?? 0),
    plan: planOf(profile, endpoint, profile.limits.pauseMs),
    points: profile.points.flatMap((point) => polled(point, options)),
    computed: profile.computed,
  };
}

/** Nothing for what is only written, or read on demand. */
function polled(
  point: RegisterPoint,
  { profile, everyMs: wanted }: DeviceSourceOptions,
): readonly PolledPoint[] {
  const { group, access } = point;
  const period = group === undefined ? undefined : (profile.groups.get(group) ?? group);
  if (access === 'wo' || period === 'on-demand') return [];
  const ofGroup = typeof period === 'number' ? period : undefined;
  const everyMs = period === 'once' ? ONCE_MS : (wanted ?? ofGroup ?? EVERY_MS);
  return [{ point, everyMs, staleMs: STALE_PERIODS * everyMs }];
}
