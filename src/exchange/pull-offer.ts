import { createHash } from 'node:crypto';
import { utcIso } from '../base/time-format.ts';
import type { PullInstance, PullSetup } from './flow-setup.ts';
import { isThere, pathIn } from './json-path.ts';
import { plannedSteps, type ValueOf } from './render.ts';
import type { PlannedStep, RunPlan } from './step-plan.ts';

/** The runs that an answer offers, one for each device that it speaks of. Pure. */
export function offersOf(pull: PullSetup, answer: unknown, at: number): readonly RunPlan[] {
  return pull.instances.flatMap((instance) => {
    const run = offerOf(pull, instance, answer, at);
    return run === undefined ? [] : [run];
  });
}

function offerOf(
  { name, deadlineMs }: PullSetup,
  instance: PullInstance,
  answer: unknown,
  at: number,
): RunPlan | undefined {
  const { device, record, requires } = instance;
  if (!requires.every((path) => isThere(pathIn(answer, path)))) return undefined;
  const found = pathIn(answer, record);
  if (typeof found !== 'object' || found === null) return undefined;
  const id = `${name}/${device}/${utcIso(at)}`;
  const filling = { valueOf: valuesOf(instance, found, at, id), record: found };
  const steps = plannedSteps(instance.steps, filling);
  return {
    ...{ id, flow: name, kind: 'pull', lane: `${name}/${device}`, at, steps },
    deadline: at + deadlineMs * 1000,
    offer: hashOf(steps),
  };
}

function valuesOf({ device, tags }: PullInstance, record: object, at: number, id: string): ValueOf {
  const own: Readonly<Record<string, string>> = { device, id, time: utcIso(at) };
  return (name) => {
    if (name.startsWith('tag.')) return tags[name.slice('tag.'.length)];
    if (!name.startsWith('record.')) return own[name];
    const value = pathIn(record, [name.slice('record.'.length)]);
    const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
    return isPlain ? (value as string | number | boolean) : undefined;
  };
}

/** What is offered, without when: the same writes are the same offer. */
function hashOf(steps: readonly PlannedStep[]): string {
  const said = steps.map((step) => {
    if (step.kind === 'write') return step.writes;
    return step.kind === 'refused' ? step.reason : step.name;
  });
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);
}
