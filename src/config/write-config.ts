import type { WriteRules } from '../profile/write-rules.ts';

/** The switch of the gateway, and where requests to write may come from. */
export interface WritesConfig {
  readonly isOn: boolean;
  /** Addresses, networks such as `10.0.0.0/8`, `loopback` for this machine, `any`. */
  readonly from: readonly string[];
}

/** Nothing is written. */
export const WRITES_OFF: WritesConfig = { isOn: false, from: ['loopback'] };

/** The points of a device that may be written, by name, each with the rules that this site adds. */
export type WritablePoints = ReadonlyMap<string, WriteRules>;
