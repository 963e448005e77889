import type { RunReport, StepReport } from './control.ts';
import { newRun, nextOf, outcomeOf, type RunState } from './run-state.ts';
import type { PlannedStep, RunPlan } from './step-plan.ts';

/** A run for people and programs. */
export function runReport(run: RunState): RunReport {
  const { id, flow, lane, at, steps } = run.plan;
  return {
    ...{ id, flow, device: lane.slice(flow.length + 1), state: outcomeOf(run), at },
    deadline: run.deadline,
    steps: steps.map((_, index) => stepReport(run, index)),
  };
}

/** A run that was not begun. */
export function planReport(plan: RunPlan): RunReport {
  return runReport(newRun(plan));
}

function stepReport(run: RunState, index: number): StepReport {
  const planned = run.plan.steps[index] as PlannedStep;
  const { state, tries, note, death } = run.steps[index] as RunState['steps'][number];
  const isOver = nextOf(run, Infinity).kind === 'ended';
  const content = contentOf(planned);
  return {
    ...{ name: planned.name, tries },
    state: isOver && state === 'waiting' ? 'blocked' : state,
    ...(note !== undefined && { note }),
    ...(death !== undefined && { death }),
    ...(content !== undefined && { content }),
  };
}

function contentOf(step: PlannedStep): string | undefined {
  switch (step.kind) {
    case 'http':
      return step.body;
    case 'write':
      return step.writes
        .map(({ point, value }) => `${point} = ${JSON.stringify(value)}`)
        .join(', ');
    case 'event':
      return JSON.stringify(step.data);
    case 'refused':
      return step.reason;
  }
}
