import { localIso } from '../base/time-format.ts';
import type { Point } from '../telemetry/point.ts';
import { sampleJson, type SampleJson } from '../telemetry/sample-json.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { PauseNote } from '../telemetry/polling.ts';
import type { DeviceStatus, LineStatus, RecentTraffic, Site } from '../telemetry/site.ts';
import type {
  DeviceJson,
  EventCounters,
  LineJson,
  PausedJson,
  PointJson,
  StatusJson,
} from './contract.ts';

export function valueJson(sample: Sample): SampleJson {
  return sampleJson(sample, localIso);
}

export function pointJson(point: Point): PointJson {
  const { device, name, address, type, label, unit, decimals, kind, category, everyMs } = point;
  const { range, writable, tags = {} } = point;
  return {
    device,
    name,
    address,
    type,
    ...(label !== undefined && { label }),
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    kind,
    ...(category !== undefined && { category }),
    ...(range !== undefined && { range }),
    ...(point.enum !== undefined && { states: Object.fromEntries(point.enum) }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(writable && { writable }),
    everyMs,
  };
}

export function deviceJson({
  lastAnswerAt,
  nextTryAt,
  goodSince,
  paused,
  ...status
}: DeviceStatus): DeviceJson {
  return {
    ...status,
    ...(paused !== undefined && { paused: pausedJson(paused) }),
    ...(goodSince !== undefined && { goodSince: localIso(goodSince) }),
    ...(lastAnswerAt !== undefined && { lastAnswer: localIso(lastAnswerAt) }),
    ...(nextTryAt !== undefined && { nextTry: localIso(nextTryAt) }),
  };
}

function pausedJson({ who, why, at, isKept }: PauseNote): PausedJson {
  return { who, why, time: localIso(at), ...(!isKept && { untilRestart: true }) };
}

export function lineJson({ recent, plan, load, ...status }: LineStatus): LineJson {
  // Three digits of a share are what a page shows, and keep an idle line from changing all the time.
  return {
    ...status,
    load: Math.round(load * 1000) / 1000,
    ...(recent !== undefined && { recent: recentJson(recent) }),
    ...(plan !== undefined && { plan: { ...plan, needMs: Math.round(plan.needMs) } }),
  };
}

function recentJson({ p95Ms, ...faults }: RecentTraffic): NonNullable<LineJson['recent']> {
  if (p95Ms === undefined) return faults;
  return { p95Ms: p95Ms < 10 ? Math.round(p95Ms * 10) / 10 : Math.round(p95Ms), ...faults };
}

export interface StatusFacts {
  readonly site: Site;
  readonly version: string;
  readonly wallMicros: number;
  readonly upMs: number;
  readonly events: EventCounters;
}

export function statusJson({ site, version, wallMicros, upMs, events }: StatusFacts): StatusJson {
  const points = { good: 0, stale: 0, bad: 0 };
  for (const { quality } of site.snapshot()) points[quality] += 1;
  const devices = { waiting: 0, good: 0, failing: 0, silent: 0, paused: 0 };
  for (const { state } of site.devices()) devices[state] += 1;
  return {
    name: site.name,
    version,
    time: localIso(wallMicros),
    upSeconds: Math.floor(upMs / 1000),
    points,
    devices,
    lines: site.lines().length,
    events: { ...events },
  };
}
