import type { Clock } from '../base/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { RegisterDoor } from '../gate/register-writes.ts';
import { Workbench } from '../workbench/workbench.ts';

/** The workbench over the lines that run and the gate that stands. */
export function workbenchOf(engine: Engine, registers: RegisterDoor, clock: Clock): Workbench {
  return new Workbench({
    ...{ registers, clock },
    lineOf: (name) => engine.bench(name),
    planName: async (files, wish) => {
      // What is not used takes no memory.
      const { namePlan } = await import('../config/name-point.ts');
      return namePlan(files, wish);
    },
  });
}
