import type { AlarmPriority } from '../base/alarm-priority.ts';
import type { Evaluated, Lookup } from '../expression/value.ts';
import type { LimitKind } from '../profile/point-alarm.ts';

/** One alarm of a site, with everything filled in. */
export interface AlarmConfig {
  /** `device.point.kind`, `device.down`, or the name of an entry of `alarms`; unique. */
  readonly id: string;
  readonly device?: string;
  /** Name of the point in its device. */
  readonly point?: string;
  readonly priority: AlarmPriority;
  readonly text: string;
  readonly unit?: string;
  readonly delayMs: number;
  readonly offDelayMs: number;
  readonly test: AlarmTestConfig;
  /** While this does not hold the alarm does not count. */
  readonly when?: ConditionConfig;
}

/** Points are ids: `device.point`. */
export type AlarmTestConfig =
  | {
      readonly kind: LimitKind;
      readonly point: string;
      readonly limit: number;
      readonly hysteresis: number;
    }
  | {
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
  | { readonly kind: 'when'; readonly holds: ConditionConfig }
  | { readonly kind: 'down'; readonly device: string };

export interface ConditionConfig {
  readonly text: string;
  /** The ids of the points that it depends on. */
  readonly points: readonly string[];
  evaluate(lookup: Lookup): Evaluated;
}
