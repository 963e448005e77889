import type { ReportRule } from '../base/report-rule.ts';
import type { FlowSetup } from '../exchange/flow-setup.ts';
import type { ComputedPoint } from '../profile/computed.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { PlanChoice } from '../profile/read-plan.ts';
import type { AlarmConfig } from './alarm-config.ts';
import type { ServerConfig, WrittenConfig } from './server-config.ts';
import type { SinkLines } from './sink-lines.ts';
import type { CanEndpoint } from '../can/can-endpoint.ts';
import type { HeardConfig } from './heard-config.ts';
import type { WritablePoints, WritesConfig } from './write-config.ts';

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
  /** Kept in `data`, or in memory without it. */
  readonly journal: JournalConfig;
  /** Absent when it is switched off. Without a folder it is kept in memory. */
  readonly history?: StoreLimits;
  readonly servers: readonly ServerConfig[];
  /** Of all devices, and of the site. */
  readonly alarms: readonly AlarmConfig[];
  /** Absent: there are no reports of outages. */
  readonly outages?: OutageConfig;
  readonly writes: WritesConfig;
  /** Rules and pulls. */
  readonly flows: readonly FlowSetup[];
}

export interface OutageConfig {
  /** No good value for longer than this is an outage, in milliseconds. */
  readonly gapMs: number;
  /** How long lowest and highest are looked at after the return, in milliseconds. */
  readonly settleMs: number;
  /** Ids (`device.point`) of the points that are watched. */
  readonly points: ReadonlySet<string>;
}

export interface StoreLimits {
  readonly bytes: number;
  readonly ageMs: number;
}

export interface JournalConfig extends StoreLimits {
  /** How long records wait for being written together, in milliseconds. */
  readonly syncMs: number;
}

export interface WebConfig {
  /** Absent when the page is switched off. Port 0 takes a free one. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Must everybody log in? */
  readonly login: boolean;
  /** PEM files, absolute. Absent: not encrypted. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What somebody at this machine is, where there is neither a login nor a token. */
  readonly local: TokenConfig['role'];
  /** Who may do more than look. */
  readonly tokens: readonly TokenConfig[];
}

export interface TokenConfig {
  readonly name: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  /** SHA-256 of the secret, in hexadecimal digits: the secret itself is kept nowhere. */
  readonly sha256: string;
}

/** One endpoint, used by all devices behind it. */
export interface LineConfig {
  /** Its name under `lines`; the endpoint where it has none. */
  readonly name: string;
  /** In one spelling: `tcp://h:502`, `rtu+tcp://h:8899`, `serial:/dev/ttyUSB0 9600 8N1`, `server:field`. */
  readonly endpoint: string;
  /**
   * Devices on some are not asked. `server`: clients of ours write their values; `can`: they speak on a
   * bus; `host`: it is this computer.
   */
  readonly kind: 'tcp' | 'rtu+tcp' | 'serial' | 'server' | 'can' | 'host';
  /** Of `can`: where its frames come from, with an absolute path. */
  readonly can?: CanEndpoint;
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
  /** The manual that its registers were taken from, as its profile says. */
  readonly source?: string;
  /** Names of the points that come first where there is room for a few. */
  readonly hero: readonly string[];
  /** Name of its line. */
  readonly line: string;
  /** Modbus unit id, 0..255. */
  readonly unit: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly plan: PlanChoice;
  readonly tags: Readonly<Record<string, string>>;
  /** Which readings are worth keeping, by name of the point, over what the point itself says. */
  readonly reports?: Readonly<Record<string, ReportRule>>;
  /** In the order of the profile and the file. */
  readonly points: readonly PolledPointConfig[];
  /** Points that are only written, or read when somebody asks. */
  readonly unpolled: readonly RegisterPoint[];
  /** Points that follow from others, each behind those it needs. */
  readonly computed: readonly ComputedPoint[];
  readonly writable: WritablePoints;
  /** Where clients write its values; absent where it is asked for them. */
  readonly written?: WrittenConfig;
  /** How its values come over a CAN bus; absent where it is asked for them. */
  readonly heard?: HeardConfig;
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
  | { readonly type: 'console'; readonly format: ConsoleFormat; readonly events: boolean }
  | { readonly type: 'jsonl'; /** Absolute. */ readonly path: string; readonly events: boolean }
  | {
      readonly type: 'csv';
      /** Absolute, with placeholders for device, point and date. */ readonly path: string;
    }
  | InfluxSinkConfig
  | ZabbixSinkConfig
  | WebhookSinkConfig
);

export interface WebhookSinkConfig {
  readonly type: 'webhook';
  readonly url: string;
  /** Patterns of types of events. */
  readonly events: readonly string[];
  readonly secret?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface InfluxSinkConfig {
  readonly type: 'influx';
  readonly url: string;
  /** Which of the two ways of writing the server understands. */
  readonly target:
    | {
        readonly api: 'v1';
        readonly database: string;
        readonly user?: string;
        readonly password?: string;
        readonly retention?: string;
      }
    | {
        readonly api: 'v2';
        readonly bucket: string;
        readonly org?: string;
        readonly token?: string;
      };
  readonly measurement?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly fields: 'by-point' | 'value';
  readonly types?: Readonly<Record<string, 'float' | 'int' | 'string' | 'bool'>>;
  readonly rename?: Readonly<Record<string, string>>;
  readonly states: 'both' | 'number';
  /** What is written together; absent: what one answer has changed. Its ids are then all that it gets. */
  readonly lines?: readonly SinkLines[];
  readonly precision: 'ms' | 's' | 'us' | 'ns';
  readonly batch: number;
  readonly timeoutMs: number;
}

export interface ZabbixSinkConfig {
  readonly type: 'zabbix';
  readonly server: { readonly host: string; readonly port: number };
  readonly host?: string;
  readonly key: string;
  readonly qualityKey?: string;
  readonly psk?: { readonly identity: string; readonly keyHex: string };
  readonly discoveryMs: number;
  readonly timeoutMs: number;
}

export type ConsoleFormat = 'table' | 'line' | 'json';
