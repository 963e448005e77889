import type { Clock } from '../base/clock.ts';
import { describeError, RequestTimeoutError } from '../base/errors.ts';
import type { ConfigTestJson, ConfigTestPointJson } from '../api/contract.ts';
import { clientFor } from '../client/client-for.ts';
import type { ModbusClient } from '../client/client.ts';
import type { DeviceConfig, LineConfig, SiteConfig } from '../config/site-config.ts';
import { READ_CODECS } from '../engine/planned-read.ts';
import { railPoint } from '../engine/rail-point.ts';
import { describeFailures, ReadSet, type Reading } from '../engine/read-once.ts';
import type { RegisterPoint, Table } from '../profile/point.ts';
import { planReads } from '../profile/read-plan.ts';
import { formatValue, NO_VALUE } from '../telemetry/format-value.ts';
import { jsonValue } from '../telemetry/sample-json.ts';
import { parseEndpoint, type Endpoint } from '../transport/endpoint.ts';
import type { BenchLine } from '../workbench/bench-line.ts';
import { planOf, polledLines } from './lines.ts';

const MAX_POINTS = 20;
/** The polls of a busy line let nobody in for as long as 5 s. */
const LIMIT_MS = 8_000;
/** A device that takes longer for one answer is not waited for. */
const MAX_TIMEOUT_MS = 2_000;

export interface TestHost {
  readonly clock: Clock;
  /** What runs. */
  readonly running: SiteConfig;
  readonly bench: (line: string) => BenchLine | undefined;
}

/** Asks a device of a site that need not run for a few of its points; undefined where it has no such device. */
export async function testDevice(
  site: SiteConfig,
  name: string,
  host: TestHost,
): Promise<ConfigTestJson | undefined> {
  const device = site.devices.find((one) => one.name === name);
  const line = site.lines.find((one) => one.name === device?.line);
  if (device === undefined || line === undefined) return undefined;
  const way = wayTo(line, host);
  if ('problem' in way) {
    return { points: [], requests: 0, ms: 0, line: 'own', more: 0, problem: way.problem };
  }
  try {
    return await ask(device, line, way, host.clock);
  } finally {
    way.close();
  }
}

/** How a device is reached: through its line where that runs, so that nobody speaks beside it. */
interface Way {
  readonly kind: 'running' | 'own';
  readonly read: BenchLine['read'];
  readonly close: () => void;
}

function wayTo(line: LineConfig, { clock, running, bench }: TestHost): Way | { problem: string } {
  if (polledLines([line]).length === 0) {
    return { problem: 'its values come by themselves: there is nothing to ask it for' };
  }
  const endpoint = parseEndpoint(line.endpoint);
  const place = placeOf(endpoint);
  const taken = polledLines(running.lines).find(
    (other) => placeOf(parseEndpoint(other.endpoint)) === place,
  );
  if (taken === undefined) return ownWay(endpoint, line, clock);
  const open = taken.endpoint === line.endpoint ? bench(taken.name) : undefined;
  if (open !== undefined) {
    return {
      kind: 'running',
      read: async (question, signal) => open.read(question, signal),
      close: () => undefined,
    };
  }
  return {
    problem: `${place} is in use by line ${taken.name} with other settings: apply the change to try them`,
  };
}

/** What only one can use at a time. */
function placeOf(endpoint: Endpoint): string {
  return endpoint.kind === 'serial' ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
}

function ownWay(endpoint: Endpoint, { pauseMs }: LineConfig, clock: Clock): Way {
  const client = clientFor(endpoint, {
    clock,
    inFlight: 1,
    pauseMs,
    connectTimeoutMs: MAX_TIMEOUT_MS,
  });
  return {
    kind: 'own',
    async read({ unit, table, start, count }, signal) {
      const askedAt = clock.now();
      const options = { timeoutMs: MAX_TIMEOUT_MS, ...(signal !== undefined && { signal }) };
      const bytes = await client.request(READ_CODECS[table], unit, { start, count }, options);
      return { data: bytes, tookMs: clock.now() - askedAt, at: clock.wallMicros() };
    },
    close: () => {
      client.close();
    },
  };
}

async function ask(
  device: DeviceConfig,
  line: LineConfig,
  way: Way,
  clock: Clock,
): Promise<ConfigTestJson> {
  const points = chosen(device);
  const startedAt = clock.now();
  const late = new AbortController();
  const cancel = clock.alarm(startedAt + LIMIT_MS, () => {
    late.abort(
      new RequestTimeoutError(
        `not all of it came within ${LIMIT_MS / 1000} s: the line is busy, or the device slow`,
      ),
    );
  });
  const asker = new Asker(way, late.signal);
  const plan = planOf(device, parseEndpoint(line.endpoint), line.pauseMs);
  const set = new ReadSet(asker as unknown as ModbusClient, device.unit, planReads(points, plan), {
    ...{ clock, timeoutMs: Math.min(device.timeoutMs, MAX_TIMEOUT_MS), retries: 0 },
  });
  try {
    const readings = await set.read();
    const [problem] = describeFailures(readings);
    const found = new Map(readings.map((reading) => [reading.point, reading]));
    return {
      points: points.map((point) => pointJson(device.name, point, found.get(point))),
      ...{ requests: asker.requests, ms: Math.round(clock.now() - startedAt), line: way.kind },
      more: device.points.length - points.length,
      ...(problem !== undefined && { problem }),
    };
  } catch (error) {
    return {
      ...{ points: [], requests: asker.requests, ms: Math.round(clock.now() - startedAt) },
      ...{ line: way.kind, more: device.points.length, problem: describeError(error) },
    };
  } finally {
    cancel();
  }
}

/** Those that come first for people, then the others as they are written. */
function chosen({ hero, points }: DeviceConfig): readonly RegisterPoint[] {
  const all = points.map(({ point }) => point);
  const first = all.filter(({ name }) => hero.includes(name));
  return [...first, ...all.filter((point) => !first.includes(point))].slice(0, MAX_POINTS);
}

/** The way as a client: what a set of reads needs of one, and no more. */
class Asker {
  requests = 0;
  readonly #way: Way;
  readonly #signal: AbortSignal;

  constructor(way: Way, signal: AbortSignal) {
    this.#way = way;
    this.#signal = signal;
  }

  async request(
    codec: (typeof READ_CODECS)[Table],
    unit: number,
    { start, count }: { readonly start: number; readonly count: number },
  ): Promise<Uint8Array> {
    // Once the time is over everything fails with that, without being sent.
    this.#signal.throwIfAborted();
    this.requests += 1;
    const question = { unit, table: tableOf(codec), start, count };
    return (await this.#way.read(question, this.#signal)).data;
  }
}

function tableOf(codec: (typeof READ_CODECS)[Table]): Table {
  const tables = Object.keys(READ_CODECS) as Table[];
  return tables.find((table) => READ_CODECS[table] === codec) ?? 'holding';
}

function pointJson(
  device: string,
  point: RegisterPoint,
  reading: Reading | undefined,
): ConfigTestPointJson {
  const { name, label, unit, decimals } = point;
  const { value, cause, raw } = reading ?? {};
  const shown = value === undefined ? NO_VALUE : formatValue(railPoint(device, point, 0), value);
  return {
    name,
    ...(label !== undefined && { label }),
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    value: jsonValue(value),
    text: value === undefined || unit === undefined ? shown : `${shown} ${unit}`,
    ...(cause !== undefined && { cause }),
    ...(raw !== undefined && { raw }),
  };
}
