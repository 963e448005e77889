import type { DeviceConfig, LineConfig, SiteConfig } from '../config/site-config.ts';
import { formatAddress } from '../profile/format.ts';
import { planReads, type PlannedRead, type PlanSettings } from '../profile/read-plan.ts';
import { wireTime, type LineSpeed } from '../profile/wire-time.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import { lineSpeed, planOf, polledLines } from './lines.ts';

export interface PlannedRequest {
  readonly device: string;
  readonly unit: number;
  readonly everyMs: number;
  /** `hr:2999` */
  readonly start: string;
  readonly count: number;
  readonly points: number;
  /** Registers or bits that are read although nobody wants them. */
  readonly gaps: number;
  /** On the wire, with turnaround and silences, in milliseconds; absent where no line speed says. */
  readonly ms?: number;
}

/** What planning saves: requests of one cycle, in which everything that is polled is asked once. */
export interface CyclePlan {
  readonly device: string;
  /** As planned. */
  readonly requests: number;
  /** With neighbours merged, and every gap asked around. */
  readonly withoutGaps: number;
  /** With one request for each value. */
  readonly oneByOne: number;
}

export interface LinePlan {
  readonly line: string;
  readonly endpoint: string;
  readonly requests: readonly PlannedRequest[];
  readonly cycles: readonly CyclePlan[];
  /** Share of the time that the line is busy, 0..1 and above when it cannot keep up. */
  readonly load?: number;
  /** The part of it in which devices think, where they have not been measured. */
  readonly turnaroundLoad?: number;
}

/** The requests that a site sends, line by line, and how much of each line's time they take. */
export function planSite(site: SiteConfig): readonly LinePlan[] {
  return polledLines(site.lines).map((line) =>
    planLine(
      line,
      site.devices.filter((device) => device.line === line.name),
    ),
  );
}

function planLine(line: LineConfig, devices: readonly DeviceConfig[]): LinePlan {
  const endpoint = parseEndpoint(line.endpoint);
  const speed = lineSpeed(endpoint);
  const plans = devices.map((device) => ({
    device,
    plan: planOf(device, endpoint, line.pauseMs),
  }));
  const requests = plans.flatMap(({ device, plan }) =>
    readsOf(device, plan).map(({ everyMs, read }) =>
      planned(device, everyMs, read, speed, line.pauseMs),
    ),
  );
  const cycles = plans.map(({ device, plan }) => cycleOf(device, plan));
  const plan = { line: line.name, endpoint: line.endpoint, requests, cycles };
  if (speed === undefined) return plan;
  return {
    ...plan,
    load: requests.reduce((sum, { ms = 0, everyMs }) => sum + ms / everyMs, 0),
    turnaroundLoad: requests.reduce((sum, { everyMs }) => sum + speed.turnaroundMs / everyMs, 0),
  };
}

function readsOf(
  device: DeviceConfig,
  plan: PlanSettings,
): readonly { readonly everyMs: number; readonly read: PlannedRead }[] {
  return periodsOf(device).flatMap((everyMs) => {
    const polled = device.points.filter((point) => point.everyMs === everyMs);
    const points = polled.map(({ point }) => point);
    return planReads(points, plan).map((read) => ({ everyMs, read }));
  });
}

function cycleOf(device: DeviceConfig, plan: PlanSettings): CyclePlan {
  const reads = readsOf(device, plan);
  // Bits of one word are one value to ask for.
  const places = reads.flatMap(({ everyMs, read }) =>
    read.points.map(({ table, address }) => `${everyMs}:${table}:${address}`),
  );
  return {
    device: device.name,
    requests: reads.length,
    withoutGaps: readsOf(device, { ...plan, strategy: 'auto', gap: 0 }).length,
    oneByOne: new Set(places).size,
  };
}

function periodsOf({ points }: DeviceConfig): readonly number[] {
  return [...new Set(points.map(({ everyMs }) => everyMs))].sort((a, b) => a - b);
}

function planned(
  { name, unit }: DeviceConfig,
  everyMs: number,
  read: PlannedRead,
  speed: LineSpeed | undefined,
  pauseMs: number,
): PlannedRequest {
  const wanted = new Set<number>();
  for (const { address, count } of read.points) {
    for (let index = 0; index < count; index += 1) wanted.add(address + index);
  }
  return {
    device: name,
    unit,
    everyMs,
    start: formatAddress({ table: read.table, address: read.start }),
    count: read.count,
    points: read.points.length,
    gaps: read.count - wanted.size,
    ...(speed !== undefined && { ms: wireTime(read, speed).ms + pauseMs }),
  };
}

/** Why a plan cannot be kept: one sentence per line that has more to carry than time, with the sum. */
export function overloads(plans: readonly LinePlan[]): readonly string[] {
  return plans.flatMap(({ line, load = 0, turnaroundLoad = 0, requests }) => {
    if (load <= 1) return [];
    const ms = (share: number): string => `${(share * 1000).toFixed(0)} ms`;
    const rate = requests.reduce((sum, { everyMs }) => sum + 1000 / everyMs, 0);
    return [
      `line ${line} cannot carry its plan: ${Number(rate.toFixed(1))} requests per second need ` +
        `${ms(load)} of every second, ${ms(load - turnaroundLoad)} on the wire and ` +
        `${ms(turnaroundLoad)} of turnaround. Poll less often, allow larger blocks or gaps, or ` +
        'use a faster line',
    ];
  });
}
