import type { Fault, Interceptor } from '../server/fault.ts';
import type { UnitTables } from '../server/unit-tables.ts';

interface UnitTally {
  requests: number;
  answers: number;
  exceptions: number;
}

/** What a simulated device was asked and what it answered, unit by unit. */
export class SimTally {
  /** Hands every request on to the faults that were asked for, if any, and counts what came of it. */
  readonly interceptor: Interceptor;
  readonly #units = new Map<number, UnitTally>();

  constructor(faults?: Interceptor) {
    this.interceptor = (request): ReturnType<Interceptor> => {
      const unit = this.#unit(request.unitId);
      unit.requests += 1;
      const fault = faults?.(request);
      return fault instanceof Promise ? countedLate(unit, fault) : counted(unit, fault);
    };
  }

  /** Counts what these tables refuse by themselves. */
  watch(tables: UnitTables): void {
    const { hooks } = tables;
    const before = hooks.onRefused?.bind(hooks);
    hooks.onRefused = (refusal) => {
      this.#unit(refusal.unitId).exceptions += 1;
      before?.(refusal);
    };
  }

  /** One line for each unit that was asked. Exceptions are among the answers. */
  lines(): readonly string[] {
    const units = [...this.#units].sort(([a], [b]) => a - b);
    if (units.length === 0) return ['nobody has asked'];
    return units.map(
      ([id, { requests, answers, exceptions }]) =>
        `unit ${id}: ${counts(requests, 'request')}, ${counts(answers, 'answer')}, ` +
        `${counts(exceptions, 'exception')} among them`,
    );
  }

  #unit(id: number): UnitTally {
    const unit = this.#units.get(id) ?? { requests: 0, answers: 0, exceptions: 0 };
    this.#units.set(id, unit);
    return unit;
  }
}

function counted(unit: UnitTally, fault: Fault | undefined): Fault | undefined {
  if (fault?.answer !== 'none') unit.answers += 1;
  if (typeof fault?.answer === 'object') unit.exceptions += 1;
  return fault;
}

async function countedLate(
  unit: UnitTally,
  fault: Promise<Fault | undefined>,
): Promise<Fault | undefined> {
  return counted(unit, await fault);
}

function counts(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
