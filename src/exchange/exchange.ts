import { Backoff } from '../base/backoff.ts';
import type { Cancel, Clock } from '../base/clock.ts';
import { OverloadError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { ExchangeLog, LogStatus } from './exchange-log.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Verdict } from './judge.ts';
import { deadSteps, nextOf, outcomeOf, type Death, type RunState } from './run-state.ts';
import type { PlannedStep, RunPlan } from './step-plan.ts';
import type { StepRunner } from './step-runner.ts';

export interface ExchangeParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: ExchangeLog;
  readonly state: ExchangeState;
  readonly runner: StepRunner;
  /** How long a step that was refused for now rests. Default: 1 s, growing to 1 min. */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
  /** Runs that may wait in one lane. */
  readonly maxWaiting?: number;
}

const BACKOFF = { firstMs: 1_000, maxMs: 60_000 };
const MAX_WAITING = 1_000;
/** How long a lane rests when more waits for the disk than may, in milliseconds. */
const OVERLOAD_MS = 5_000;

/** What became of an offer. */
export type OfferFate = 'begun' | 'replaced' | 'revived' | 'known' | 'dropped';

export interface ExchangeCounters {
  /** Runs that found no place. */
  readonly dropped: number;
  /** Dead runs that were forgotten because there were too many. */
  readonly forgotten: number;
  readonly log: LogStatus;
}

/**
 * Does the steps of runs, in order within a lane. Each try is on the disk before it is made and its end
 * before the next: whoever starts again goes on at the step that was under way. Calls carry a key that is
 * the same at every try; writes begin with reading what the machine has.
 */
export class Exchange {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #log: ExchangeLog;
  readonly #state: ExchangeState;
  readonly #runner: StepRunner;
  readonly #limits: { readonly firstMs: number; readonly maxMs: number };
  readonly #maxWaiting: number;
  /** What each lane is at. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #alarms = new Map<string, Cancel>();
  readonly #backoffs = new Map<string, Backoff>();
  #dropped = 0;
  #isClosed = false;

  constructor({ clock, logger, log, state, runner, ...options }: ExchangeParts) {
    [this.#clock, this.#logger, this.#log] = [clock, logger, log];
    [this.#state, this.#runner] = [state, runner];
    this.#limits = options.backoff ?? BACKOFF;
    this.#maxWaiting = options.maxWaiting ?? MAX_WAITING;
  }

  /** Goes on with what was under way. */
  start(): void {
    for (const lane of this.#state.lanes()) this.#kick(lane);
  }

  /** What the condition of a trigger was when it was last known. */
  trigger(key: string): boolean | undefined {
    return this.#state.triggers.get(key);
  }

  /** Resolves when it is on the disk; false when the disk is so far behind that it is dropped. */
  async setTrigger(key: string, on: boolean): Promise<boolean> {
    return this.#record({ t: 'trigger', key, on });
  }

  /** Begins a run of a rule. False, and counted, when there is no place for it. */
  async begin(run: RunPlan): Promise<boolean> {
    if (this.#state.open(run.lane).length >= this.#maxWaiting) {
      this.#drop(run, `${this.#maxWaiting} runs wait already`);
      return false;
    }
    if (!(await this.#record({ t: 'begin', run }))) {
      this.#drop(run, 'the disk does not take it');
      return false;
    }
    this.#kick(run.lane);
    return true;
  }

  /**
   * Takes an offer of a pull: one that is under way or was taken already is known; one whose time was over
   * begins again; any other takes the place of the one before. `askedAt`: when it was asked for, in
   * microseconds since 1970.
   */
  async offer(run: RunPlan, askedAt: number): Promise<OfferFate> {
    const last = this.#state.latest(run.lane);
    if (last === undefined) return this.#take(run);
    const outcome = outcomeOf(last);
    if (last.plan.offer !== run.offer) {
      if (outcome === 'done' || outcome === 'replaced') return this.#take(run);
      const fate = await this.#take({ ...run, replaces: last.plan.id });
      return fate === 'begun' ? 'replaced' : fate;
    }
    if (outcome === 'dead') return this.#offerAgain(last, run.deadline);
    // An answer that was asked for before the confirmation had come says nothing new.
    const endedAt = Math.max(...last.steps.map(({ at }) => at));
    if (outcome === 'waiting' || askedAt <= endedAt) return 'known';
    return this.#take(run);
  }

  async #take(run: RunPlan): Promise<OfferFate> {
    return (await this.begin(run)) ? 'begun' : 'dropped';
  }

  /** What was refused stays so; what had not enough time gets more. */
  async #offerAgain(last: RunState, deadline: number): Promise<OfferFate> {
    const expired = deadSteps(last, 'expired');
    if (expired.length === 0) return 'known';
    return (await this.#retry(last, expired, deadline)) ? 'revived' : 'dropped';
  }

  /** Every run that is remembered, the oldest first. */
  runs(): readonly RunState[] {
    return [...this.#state.runs.values()];
  }

  /** Tries the dead steps of a run again, for so long; gives how many, or why not. */
  async retry(id: string, forMs: number): Promise<number | string> {
    const run = this.#state.runs.get(id);
    if (run === undefined) return 'there is no such run';
    if (run.isReplaced) return 'a newer offer has taken its place';
    const steps = deadSteps(run);
    if (steps.length === 0) return 'nothing of it is dead';
    const deadline = this.#clock.wallMicros() + forMs * 1000;
    return (await this.#retry(run, steps, deadline)) ? steps.length : 'the disk does not take it';
  }

  counters(): ExchangeCounters {
    const [dropped, { forgotten }] = [this.#dropped, this.#state];
    return { dropped, forgotten, log: this.#log.status() };
  }

  /** Begins nothing more; resolves when what was under way has ended and is on the disk. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#alarms.values()) cancel();
    await Promise.all(this.#busy.values());
    this.#log.close();
  }

  async #retry(run: RunState, steps: readonly number[], deadline: number): Promise<boolean> {
    const { id, lane } = run.plan;
    const at = this.#clock.wallMicros();
    if (!(await this.#record({ t: 'retry', run: id, steps, at, deadline }))) return false;
    this.#kick(lane);
    return true;
  }

  #kick(lane: string): void {
    if (this.#isClosed || this.#busy.has(lane)) return;
    // It is busy before its first step is looked for, and may find none.
    this.#busy.set(
      lane,
      Promise.resolve().then(async () => this.#serve(lane)),
    );
  }

  async #serve(lane: string): Promise<void> {
    this.#alarms.get(lane)?.();
    this.#alarms.delete(lane);
    try {
      await this.#goThrough(lane);
    } catch (error) {
      if (!(error instanceof OverloadError)) throw error;
      // What is not on the disk is not begun. By then the disk may have caught up.
      this.#wake(lane, this.#clock.now() + OVERLOAD_MS);
    }
    this.#busy.delete(lane);
  }

  async #goThrough(lane: string): Promise<void> {
    while (!this.#isClosed) {
      const [run] = this.#state.open(lane);
      if (run === undefined) return;
      const next = nextOf(run, this.#clock.now());
      if (next.kind === 'ended') return;
      if (next.kind === 'step') {
        await this.#do(run, next.step);
        continue;
      }
      const leftMs = Math.max(0, (run.deadline - this.#clock.wallMicros()) / 1000);
      this.#wake(lane, Math.min(next.until, this.#clock.now() + leftMs + 1));
      return;
    }
  }

  #wake(lane: string, at: number): void {
    const cancel = this.#clock.alarm(at, () => {
      this.#alarms.delete(lane);
      this.#expire(lane);
      this.#kick(lane);
    });
    this.#alarms.set(lane, cancel);
  }

  /** Steps that rest are over too when their time is. */
  #expire(lane: string): void {
    for (const run of this.#state.open(lane)) {
      if (this.#clock.wallMicros() < run.deadline) continue;
      for (const step of run.steps) delete step.notBefore;
    }
  }

  async #do(run: RunState, index: number): Promise<void> {
    const { id } = run.plan;
    const step = run.plan.steps[index] as PlannedStep;
    if (this.#clock.wallMicros() >= run.deadline) {
      const note = run.steps[index]?.note;
      const before = note === undefined ? '' : `; before that: ${note}`;
      await this.#fail(run, index, `its time was over${before}`, 'expired');
      return;
    }
    const at = this.#clock.wallMicros();
    await this.#log.append({ t: 'try', run: id, step: index, at });
    const verdict = await this.#runner.run(run, index, step);
    if (verdict.kind === 'done') {
      this.#backoffs.delete(`${id}/${index}`);
      const done = { run: id, step: index, at: this.#clock.wallMicros(), note: verdict.note };
      await this.#log.append({ t: 'done', ...done });
      return;
    }
    await this.#failed(run, index, verdict);
  }

  async #failed(run: RunState, index: number, verdict: Verdict): Promise<void> {
    if (verdict.kind === 'refused') {
      await this.#fail(run, index, verdict.note, 'refused');
      return;
    }
    const key = `${run.plan.id}/${index}`;
    const backoff = this.#backoffs.get(key) ?? new Backoff(this.#limits);
    this.#backoffs.set(key, backoff);
    const afterMs = 'afterMs' in verdict ? (verdict.afterMs ?? 0) : 0;
    const restMs = Math.max(backoff.next(), Math.min(afterMs, this.#limits.maxMs * 10));
    await this.#fail(run, index, verdict.note);
    const state = run.steps[index];
    if (state !== undefined) state.notBefore = this.#clock.now() + restMs;
  }

  async #fail(run: RunState, step: number, note: string, death?: Death): Promise<void> {
    const { id, flow, steps } = run.plan;
    const at = this.#clock.wallMicros();
    const record = { t: 'fail', run: id, step, at, note, ...(death !== undefined && { death }) };
    await this.#log.append(record as Parameters<ExchangeLog['append']>[0]);
    const where = { flow, run: id, step: steps[step]?.name, why: note };
    if (death === undefined) {
      if (run.steps[step]?.tries === 1) this.#logger.warn('a step is tried again later', where);
      return;
    }
    this.#backoffs.delete(`${id}/${step}`);
    this.#logger.error('a step is dead; look at it with dinrail exchange list', where);
  }

  async #record(record: Parameters<ExchangeLog['append']>[0]): Promise<boolean> {
    try {
      await this.#log.append(record);
      return true;
    } catch (error) {
      if (!(error instanceof OverloadError)) throw error;
      return false;
    }
  }

  #drop({ id, flow }: RunPlan, why: string): void {
    this.#dropped += 1;
    this.#logger.error('a run is dropped', { flow, run: id, why });
  }
}
