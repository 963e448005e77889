import type { ExpressionValue, Lookup } from './value.ts';

/**
 * One evaluation under way: where values come from, and what the values used so far were worth. A step
 * that has no value says why with `fail` and returns undefined; whoever gets undefined passes it on at once,
 * so the first cause is the one that is told.
 */
export class Run {
  readonly lookup: Lookup;
  /** Why the result will be stale; undefined while all that was used is good. */
  stale: string | undefined = undefined;
  /** Why the last step that had no value had none; without meaning behind a step that has one. */
  bad: string | undefined = undefined;

  constructor(lookup: Lookup) {
    this.lookup = lookup;
  }

  /** Always undefined, to be returned at once. */
  fail(cause: Cause | `needs ${string}`): Outcome {
    this.bad = cause;
    return undefined;
  }
}

/** Why an expression over known values can have no value. */
export type Cause =
  | 'none'
  | 'divided-by-zero'
  | 'not-a-number'
  | 'overflow'
  | 'too-large'
  | 'wrong-type'
  | 'not-whole'
  | 'out-of-range';

/** A value; undefined when there is none and the run has been told why. */
export type Outcome = ExpressionValue | undefined;

/** A compiled node. */
export type Step = (run: Run) => Outcome;
