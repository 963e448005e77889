import type { DevicePort } from '../gate/device-port.ts';
import type { PauseNote, PollReport } from '../telemetry/polling.ts';
import type { DeviceStatus, LineStatus } from '../telemetry/site.ts';
import type { BenchLine } from '../workbench/bench-line.ts';
import type { Rail } from './rail.ts';

/**
 * Where values of devices come from: a line that is polled, or one on which devices speak unasked. Each
 * has a rail of its own, so that it can be replaced while the others go on.
 */
export interface Source {
  readonly name: string;
  /** Everything it was made from, as text; undefined: never the same as another. */
  readonly fingerprint: string | undefined;
  /** The newest samples of everything behind it. */
  readonly rail: Rail;
  start(): void;
  /** Starts nothing more, and ends what is under way, at once. */
  stop(): void;
  /**
   * For how long something has been due that was not looked at, in milliseconds, at `now` on the scale of the
   * clock. A device that does not answer is no standstill: it is asked, and given up, in time.
   */
  standstillMs(now: number): number;
  status(): LineStatus;
  deviceStatus(): readonly DeviceStatus[];
  /** How a device behind it is written to; undefined where there is no such device, or no such way. */
  port(device: string): DevicePort | undefined;
  /** How somebody looks at other registers on it; undefined where devices are not asked. */
  bench(): BenchLine | undefined;
  /** The polling of a device behind it; undefined where there is no such device, or nobody asks it. */
  polled(device: string): PolledDevice | undefined;
}

/** The polling of one device, for whoever operates it. */
export interface PolledDevice {
  report(): PollReport;
  /** Asks it now, ahead of its turn; resolves when it has answered or has not. */
  tryNow(): Promise<void>;
  /** Asks it nothing more. What is known of it is stale from now on. */
  pause(note: PauseNote): void;
  resume(): void;
  readonly paused: PauseNote | undefined;
}
