import {
  newRun,
  outcomeOf,
  type ExchangeRecord,
  type RunState,
  type StepState,
} from './run-state.ts';

export interface StateLimits {
  /** Runs that are over and went well, for those who look. */
  readonly done: number;
  /** Runs with dead steps; beyond them the oldest is forgotten, and counted. */
  readonly dead: number;
  /** Conditions whose state is remembered. */
  readonly triggers: number;
}

export const STATE_LIMITS: StateLimits = { done: 200, dead: 1_000, triggers: 10_000 };

/** What the records of the log add up to. Pure: the same records make the same state. */
export class ExchangeState {
  /** In the order in which they began. */
  readonly runs = new Map<string, RunState>();
  /** By trigger, what its condition was. */
  readonly triggers = new Map<string, boolean>();
  /** Dead runs that were forgotten. */
  forgotten = 0;
  readonly #limits: StateLimits;
  /** The newest run of each lane, which answers the next offer. */
  readonly #latest = new Map<string, string>();

  constructor(limits: StateLimits = STATE_LIMITS) {
    this.#limits = limits;
  }

  apply(record: ExchangeRecord): void {
    switch (record.t) {
      case 'begin':
        this.#begin(newRun(record.run));
        return;
      case 'run':
        // Its pauses were of another clock.
        for (const step of record.state.steps) delete step.notBefore;
        this.#begin(record.state);
        return;
      case 'trigger':
        this.#trigger(record.key, record.on);
        return;
      case 'retry':
        this.#retry(record);
        return;
      case 'try':
      case 'done':
      case 'fail':
        this.#step(record);
    }
  }

  /** The newest run of a lane. */
  latest(lane: string): RunState | undefined {
    return this.runs.get(this.#latest.get(lane) ?? '');
  }

  /** Runs of a lane that are not over, the oldest first. */
  open(lane: string): readonly RunState[] {
    return [...this.runs.values()].filter(
      (run) => run.plan.lane === lane && outcomeOf(run) === 'waiting',
    );
  }

  lanes(): ReadonlySet<string> {
    return new Set([...this.runs.values()].map(({ plan }) => plan.lane));
  }

  /** The shortest log that adds up to this state. */
  records(): readonly ExchangeRecord[] {
    return [
      ...[...this.triggers].map(([key, on]) => ({ t: 'trigger', key, on }) as const),
      ...[...this.runs.values()].map((state) => ({ t: 'run', state }) as const),
    ];
  }

  #begin(run: RunState): void {
    const { id, lane, replaces, trigger } = run.plan;
    const before = this.runs.get(replaces ?? '');
    if (before !== undefined) before.isReplaced = true;
    if (trigger !== undefined) this.#trigger(trigger, true);
    this.runs.set(id, run);
    this.#latest.set(lane, id);
    this.#forget();
  }

  #trigger(key: string, on: boolean): void {
    this.triggers.delete(key);
    this.triggers.set(key, on);
    if (this.triggers.size <= this.#limits.triggers) return;
    for (const oldest of this.triggers.keys()) {
      this.triggers.delete(oldest);
      return;
    }
  }

  #retry({ run: id, steps, at, deadline }: ExchangeRecord & { t: 'retry' }): void {
    const run = this.runs.get(id);
    if (run === undefined) return;
    run.deadline = deadline;
    for (const index of steps) {
      const step = run.steps[index];
      if (step === undefined || step.state === 'done') continue;
      Object.assign(step, { state: 'waiting', tries: 0, at } satisfies StepState);
      delete step.death;
      delete step.notBefore;
    }
  }

  #step(record: ExchangeRecord & { t: 'try' | 'done' | 'fail' }): void {
    const step = this.runs.get(record.run)?.steps[record.step];
    if (step === undefined) return;
    step.at = record.at;
    if (record.t === 'try') {
      step.state = 'trying';
      step.tries += 1;
      return;
    }
    step.note = record.note;
    if (record.t === 'done') step.state = 'done';
    else if (record.death === undefined) step.state = 'waiting';
    else [step.state, step.death] = ['dead', record.death];
  }

  /** Lets go of the oldest runs that are over, but never of the newest of a lane. */
  #forget(): void {
    const limits = {
      done: this.#limits.done,
      replaced: this.#limits.done,
      dead: this.#limits.dead,
    };
    if (this.runs.size <= limits.done) return;
    const counts = { done: 0, replaced: 0, dead: 0 };
    for (const [id, run] of [...this.runs].reverse()) {
      const outcome = outcomeOf(run);
      if (outcome === 'waiting' || this.#latest.get(run.plan.lane) === id) continue;
      counts[outcome] += 1;
      if (counts[outcome] <= limits[outcome]) continue;
      this.runs.delete(id);
      if (outcome === 'dead') this.forgotten += 1;
    }
  }
}
