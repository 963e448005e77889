import type { ReportRule } from '../base/report-rule.ts';
import type { ModbusClient } from '../client/client.ts';
import type { ComputedPoint } from '../profile/computed.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { PlannedRead, PlanSettings } from '../profile/read-plan.ts';

/** One endpoint and everything that is polled through it. Complete: the engine adds no default. */
export interface LineSetup {
  readonly name: string;
  /** Everything it was made from, as text: a line with another one is another line. */
  readonly fingerprint?: string;
  readonly client: ModbusClient;
  /** Transactions at once: 1 on a serial line. */
  readonly inFlight: number;
  /** How long a read takes on the wire, in milliseconds, where the speed of the line is known. */
  readonly wireMs?: (read: PlannedRead) => number;
  readonly devices: readonly DeviceSetup[];
}

/** What of a device is known without asking it. */
export interface DeviceMeaning {
  readonly name: string;
  readonly points: readonly PolledPoint[];
  /** Points that follow from others of the device, each behind those it needs. */
  readonly computed?: readonly ComputedPoint[];
  /** The words it was given, for selecting and labelling. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Which readings of a point are worth keeping, by its name, over what the point itself says. */
  readonly reports?: Readonly<Record<string, ReportRule>>;
}

export interface DeviceSetup extends DeviceMeaning {
  readonly label?: string;
  /** Name of its profile, for people. */
  readonly profile?: string;
  /** Names of the points that come first where there is room for a few. */
  readonly hero?: readonly string[];
  /** Modbus unit id, 0..255. */
  readonly unit: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly plan: PlanSettings;
  /** Where the blocks that the device refuses are remembered, beyond this run. */
  readonly refused?: BlockMemory;
}

/** Blocks that one device has refused. It stays true for the device, not for the run. */
export interface BlockMemory {
  has(read: PlannedRead): boolean;
  add(read: PlannedRead): void;
}

export interface PolledPoint {
  readonly point: RegisterPoint;
  readonly everyMs: number;
  /** A value that nothing has confirmed for this long is not known any more. */
  readonly staleMs: number;
}
