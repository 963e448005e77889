import type { ComputedPoint } from '../profile/computed.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { PlanSettings } from '../profile/read-plan.ts';

/**
 * A site as its file, the profiles and the environment describe it. Checked and complete: nothing
 * after it has a default to remember, and every name in it exists.
 */
export interface SiteConfig {
  /** The file it came from, as it was named. */
  readonly file: string;
  /** `name` of the file; without one, the name of the file itself. */
  readonly name: string;
  /** Where it stands, in the words of its owner. */
  readonly site?: string;
  /** Folder of everything that is kept, absolute; absent when nothing is. */
  readonly data?: string;
  readonly web: WebConfig;
  /** Every line that has a device, and every line with a name. */
  readonly lines: readonly LineConfig[];
  readonly devices: readonly DeviceConfig[];
  readonly sinks: readonly SinkConfig[];
}

export interface WebConfig {
  /** Absent when the page is switched off. Port 0 takes a free one. */
  readonly listen?: { readonly host: string; readonly port: number };
}

/** One endpoint, used by all devices behind it. */
export interface LineConfig {
  /** Its name under `lines`; the endpoint where it has none. */
  readonly name: string;
  /** In one spelling: `tcp://h:502`, `rtu+tcp://h:8899`, `serial:/dev/ttyUSB0 9600 8N1`. */
  readonly endpoint: string;
  readonly kind: 'tcp' | 'rtu+tcp' | 'serial';
  /** Least pause between an answer and the next request, in milliseconds. */
  readonly pauseMs: number;
  /** Transactions at once; 1 on everything that is serial in the end. */
  readonly inFlight: number;
}

export interface DeviceConfig {
  readonly name: string;
  readonly label?: string;
  /** Id of its profile. */
  readonly profile?: string;
  /** Name of its line. */
  readonly line: string;
  /** Modbus unit id, 0..255. */
  readonly unit: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly plan: PlanSettings;
  readonly tags: Readonly<Record<string, string>>;
  /** In the order of the profile and the file. */
  readonly points: readonly PolledPointConfig[];
  /** Points that are only written, or read when somebody asks. */
  readonly unpolled: readonly RegisterPoint[];
  /** Points that follow from others, each behind those it needs. */
  readonly computed: readonly ComputedPoint[];
}

export interface PolledPointConfig {
  readonly point: RegisterPoint;
  readonly everyMs: number;
  /** A value that nothing has confirmed for this long is not known any more. */
  readonly staleMs: number;
}

/** A sink, and the ids (`device.point`) of what it gets. */
export type SinkConfig = {
  readonly name: string;
  readonly points: ReadonlySet<string>;
} & (
  | { readonly type: 'console'; readonly format: ConsoleFormat }
  | { readonly type: 'jsonl'; /** Absolute. */ readonly path: string }
  | {
      readonly type: 'csv';
      /** Absolute, with placeholders for device, point and date. */ readonly path: string;
    }
);

export type ConsoleFormat = 'table' | 'line' | 'json';
