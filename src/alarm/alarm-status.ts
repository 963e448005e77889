import type { Value } from '../telemetry/point.ts';
import type { AlarmRule } from './alarm-rule.ts';

/** The states of ANSI/ISA-18.2 that people see. A shelved alarm may be active or not. */
export type AlarmState =
  | 'normal'
  | 'active-unacknowledged'
  | 'active-acknowledged'
  | 'returned-unacknowledged'
  | 'shelved';

/** One alarm as it is now. */
export interface AlarmStatus {
  readonly rule: AlarmRule;
  readonly state: AlarmState;
  /** Whether its condition holds, shelved or not. */
  readonly isActive: boolean;
  /** It cannot be judged now, because a value is not good. */
  readonly isUncertain: boolean;
  /** Its `when` does not hold. */
  readonly isSuppressed: boolean;
  readonly occurrence?: Occurrence;
  readonly acked?: Acknowledgement;
  readonly shelf?: Shelf;
}

/** The last time that its condition held. Times are microseconds since 1970. */
export interface Occurrence {
  readonly raisedAt: number;
  readonly clearedAt?: number;
  /** The value that raised it, where it was one. */
  readonly value?: Value;
  readonly median?: number;
}

export interface Acknowledgement {
  readonly by: string;
  readonly at: number;
  readonly comment?: string;
}

/** Put aside for a time, by somebody and for a reason. */
export interface Shelf {
  readonly until: number;
  readonly by: string;
  readonly reason: string;
}

export type AlarmEventType = 'raised' | 'cleared' | 'acked' | 'shelved' | 'unshelved';

/** What happened to an alarm. */
export interface AlarmEvent {
  readonly type: AlarmEventType;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly rule: AlarmRule;
  /** The value then: at a return the one that was normal. */
  readonly value?: Value;
  readonly median?: number;
  /** With `cleared`: when it was raised. */
  readonly raisedAt?: number;
  /** Who did it, where it was not the value. */
  readonly by?: string;
  readonly comment?: string;
  /** With `shelved`: until when. */
  readonly until?: number;
}

/** What is kept of an alarm beyond a run. */
export interface StoredAlarm {
  readonly id: string;
  readonly isActive: boolean;
  /** What the last event said: raised, or not. */
  readonly isTold: boolean;
  readonly isAcked: boolean;
  readonly occurrence?: Occurrence;
  readonly acked?: Acknowledgement;
  readonly shelf?: Shelf;
}
