import type { ExchangeCounters } from './exchange.ts';
import type { PullStatus } from './pull-loop.ts';
import type { Death, RunOutcome } from './run-state.ts';

export interface FlowStatus {
  readonly name: string;
  readonly kind: 'rule' | 'pull';
  readonly devices: readonly string[];
  /** Runs that are not over. */
  readonly waiting: number;
  /** Runs with steps that will not be done unless somebody asks. */
  readonly dead: number;
  /** Of a pull. */
  readonly fetch?: PullStatus;
}

export interface StepReport {
  readonly name: string;
  /** `blocked`: a step before it was not done. */
  readonly state: 'waiting' | 'trying' | 'done' | 'dead' | 'blocked';
  readonly tries: number;
  readonly note?: string;
  readonly death?: Death;
  /** What it sends or writes. */
  readonly content?: string;
}

export interface RunReport {
  readonly id: string;
  readonly flow: string;
  readonly device: string;
  readonly state: RunOutcome;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly deadline: number;
  readonly steps: readonly StepReport[];
}

/** The exchange, for those who look at it and operate it. */
export interface ExchangeControl {
  flows(): readonly FlowStatus[];
  /** The oldest first. */
  runs(): readonly RunReport[];
  counters(): ExchangeCounters;
  /** Tries the dead steps of a run again; gives how many, or why not. */
  retry(id: string): Promise<number | string>;
  /** What a flow would do now. A pull is fetched; nothing is written, posted or recorded. */
  dryRun(flow: string): Promise<readonly RunReport[] | string>;
}
