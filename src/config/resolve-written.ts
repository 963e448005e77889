import { nearest } from '../base/did-you-mean.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { hintOf, type Path, type Report } from './report.ts';
import { heroOf, LEAST_EVERY_MS, NO_PLAN, resolveProfile } from './resolve-device.ts';
import type { DeviceSurroundings } from './resolve-device.ts';
import { resolvePoints } from './resolve-points.ts';
import { stalePolicy, type WrittenConfig } from './server-config.ts';
import type { DeviceConfig } from './site-config.ts';
import type { DeviceInput } from './site-schema.ts';
import { readWrittenPlace, type WrittenPlace } from './written-place.ts';

/** Values that nobody has written for so long are stale where nothing says how long. */
const STALE_MS = 60_000;

/** What a device that clients write takes from the rest of the file. */
export interface WrittenSurroundings extends DeviceSurroundings {
  /** Each name under `servers`, and its type; undefined for one that has a mistake. */
  readonly servers: ReadonlyMap<string, ServerUnits | undefined>;
}

/** What a server says of the units it answers as. */
export interface ServerUnits {
  readonly type: string;
  readonly unit: number | 'any' | undefined;
}

/** Keys of a device that is asked, and mean nothing where values come by themselves. */
const POLLING = [
  ...(['line', 'unit', 'groups', 'timeout', 'retries', 'plan', 'limits', 'writes'] as const),
];

/** One device whose values clients of a server of ours write, or undefined after reporting why not. */
export function resolveWritten(
  name: string,
  at: string,
  input: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  surroundings: WrittenSurroundings,
): DeviceConfig | undefined {
  const { report } = surroundings;
  const path = ['devices', name];
  const place = placeOf([...path, 'at'], at, surroundings);
  for (const key of POLLING) {
    if (!Object.hasOwn(written, key)) continue;
    const message = `"${key}" of a device that is asked, and clients write ${name}`;
    const hint = key === 'unit' ? `write at: server:${place?.server ?? 'name'}/1` : 'leave it out';
    report.error([...path, key], message, { onKey: true, hint });
  }
  const profile = resolveProfile(path, input, written, surroundings);
  const { points, computed } = resolvePoints(path, input, written, profile, report);
  checkTables(path, input, points, report);
  const { everyMs, staleMs } = timesOf(path, input, surroundings);
  if (place === undefined) return undefined;
  return {
    name,
    ...(input.label !== undefined && { label: input.label }),
    ...(input.profile !== undefined && { profile: input.profile }),
    hero: heroOf(profile),
    line: `server:${place.server}`,
    // Where every unit id is answered, this one is.
    unit: place.unit === 'any' ? 1 : place.unit,
    ...{ timeoutMs: surroundings.timeoutMs, retries: 0, plan: NO_PLAN, tags: { ...input.tags } },
    points: points.map((point) => ({ point: withoutWriting(point), everyMs, staleMs })),
    ...{ unpolled: [], computed, writable: new Map() },
    written: { ...place, staleMs, ...rulesOf(input) },
  };
}

/** Of a device that is asked: keys of one that clients write. */
export function checkNotWritten(
  name: string,
  written: Readonly<Record<string, unknown>>,
  report: Report,
): void {
  for (const key of ['whenStale', 'outOfRange', 'partial']) {
    if (!Object.hasOwn(written, key)) continue;
    report.error(['devices', name, key], `"${key}" of a device that clients write`, {
      ...{ onKey: true, hint: `such a one is at: server:, and device "${name}" is asked` },
    });
  }
}

/** `every` is when a client is expected to write again: a third of the time after which that is news. */
function timesOf(
  path: Path,
  { every, stale }: DeviceInput,
  { report, staleMs: siteStaleMs }: DeviceSurroundings,
): { readonly everyMs: number; readonly staleMs: number } {
  const staleMs = report.timeMs([...path, 'stale'], stale, 1) ?? siteStaleMs ?? STALE_MS;
  const everyMs = report.timeMs([...path, 'every'], every, LEAST_EVERY_MS);
  return { everyMs: everyMs ?? Math.ceil(staleMs / 3), staleMs };
}

function placeOf(
  path: Path,
  at: string,
  { servers, report }: WrittenSurroundings,
): (WrittenPlace & { readonly unit: number | 'any' }) | undefined {
  const place = readWrittenPlace(at);
  if (place === undefined) {
    const hint = 'such as server:field/1, or server:field/any for every unit id';
    report.error(path, `"${at}" is no unit of a server`, { hint });
    return undefined;
  }
  const { server } = place;
  if (!servers.has(server)) {
    const names = [...servers.keys()];
    const hint =
      names.length === 0
        ? { hint: `write servers: { ${server}: { type: modbus-tcp } }` }
        : hintOf(nearest(server, names), names);
    report.error(path, `no server is named "${server}"`, hint);
    return undefined;
  }
  const found = servers.get(server);
  if (found === undefined) return undefined;
  if (!found.type.startsWith('modbus-')) {
    report.error(path, `server "${server}" is of type ${found.type}: clients write to modbus-tcp`);
    return undefined;
  }
  return { server, unit: place.unit ?? found.unit ?? 1 };
}

function checkTables(
  path: Path,
  { profile }: DeviceInput,
  points: readonly RegisterPoint[],
  report: Report,
): void {
  const unfit = points.find(({ table }) => table === 'input' || table === 'discrete');
  if (unfit === undefined) return;
  const at = [...path, profile === undefined ? 'points' : 'profile'];
  report.error(at, `clients write holding registers and coils, and ${unfit.name} is neither`);
}

/** The client is the one who writes; nobody else can write to it. */
function withoutWriting(point: RegisterPoint): RegisterPoint {
  const { write: _, ...rest } = point;
  return { ...rest, access: 'ro' };
}

function rulesOf({
  whenStale,
  outOfRange,
  partial,
}: DeviceInput): Omit<WrittenConfig, 'server' | 'unit' | 'staleMs'> {
  return {
    ...(whenStale !== undefined && { whenStale: stalePolicy(whenStale) }),
    outOfRange: outOfRange ?? 'bad',
    partial: partial ?? 'accept',
  };
}
