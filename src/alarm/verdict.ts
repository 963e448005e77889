import type { Value } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { DeviceStatus } from '../telemetry/site.ts';
import type { AlarmRule, AlarmTest, Condition } from './alarm-rule.ts';

/** What of a site is looked at to judge its alarms. */
export interface AlarmSite {
  /** The newest sample of `device.point`. */
  sample(id: string): Sample | undefined;
  deviceState(device: string): DeviceStatus['state'] | undefined;
}

/**
 * `unknown`: a value that the verdict needs is not good, so that nothing may be concluded.
 * `suppressed`: the alarm does not count now.
 */
export interface Verdict {
  readonly is: 'alarm' | 'normal' | 'unknown' | 'suppressed';
  /** The value that was judged, where it is one. */
  readonly value?: Value;
  /** What an outlier was compared with. */
  readonly median?: number;
}

const UNKNOWN: Verdict = { is: 'unknown' };
const SUPPRESSED: Verdict = { is: 'suppressed' };
/** Of two values nobody can say which is the odd one. */
const LEAST_FOR_MEDIAN = 3;

/**
 * Judges an alarm by good values only. `isActive`: it was raised, so that it has to come back by its
 * hysteresis to be normal.
 */
export function judge(rule: AlarmRule, site: AlarmSite, isActive: boolean): Verdict {
  if (rule.when !== undefined) {
    const counts = holds(rule.when, site);
    if (counts === undefined) return UNKNOWN;
    if (!counts) return SUPPRESSED;
  }
  return judgeTest(rule.test, site, isActive);
}

function judgeTest(test: AlarmTest, site: AlarmSite, isActive: boolean): Verdict {
  switch (test.kind) {
    case 'when': {
      const is = holds(test.holds, site);
      return is === undefined ? UNKNOWN : verdict(is);
    }
    case 'down':
      return judgeDevice(site.deviceState(test.device));
    case 'state': {
      const value = goodValue(site, test.point);
      if (value === undefined) return UNKNOWN;
      return verdict(test.equals.includes(plain(value)), value);
    }
    case 'outlier':
      return judgeOutlier(test, site, isActive);
    case 'hihi':
    case 'hi':
    case 'lo':
    case 'lolo':
      return judgeLimit(test, site, isActive);
  }
}

function judgeLimit(
  { kind, point, limit, hysteresis }: Extract<AlarmTest, { kind: 'hi' | 'hihi' | 'lo' | 'lolo' }>,
  site: AlarmSite,
  isActive: boolean,
): Verdict {
  const value = goodValue(site, point);
  const number = numberOf(value);
  if (value === undefined || number === undefined) return UNKNOWN;
  const slack = isActive ? hysteresis : 0;
  const isHigh = kind === 'hi' || kind === 'hihi';
  return verdict(isHigh ? number >= limit - slack : number <= limit + slack, value);
}

function judgeOutlier(
  { point, among, limit, hysteresis }: Extract<AlarmTest, { kind: 'outlier' }>,
  site: AlarmSite,
  isActive: boolean,
): Verdict {
  const value = goodValue(site, point);
  const number = numberOf(value);
  if (value === undefined || number === undefined) return UNKNOWN;
  const others = among.flatMap((id) => numberOf(goodValue(site, id)) ?? []);
  if (others.length < LEAST_FOR_MEDIAN) return UNKNOWN;
  const median = medianOf(others);
  const distance = Math.abs(number - median);
  return { ...verdict(distance >= limit - (isActive ? hysteresis : 0), value), median };
}

/** The middle one; of an even number the mean of the two in the middle. `numbers` is not empty. */
function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return (lower + upper) / 2;
}

/** One failed poll is not silence yet, and before the first poll nobody knows. */
function judgeDevice(state: DeviceStatus['state'] | undefined): Verdict {
  if (state === 'silent') return { is: 'alarm' };
  return state === 'good' ? { is: 'normal' } : UNKNOWN;
}

/** Undefined when it cannot be said. */
function holds(condition: Condition, site: AlarmSite): boolean | undefined {
  const { value, quality } = condition.evaluate((id) => site.sample(id));
  return quality === 'good' && typeof value === 'boolean' ? value : undefined;
}

function goodValue(site: AlarmSite, id: string): Value | undefined {
  const sample = site.sample(id);
  return sample?.quality === 'good' ? sample.value : undefined;
}

function numberOf(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

function plain(value: Value): number | boolean {
  return typeof value === 'boolean' ? value : Number(value);
}

function verdict(isAlarm: boolean, value?: Value): Verdict {
  return { is: isAlarm ? 'alarm' : 'normal', ...(value !== undefined && { value }) };
}
