import { existsSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import { nearest } from '../base/did-you-mean.ts';
import type { ModbusClient } from '../client/client.ts';
import type { DeviceConfig } from '../config/site-config.ts';
import { clientFor } from '../client/client-for.ts';
import { computedRailPoints } from '../engine/derived.ts';
import { railPoint } from '../engine/rail-point.ts';
import { ReadSet, type Reading } from '../engine/read-once.ts';
import { computeAll, type ComputedPoint } from '../profile/computed.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { planOf } from '../gateway/lines.ts';
import { planReads, type PlanSettings } from '../profile/read-plan.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import { parseEndpoint, parseTarget } from '../transport/endpoint.ts';
import { textOption, type CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { openProfile, openSite } from './load.ts';
import { readingOptions, type ReadingOptions } from './reading-options.ts';
import { selectPoints, type Purpose } from './select-points.ts';
import { traceTo } from './trace.ts';

/** What is asked of one unit: its points, and a way to read them. */
export interface Query {
  /** Stands as `device` in what is printed. */
  readonly device: string;
  readonly unit: number;
  readonly client: ModbusClient;
  /** The registers that are read, and what follows from them. */
  readonly points: readonly RegisterPoint[];
  readonly computed: readonly ComputedPoint[];
  /** Names of those among them that nobody asked for, and that computed points need. */
  readonly hidden: ReadonlySet<string>;
  /** Asks the device; one reading per register point, in the order in which they were named. */
  read(): Promise<readonly Reading[]>;
  /** Asks for other points of the same unit, once. */
  readAlso(points: readonly RegisterPoint[]): Promise<readonly Reading[]>;
  /** How many requests a reading takes. */
  requests(): number;
  /** From bare addresses: shown as words too. */
  readonly words: boolean;
}

/** Registers named one by one are asked as they are named: a gap may be a hole. */
const ITEM_PLAN: PlanSettings = { strategy: 'auto', registers: 125, bits: 2000, gap: 0 };

/** Where a target leads. */
interface Resolved {
  readonly device: string;
  readonly client: ModbusClient;
  readonly unit?: number;
  readonly timeoutMs?: number;
  readonly plan: PlanSettings;
  /** Points that may be named; undefined when only addresses make sense. */
  readonly named?: readonly RegisterPoint[];
  readonly computed?: readonly ComputedPoint[];
}

/** Reads `TARGET ITEM…` of a command line into what to ask. Close the clients afterwards. */
export async function resolveQueries(
  context: CliContext,
  input: CommandInput,
  purpose: Purpose = 'read',
): Promise<readonly Query[]> {
  const options = readingOptions(input);
  const [target = '', ...items] = input.args;
  const resolved = await resolveTarget(context, input, target, options);
  const chosen = selectPoints(context, resolved, items, { options, input, purpose });
  const { points } = chosen;
  const units = resolved.unit === undefined ? options.units : [resolved.unit];
  const reads = planReads(points, resolved.plan);
  const place = new Map(points.map(({ name }, index) => [name, index]));
  const asking = {
    clock: context.clock,
    timeoutMs: resolved.timeoutMs ?? options.timeoutMs,
    retries: options.retries,
    signal: context.signal,
  };
  return units.map((unit) => {
    const set = new ReadSet(resolved.client, unit, reads, asking);
    return {
      device: units.length === 1 ? resolved.device : `${resolved.device}/${unit}`,
      unit,
      client: resolved.client,
      ...chosen,
      async read() {
        const order = ({ point }: Reading): number => place.get(point.name) ?? 0;
        return [...(await set.read())].sort((a, b) => order(a) - order(b));
      },
      async readAlso(more) {
        return new ReadSet(resolved.client, unit, planReads(more, ITEM_PLAN), asking).read();
      },
      requests: () => set.reads.length,
      words: resolved.named === undefined,
    };
  });
}

async function resolveTarget(
  context: CliContext,
  input: CommandInput,
  target: string,
  options: ReadingOptions,
): Promise<Resolved> {
  const trace = options.verbosity >= 3 ? traceTo(context) : undefined;
  const make = (endpoint: ReturnType<typeof parseTarget>): ModbusClient =>
    clientFor(endpoint, { clock: context.clock, ...(trace !== undefined && { trace }) });

  const fromSite = await deviceOfSite(context, input, target);
  if (fromSite !== undefined) {
    const { device, endpoint } = fromSite;
    return {
      device: device.name,
      client: make(parseEndpoint(endpoint)),
      unit: device.unit,
      timeoutMs: device.timeoutMs,
      plan: planOf(device, parseEndpoint(endpoint), 0),
      named: device.points.map(({ point }) => point),
      computed: device.computed,
    };
  }
  const endpoint = parseTarget(target, serialSettings(input));
  const profileName = textOption(input, 'profile');
  const profile = profileName === undefined ? undefined : await openProfile(context, profileName);
  return {
    device: endpoint.url.replace(/^tcp:\/\//, ''),
    client: make(endpoint),
    plan: profile === undefined ? ITEM_PLAN : planOf(profile, endpoint, 0),
    ...(profile !== undefined && { named: profile.points, computed: profile.computed }),
  };
}

/** A device of the site file, when the target is a plain name and there is such a file. */
export async function deviceOfSite(
  context: CliContext,
  input: CommandInput,
  target: string,
): Promise<{ device: DeviceConfig; endpoint: string } | undefined> {
  if (!/^[a-z][a-z0-9_-]*$/.test(target)) return undefined;
  const named = textOption(input, 'config');
  const file = named ?? 'gateway.yaml';
  if (named === undefined && !existsSync(file)) return undefined;
  const site = await openSite(context, file);
  const device = site.devices.find(({ name }) => name === target);
  checkAskable(device);
  if (device !== undefined) {
    const line = site.lines.find(({ name }) => name === device.line);
    return { device, endpoint: line?.endpoint ?? device.line };
  }
  if (named === undefined) return undefined;
  const guess = nearest(
    target,
    site.devices.map(({ name }) => name),
  );
  const hint = guess === undefined ? '' : `, did you mean ${guess}?`;
  throw new UsageError(`${file} has no device ${target}${hint}`);
}

function checkAskable(device: DeviceConfig | undefined): void {
  if (device?.written === undefined && device?.heard === undefined) return;
  const { name, written } = device;
  const why =
    written === undefined
      ? 'it speaks unasked'
      : `clients write its values to server ${written.server}`;
  throw new UsageError(
    `${name} cannot be asked: ${why}. dinrail get ${name} asks the gateway that runs`,
  );
}

/** `9600 8N1`, from whichever options say it; undefined where none does. */
export function serialSettings(input: CommandInput): string | undefined {
  const whole = textOption(input, 'serial');
  if (whole !== undefined) return whole;
  const [baud, parity] = [textOption(input, 'baud'), textOption(input, 'parity')];
  if (baud === undefined && parity === undefined) return undefined;
  return `${baud ?? '9600'} 8${(parity ?? 'N').toUpperCase().slice(0, 1)}1`;
}

/** Readings in the language of everything that prints or sends values. */
export function toSamples(
  { device }: Pick<Query, 'device'>,
  readings: readonly Reading[],
): readonly Sample[] {
  return readings.map(({ point, value, cause, raw, at, requestedAt }) => ({
    point: pointOf(device, point),
    ...(value !== undefined && { value, goodAt: at }),
    quality: value === undefined ? 'bad' : 'good',
    ...(cause !== undefined && { cause }),
    ...(raw !== undefined && { raw }),
    at,
    requestedAt,
  }));
}

/** Everything that was asked for, what follows from the readings included. */
export function samplesOf(query: Query, readings: readonly Reading[]): readonly Sample[] {
  const { device, computed, hidden } = query;
  if (computed.length === 0) return toSamples(query, readings);
  const byName = new Map(readings.map(({ point, value }) => [point.name, value]));
  const isShown = ({ point }: { readonly point: { readonly name: string } }): boolean =>
    !hidden.has(point.name);
  const times = {
    at: Math.max(...readings.map(({ at }) => at)),
    requestedAt: Math.min(...readings.map(({ requestedAt }) => requestedAt)),
  };
  const results = computeAll(computed, (name) => {
    const value = byName.get(name);
    return value === undefined ? undefined : { value, quality: 'good' };
  });
  const following = computedRailPoints({ name: device, computed }, []).map((point) => {
    const { value, quality, cause } = results.get(point.name) ?? { quality: 'bad' as const };
    return {
      point,
      ...(value !== undefined && { value, goodAt: times.at }),
      quality,
      ...(cause !== undefined && { cause }),
      ...times,
    };
  });
  return [...toSamples(query, readings), ...following].filter(isShown);
}

function pointOf(device: string, point: RegisterPoint): Point {
  return railPoint(device, point, 0);
}
