import type { Expression } from '../expression/expression.ts';
import type { Template } from '../expression/template.ts';
import type { PlainValue, Requirement } from './step-plan.ts';

/** JSON with places to fill in. */
export type JsonTemplate =
  | { readonly kind: 'literal'; readonly value: PlainValue | null }
  /** A text; where it is one placeholder and nothing else (`only`), the value keeps its type. */
  | { readonly kind: 'text'; readonly template: Template; readonly only?: string }
  | { readonly kind: 'list'; readonly items: readonly JsonTemplate[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonTemplate])[] };

interface StepBase {
  readonly requires: Requirement;
  /** Steps of one group do not wait for each other's success. */
  readonly group: number;
}

export interface CallSetup extends StepBase {
  readonly kind: 'http';
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
  readonly url: Template;
  /** Absent: an empty body. */
  readonly json?: JsonTemplate;
  readonly timeoutMs: number;
}

export interface WriteSetup extends StepBase {
  readonly kind: 'write';
  readonly writes: readonly WriteSource[];
}

/** A point and where its value comes from. */
export type WriteSource = { readonly point: string } & (
  | { readonly value: PlainValue }
  | { readonly text: Template }
  /** A path in the record of a pull; where nothing is there, the whole step is left out. */
  | { readonly from: readonly string[] }
);

export interface EventSetup extends StepBase {
  readonly kind: 'event';
  readonly topic: string;
  readonly data?: JsonTemplate;
}

export type StepSetup = CallSetup | WriteSetup | EventSetup;

interface FlowBase {
  readonly name: string;
  /** How long a run is tried, in milliseconds. */
  readonly deadlineMs: number;
  /** Of the steps, by their number in the file. */
  readonly headers: readonly Readonly<Record<string, string>>[];
}

/** A rule, for each of its devices. */
export interface RuleSetup extends FlowBase {
  readonly kind: 'rule';
  readonly instances: readonly RuleInstance[];
}

export interface RuleInstance {
  readonly device: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Becoming true is what counts. A name without a device is of this one. */
  readonly when: Expression;
  /** What must become true before `when` counts again; default: `when` is false. */
  readonly until?: Expression;
  /** How long `when` must hold, in milliseconds. */
  readonly delayMs: number;
  /** Names of its own, for the steps. */
  readonly values: ReadonlyMap<string, Expression>;
  readonly steps: readonly StepSetup[];
}

/** A pull: what is fetched, and what follows for each device that the answer speaks of. */
export interface PullSetup extends FlowBase {
  readonly kind: 'pull';
  readonly url: string;
  /** Of the fetch. */
  readonly fetchHeaders: Readonly<Record<string, string>>;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly instances: readonly PullInstance[];
}

export interface PullInstance {
  readonly device: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Where the record of this device is in the answer. */
  readonly record: readonly string[];
  /** What must be there, and neither false, 0 nor empty, for the record to count. */
  readonly requires: readonly (readonly string[])[];
  readonly steps: readonly StepSetup[];
}

export type FlowSetup = RuleSetup | PullSetup;

/** Names that stand for a reading ago: `previous.batch`. */
export const PREVIOUS = 'previous.';
