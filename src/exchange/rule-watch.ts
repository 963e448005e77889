import { createHash } from 'node:crypto';
import type { Cancel, Clock } from '../base/clock.ts';
import { utcIso } from '../base/time-format.ts';
import type { Evaluated, ExpressionValue } from '../expression/value.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import type { Exchange } from './exchange.ts';
import { PREVIOUS, type RuleInstance, type RuleSetup } from './flow-setup.ts';
import { inputNames } from './input-names.ts';
import { plannedSteps, type ValueOf } from './render.ts';
import type { RunPlan } from './step-plan.ts';
import { Trigger } from './trigger.ts';

/** A value that changed longer ago than so many intervals is what it was a reading ago. */
const ONE_READING = 1.5;

/** What a point was a reading ago. */
interface Remembered {
  value: ExpressionValue;
  before: ExpressionValue | undefined;
  /** On the steering clock. */
  changedAt: number;
}

/** One rule over one device: hears its points, and begins a run when its condition becomes true. */
export class RuleWatch {
  readonly #rule: RuleSetup;
  readonly #instance: RuleInstance;
  readonly #site: Site;
  readonly #clock: Clock;
  readonly #exchange: Exchange;
  readonly #trigger: Trigger;
  readonly #key: string;
  readonly #memory = new Map<string, Remembered>();
  #cancelAlarm: Cancel = () => undefined;
  /** The points that it depends on. */
  readonly ids: ReadonlySet<string>;

  constructor(
    rule: RuleSetup,
    instance: RuleInstance,
    { site, clock, exchange }: { site: Site; clock: Clock; exchange: Exchange },
  ) {
    this.#rule = rule;
    this.#instance = instance;
    [this.#site, this.#clock, this.#exchange] = [site, clock, exchange];
    this.#key = triggerKey(rule, instance);
    this.#trigger = new Trigger(instance.delayMs, exchange.trigger(this.#key));
    this.ids = new Set(inputNames(instance).map((name) => this.#idOf(name)));
  }

  /** Takes what a former run has left in the journal: a change since then is one. */
  restore(samples: ReadonlyMap<string, Sample>): void {
    for (const id of this.ids) {
      const value = samples.get(id)?.value;
      if (value === undefined) continue;
      this.#memory.set(id, { value, before: undefined, changedAt: -Infinity });
    }
    // A rule that is new here learns from the journal what its condition was.
    if (this.#trigger.on !== undefined) return;
    const quality = 'good' as const;
    const { value } = this.#instance.when.evaluate((name) => {
      const known = this.#memory.get(this.#idOf(name))?.value;
      return known === undefined ? undefined : { value: known, quality };
    });
    if (typeof value === 'boolean') this.#learn(value);
  }

  /** Something of what it depends on has changed. */
  hear(changed: readonly Sample[]): void {
    for (const sample of changed) this.#remember(sample);
    this.look();
  }

  /** Reads the condition now. */
  look(): void {
    const { when, until } = this.#instance;
    const now = this.#clock.now();
    const holds = truth(when.evaluate(this.#input));
    const released =
      until === undefined ? holds === false : truth(until.evaluate(this.#input)) === true;
    const isComplete = this.#isComplete();
    const step = this.#trigger.read({ when: holds, until: released, isComplete }, now);
    this.#cancelAlarm();
    if (step.wakeAt !== undefined) {
      this.#cancelAlarm = this.#clock.alarm(step.wakeAt, () => this.look());
    }
    if (step.fires) void this.#begin(this.plan());
    else if (step.on !== undefined) void this.#exchange.setTrigger(this.#key, step.on);
  }

  stop(): void {
    this.#cancelAlarm();
  }

  /** What a run would be, were it to begin now. */
  plan(): RunPlan {
    const { name, deadlineMs } = this.#rule;
    const { device, steps } = this.#instance;
    const at = this.#clock.wallMicros();
    const id = `${name}/${device}/${utcIso(at)}`;
    return {
      ...{ id, flow: name, kind: 'rule', lane: `${name}/${device}`, at },
      deadline: at + deadlineMs * 1000,
      steps: plannedSteps(steps, { valueOf: this.#valueOf(at, id) }),
      trigger: this.#key,
    };
  }

  /** The condition as it is now, for people. */
  status(): { readonly device: string; readonly on: boolean | undefined } {
    return { device: this.#instance.device, on: this.#trigger.on };
  }

  async #begin(run: RunPlan): Promise<void> {
    if (!(await this.#exchange.begin(run))) this.#trigger.takeBack();
  }

  #learn(on: boolean): void {
    this.#trigger.read({ when: on, until: !on, isComplete: true }, this.#clock.now());
    void this.#exchange.setTrigger(this.#key, on);
  }

  #remember({ point, value }: Sample): void {
    if (!this.ids.has(point.id) || value === undefined) return;
    const known = this.#memory.get(point.id);
    if (known?.value === value) return;
    this.#memory.set(point.id, { value, before: known?.value, changedAt: this.#clock.now() });
  }

  readonly #input = (name: string): Evaluated | undefined => {
    if (!name.startsWith(PREVIOUS)) return this.#site.sample(this.#idOf(name));
    const value = this.#previous(this.#idOf(name));
    return value === undefined ? undefined : { value, quality: 'good' };
  };

  #previous(id: string): ExpressionValue | undefined {
    const known = this.#memory.get(id);
    if (known === undefined) return undefined;
    const everyMs = this.#site.sample(id)?.point.everyMs ?? 0;
    const isFresh = this.#clock.now() - known.changedAt <= ONE_READING * everyMs;
    return isFresh ? known.before : known.value;
  }

  /** Are all values there that its steps take from points? */
  #isComplete(): boolean {
    return [...this.ids].every((id) => this.#site.sample(id)?.value !== undefined);
  }

  #valueOf(at: number, id: string): ValueOf {
    const { device, tags, values } = this.#instance;
    return (name) => {
      if (name === 'device') return device;
      if (name === 'time') return utcIso(at);
      if (name === 'id') return id;
      if (name.startsWith('tag.')) return tags[name.slice('tag.'.length)];
      const expression = values.get(name);
      if (expression !== undefined) return expression.evaluate(this.#input).value;
      return this.#input(name)?.value;
    };
  }

  #idOf(name: string): string {
    const plain = name.startsWith(PREVIOUS) ? name.slice(PREVIOUS.length) : name;
    return plain.includes('.') ? plain : `${this.#instance.device}.${plain}`;
  }
}

function truth({ value, quality }: Evaluated): boolean | undefined {
  return quality === 'good' && typeof value === 'boolean' ? value : undefined;
}

/** Another condition has another key: what it was before is not known. */
function triggerKey({ name }: RuleSetup, { device, when, until }: RuleInstance): string {
  const text = `${when.canonical}\n${until?.canonical ?? ''}`;
  return `${name}/${device}/${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
