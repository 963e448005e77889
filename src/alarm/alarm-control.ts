import type { SiteEvent } from '../telemetry/event.ts';
import type { AlarmStatus } from './alarm-status.ts';

/** The alarms of a running site, for those who look at them and those who answer them. */
export interface AlarmControl {
  /** All of them, in the order of the configuration. */
  list(): readonly AlarmStatus[];
  /** The last 1,000 events, the newest first. */
  events(): readonly LoggedEvent[];
  /** Each gives the alarm as it is afterwards; undefined when there is none of this id. */
  acknowledge(id: string, by: string, comment?: string): AlarmStatus | undefined;
  shelve(id: string, request: ShelveRequest): AlarmStatus | undefined;
  unshelve(id: string, by: string): AlarmStatus | undefined;
  /** Called after something of an alarm has changed. */
  onChange(listener: () => void): () => void;
}

export interface ShelveRequest {
  /** At most seven days, in milliseconds. */
  readonly forMs: number;
  readonly by: string;
  readonly reason: string;
}

export interface LoggedEvent {
  /** Grows with each event. */
  readonly sequence: number;
  readonly event: SiteEvent;
}
