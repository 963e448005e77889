import type { AlarmPriority } from '../base/alarm-priority.ts';
import type { Evaluated, Lookup } from '../expression/value.ts';

/** Something that may be wrong at a site. Complete: nothing after it has a default to remember. */
export interface AlarmRule {
  /** Unique in a site, and the same after a restart: `furnace1.pv.hi`. */
  readonly id: string;
  /** What it is about; absent for the site as a whole. */
  readonly device?: string;
  /** Name of the point in its device. */
  readonly point?: string;
  readonly priority: AlarmPriority;
  /** What people read. */
  readonly text: string;
  readonly unit?: string;
  /** How long the condition must hold before the alarm is raised, in milliseconds; 0 for at once. */
  readonly delayMs: number;
  /** How long it must not hold before the alarm has returned to normal. */
  readonly offDelayMs: number;
  readonly test: AlarmTest;
  /** While this does not hold the alarm is not judged, and one that was active has returned. */
  readonly when?: Condition;
}

export type AlarmKind = AlarmTest['kind'];

/** Ids are `device.point`. */
export type AlarmTest =
  | {
      /** `hi`: at the limit or above; it returns below the limit less the hysteresis. `lo` likewise. */
      readonly kind: 'hihi' | 'hi' | 'lo' | 'lolo';
      readonly point: string;
      readonly limit: number;
      readonly hysteresis: number;
    }
  | {
      /** The limit is the distance from the median of all that are good, of three at least. */
      readonly kind: 'outlier';
      readonly point: string;
      readonly among: readonly string[];
      readonly limit: number;
      readonly hysteresis: number;
    }
  | {
      readonly kind: 'state';
      readonly point: string;
      readonly equals: readonly (number | boolean)[];
    }
  | { readonly kind: 'when'; readonly holds: Condition }
  | {
      /** The device has not answered so often that it is asked with growing pauses. */
      readonly kind: 'down';
      readonly device: string;
    };

/** Something that holds or does not, over points of the site. */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  /** The ids that it depends on. */
  readonly points: readonly string[];
  /** `lookup` takes ids. */
  evaluate(lookup: Lookup): Evaluated;
}

/** The ids of all points whose change may change the verdict. */
export function pointsOf({ test, when }: AlarmRule): ReadonlySet<string> {
  const points = new Set(when?.points);
  if (test.kind === 'when') for (const id of test.holds.points) points.add(id);
  else if (test.kind !== 'down') points.add(test.point);
  if (test.kind === 'outlier') for (const id of test.among) points.add(id);
  return points;
}
