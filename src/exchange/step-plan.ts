/** A value as JSON carries it and a write takes it. */
export type PlainValue = number | string | boolean;

/** One change of one point. */
export interface PlannedWrite {
  /** `device.point`. */
  readonly point: string;
  readonly value: PlainValue;
}

/** What has to happen before a step: `all` before it are done, or each of them was tried (`none`). */
export type Requirement = 'all' | 'none';

interface PlannedBase {
  /** For people: `post api.example.com/finish`, `write batch1, status1`. */
  readonly name: string;
  readonly requires: Requirement;
  /** Steps of one group do not wait for each other's success. */
  readonly group: number;
}

export interface PlannedCall extends PlannedBase {
  readonly kind: 'http';
  readonly method: string;
  readonly url: string;
  /** The place of the step in its rule or pull: its headers, which may be secret, are taken from there. */
  readonly template: number;
  readonly contentType?: string;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** Points of one device, written in order without another writer in between. */
export interface PlannedWrites extends PlannedBase {
  readonly kind: 'write';
  readonly writes: readonly PlannedWrite[];
}

export interface PlannedEvent extends PlannedBase {
  readonly kind: 'event';
  readonly topic: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A step that cannot be done, and why. */
export interface PlannedRefusal extends PlannedBase {
  readonly kind: 'refused';
  readonly reason: string;
}

/** A step with everything filled in: it says the same after a restart and under another configuration. */
export type PlannedStep = PlannedCall | PlannedWrites | PlannedEvent | PlannedRefusal;

/** One run of a rule or of an offer of a pull. */
export interface RunPlan {
  /** Stable: with the number of the step it is the idempotency key. */
  readonly id: string;
  /** Name of the rule or pull. */
  readonly flow: string;
  readonly kind: 'rule' | 'pull';
  /** Runs of one lane follow each other. */
  readonly lane: string;
  /** When it began, microseconds since 1970. */
  readonly at: number;
  /** After this nothing of it is tried any more, microseconds since 1970. */
  readonly deadline: number;
  readonly steps: readonly PlannedStep[];
  /** What was offered, as a hash; of pulls. */
  readonly offer?: string;
  /** The run that this one takes the place of. */
  readonly replaces?: string;
  /** The trigger that has fired, which is recorded with the run. */
  readonly trigger?: string;
}

/** The key of one step of a run, the same at every try. */
export function idempotencyKey({ id }: RunPlan, step: number): string {
  return `${id}/${step + 1}`;
}
