import type { PlannedStep, RunPlan } from './step-plan.ts';

/**
 * Why a step is dead. `refused`: the other side, or a rule, will not take it. `expired`: its time was over.
 * `replaced`: a newer offer has come.
 */
export type Death = 'refused' | 'expired' | 'replaced';

export interface StepState {
  /** `trying`: it was begun, and nothing says how it ended. */
  state: 'waiting' | 'trying' | 'done' | 'dead';
  /** Tries since the run began or was tried again. */
  tries: number;
  /** When it last changed, microseconds since 1970. */
  at: number;
  /** What came of the last try, for people. */
  note?: string;
  death?: Death;
  /** Not tried before this moment of the steering clock; forgotten by a restart. */
  notBefore?: number;
}

export interface RunState {
  readonly plan: RunPlan;
  readonly steps: readonly StepState[];
  deadline: number;
  /** A newer offer has taken its place: nothing of it is tried any more. */
  isReplaced: boolean;
}

/** What the log of the exchange is made of, in order; each is on the disk before anything follows from it. */
export type ExchangeRecord =
  | { readonly t: 'begin'; readonly run: RunPlan }
  | { readonly t: 'try'; readonly run: string; readonly step: number; readonly at: number }
  | {
      readonly t: 'done';
      readonly run: string;
      readonly step: number;
      readonly at: number;
      readonly note: string;
    }
  | {
      readonly t: 'fail';
      readonly run: string;
      readonly step: number;
      readonly at: number;
      readonly note: string;
      /** Absent: it is tried again. */
      readonly death?: Death;
    }
  /** Dead steps live again, until another deadline. */
  | {
      readonly t: 'retry';
      readonly run: string;
      readonly steps: readonly number[];
      readonly at: number;
      readonly deadline: number;
    }
  /** What a condition was when it was last known. */
  | { readonly t: 'trigger'; readonly key: string; readonly on: boolean }
  /** A whole run, in a log that was written anew. */
  | { readonly t: 'run'; readonly state: RunState };

export function newRun(plan: RunPlan): RunState {
  const steps = plan.steps.map((): StepState => ({ state: 'waiting', tries: 0, at: plan.at }));
  return { plan, steps, deadline: plan.deadline, isReplaced: false };
}

/** What to do with a run next. */
export type Next =
  | { readonly kind: 'step'; readonly step: number }
  /** Nothing before this moment of the steering clock. */
  | { readonly kind: 'wait'; readonly until: number }
  /** Nothing more can be done, well or not. */
  | { readonly kind: 'ended' };

/** The first step that may be tried now. */
export function nextOf(run: RunState, now: number): Next {
  if (run.isReplaced) return { kind: 'ended' };
  let until = Infinity;
  for (const [step, { state, notBefore = -Infinity }] of run.steps.entries()) {
    if (state === 'done' || state === 'dead' || !mayTry(run, step)) continue;
    if (notBefore <= now) return { kind: 'step', step };
    until = Math.min(until, notBefore);
  }
  return until === Infinity ? { kind: 'ended' } : { kind: 'wait', until };
}

function mayTry({ plan, steps }: RunState, index: number): boolean {
  const { requires, group } = plan.steps[index] as PlannedStep;
  return steps.every(({ state, tries }, other) => {
    if (other >= index || plan.steps[other]?.group === group) return true;
    if (requires === 'all') return state === 'done';
    return state === 'done' || state === 'dead' || tries > 0;
  });
}

/** `waiting`: something is still to be done. `dead`: something of it never will, unless somebody asks. */
export type RunOutcome = 'waiting' | 'done' | 'dead' | 'replaced';

export function outcomeOf(run: RunState): RunOutcome {
  if (run.steps.every(({ state }) => state === 'done')) return 'done';
  if (run.isReplaced) return 'replaced';
  return nextOf(run, -Infinity).kind === 'ended' ? 'dead' : 'waiting';
}

/** The dead steps of a run: those of one death, or all. */
export function deadSteps(run: RunState, death?: Death): readonly number[] {
  return run.steps.flatMap((step, index) =>
    step.state === 'dead' && (death === undefined || step.death === death) ? [index] : [],
  );
}
