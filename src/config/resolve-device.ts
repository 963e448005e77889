import { GatewayError } from '../base/errors.ts';
import { decideGap } from '../profile/gap-cost.ts';
import { chooseParams } from '../profile/params.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { GroupPeriod, Profile } from '../profile/profile.ts';
import {
  GREEDY_REGISTERS,
  MAX_BITS,
  MAX_REGISTERS,
  planReads,
  type PlanChoice,
} from '../profile/read-plan.ts';
import type { ShelvedProfile } from './profile-shelf.ts';
import type { Path, Report } from './report.ts';
import type { Line, LineTable } from './resolve-lines.ts';
import { resolvePoints } from './resolve-points.ts';
import type { DeviceConfig, PolledPointConfig } from './site-config.ts';
import type { DeviceInput } from './site-schema.ts';

/** What all devices share. */
export interface DeviceSurroundings {
  readonly report: Report;
  readonly lines: LineTable;
  /** Undefined for a profile that could not be had: that is reported elsewhere. */
  readonly profile: (id: string) => Pick<ShelvedProfile, 'profile' | 'withParams'> | undefined;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly staleMs: number | undefined;
}

/** Shorter than any device answers; below it a mistyped unit is more likely than a wish. */
export const LEAST_EVERY_MS = 10;

/** Values that never change are asked for again all the same: a first answer may have been missed. */
const ONCE_MS = 3_600_000;

/** Values of `stale` where nothing is written: so many polls without an answer. */
const STALE_PERIODS = 3;

/**
 * One device with everything filled in, or undefined after reporting why not. `written` is what the
 * file says, mistakes included: a key that is wrong is not also missing.
 */
export function resolveDevice(
  name: string,
  input: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  surroundings: DeviceSurroundings,
): DeviceConfig | undefined {
  const { report, lines } = surroundings;
  const path = ['devices', name];
  const line = resolveLine(name, input, written, surroundings);
  const profile = resolveProfile(path, input, written, surroundings);
  const { points, computed } = resolvePoints(path, input, written, profile, report);
  const plan = resolvePlan(path, input, profile, points, report);
  const polled = poll(path, input, profile, points, surroundings);
  const isPolled = new Set(polled.map(({ point }) => point));
  const timeoutMs = report.timeMs([...path, 'timeout'], input.timeout, 1);
  if (line === undefined) return undefined;
  checkUnit(path, input.unit, line, report);
  lines.needPause(line, profile?.limits.pauseMs ?? 0);
  return {
    name,
    ...(input.label !== undefined && { label: input.label }),
    ...(input.profile !== undefined && { profile: input.profile }),
    ...sourceOf(profile),
    hero: heroOf(profile),
    line: line.name,
    unit: input.unit,
    timeoutMs: timeoutMs ?? line.timeoutMs ?? profile?.limits.timeoutMs ?? surroundings.timeoutMs,
    retries: input.retries ?? surroundings.retries,
    plan,
    tags: { ...input.tags },
    points: polled,
    unpolled: points.filter((point) => !isPolled.has(point)),
    computed,
    writable: new Map(),
  };
}

function sourceOf(profile: Profile | undefined): Pick<DeviceConfig, 'source'> {
  return profile?.source === undefined ? {} : { source: profile.source };
}

export function heroOf(profile: Profile | undefined): readonly string[] {
  return profile?.view.hero ?? [];
}

export function resolveLine(
  name: string,
  input: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  { report, lines }: DeviceSurroundings,
): Line | undefined {
  const path = ['devices', name];
  const [hasAt, hasLine] = [Object.hasOwn(written, 'at'), Object.hasOwn(written, 'line')];
  if (hasAt && hasLine) {
    const message = `device "${name}" has both "at" and "line"`;
    report.error([...path, 'line'], message, { onKey: true, hint: 'keep one of them' });
    return undefined;
  }
  if (!hasAt && !hasLine) {
    report.error([...path, 'at'], `device "${name}" says nowhere where it is`, {
      hint: 'such as at: tcp://192.168.1.50, or line: with the name of a line',
      onKey: true,
    });
    return undefined;
  }
  if (input.at !== undefined) return lines.at(input.at, name, [...path, 'at']);
  return input.line === undefined ? undefined : lines.named(input.line, [...path, 'line']);
}

function checkUnit(path: Path, unit: number, line: Line, report: Report): void {
  if (line.endpoint.kind === 'tcp') return;
  const unitPath = [...path, 'unit'];
  if (unit === 0) {
    report.error(unitPath, 'unit 0 of a serial line is everybody, and nobody answers it', {
      hint: 'expected 1..247',
    });
  } else if (unit > 247) {
    report.note(unitPath, `units of a serial line end at 247, and ${unit} is reserved`);
  }
}

/** What the device is, with the params of this one; undefined where that is not known. */
export function resolveProfile(
  path: Path,
  { profile: id, params }: DeviceInput,
  written: Readonly<Record<string, unknown>>,
  { report, profile: find }: DeviceSurroundings,
): Profile | undefined {
  const paramsPath = [...path, 'params'];
  if (params !== undefined && !Object.hasOwn(written, 'profile')) {
    report.error(paramsPath, 'params belong to a profile, and the device has none', {
      onKey: true,
    });
  }
  const { profile, withParams } = (id === undefined ? undefined : find(id)) ?? {};
  if (params === undefined || profile === undefined || withParams === undefined) return profile;
  const { values, issues } = chooseParams(profile.params, params);
  report.include(paramsPath, issues);
  const own = withParams(values);
  for (const { severity, message } of own.issues) {
    if (severity === 'error') report.error(paramsPath, `with these params ${message}`);
  }
  return own.profile;
}

function resolvePlan(
  path: Path,
  { plan: wanted, limits = {} }: DeviceInput,
  profile: Profile | undefined,
  points: readonly RegisterPoint[],
  report: Report,
): PlanChoice {
  const ofProfile = profile?.plan ?? NO_PLAN;
  const strategy = wanted ?? ofProfile.strategy;
  // The block of a profile was chosen for its own strategy.
  const largest = strategy === 'greedy' ? GREEDY_REGISTERS : MAX_REGISTERS;
  const registers = ofProfile.strategy === strategy ? ofProfile.registers : largest;
  const plan = {
    strategy,
    registers: limits.registers ?? registers,
    bits: limits.bits ?? ofProfile.bits,
    gap: limits.gap ?? ofProfile.gap,
  };
  checkPlan([...path, 'limits'], points, plan, limits.gap !== undefined, report);
  return plan;
}

export const NO_PLAN: PlanChoice = {
  strategy: 'auto',
  registers: MAX_REGISTERS,
  bits: MAX_BITS,
  gap: 'auto',
};

function checkPlan(
  path: Path,
  points: readonly RegisterPoint[],
  plan: PlanChoice,
  hasOwnGap: boolean,
  report: Report,
): void {
  if (plan.strategy === 'greedy' && hasOwnGap) {
    const hint = 'leave gap out';
    report.error([...path, 'gap'], 'plan: greedy reads through any gap', { onKey: true, hint });
  }
  try {
    planReads(points, decideGap(plan));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    report.error(path, error.message);
  }
}

/**
 * How often each point is read: what the device says for its group, else what the profile says for
 * it, else `every` of the device, else the default.
 */
function poll(
  path: Path,
  input: DeviceInput,
  profile: Profile | undefined,
  points: readonly RegisterPoint[],
  surroundings: DeviceSurroundings,
): readonly PolledPointConfig[] {
  const { report } = surroundings;
  const groups = new Map<string, GroupPeriod>(profile?.groups);
  for (const [group, text] of Object.entries(input.groups ?? {})) {
    const ms = report.timeMs([...path, 'groups', group], text, LEAST_EVERY_MS);
    if (ms !== undefined) groups.set(group, ms);
  }
  const everyPath = [...path, 'every'];
  const ownEveryMs = report.timeMs(everyPath, input.every, LEAST_EVERY_MS);
  const ownStaleMs = report.timeMs([...path, 'stale'], input.stale, 1) ?? surroundings.staleMs;
  if (ownEveryMs !== undefined && points.length > 0 && points.every(({ group }) => group)) {
    const hint = `groups: { ${points[0]?.group ?? ''}: ${input.every ?? ''} }`;
    report.note(everyPath, '"every" changes nothing: each point belongs to a group', { hint });
  }
  return points.flatMap((point) => {
    const period = point.group === undefined ? undefined : (groups.get(point.group) ?? point.group);
    if (period === 'on-demand' || point.access === 'wo') return [];
    const ofGroup = period === 'once' ? ONCE_MS : period;
    const everyMs = typeof ofGroup === 'number' ? ofGroup : (ownEveryMs ?? surroundings.everyMs);
    return [{ point, everyMs, staleMs: ownStaleMs ?? STALE_PERIODS * everyMs }];
  });
}
