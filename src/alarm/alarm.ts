import type { AlarmRule } from './alarm-rule.ts';
import type {
  Acknowledgement,
  AlarmEvent,
  AlarmEventType,
  AlarmState,
  AlarmStatus,
  Occurrence,
  Shelf,
  StoredAlarm,
} from './alarm-status.ts';
import type { Verdict } from './verdict.ts';

/** A moment on both scales. */
export interface Moment {
  /** Milliseconds of the clock that steers. */
  readonly now: number;
  /** Microseconds since 1970. */
  readonly at: number;
}

/** How long an alarm may be shelved, in milliseconds. */
export const MAX_SHELF_MS = 7 * 24 * 3_600_000;
/** The calendar may be set, so the end of a shelving is looked for at least so often. */
const SHELF_LOOK_MS = 60_000;

/**
 * One alarm and its states.
 *
 * Theory of operation. `#isActive` follows the verdicts, with the delays; a verdict of `unknown` moves
 * nothing, and a delay that has begun ends with the first good verdict after its time. `#isTold` is what
 * the last event said; it follows `#isActive`, but not while the alarm is shelved, so that what came and
 * went meanwhile is never told, and what is still there is told when the shelving ends.
 */
export class Alarm {
  rule: AlarmRule;
  #isActive = false;
  #isTold = false;
  #isAcked = true;
  #isUncertain = true;
  #isSuppressed = false;
  /** Since when the verdict differs from `#isActive`, on the scale of the clock that steers. */
  #differsSince: number | undefined;
  #occurrence: Occurrence | undefined;
  #acked: Acknowledgement | undefined;
  #shelf: Shelf | undefined;

  constructor(rule: AlarmRule, stored?: StoredAlarm) {
    this.rule = rule;
    if (stored === undefined) return;
    this.#isActive = stored.isActive;
    this.#isTold = stored.isTold;
    this.#isAcked = stored.isAcked;
    this.#occurrence = stored.occurrence;
    this.#acked = stored.acked;
    this.#shelf = stored.shelf;
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  get state(): AlarmState {
    if (this.#shelf !== undefined) return 'shelved';
    if (this.#isTold) return this.#isAcked ? 'active-acknowledged' : 'active-unacknowledged';
    return this.#isAcked ? 'normal' : 'returned-unacknowledged';
  }

  get status(): AlarmStatus {
    return {
      rule: this.rule,
      state: this.state,
      isActive: this.#isActive,
      isUncertain: this.#isUncertain,
      isSuppressed: this.#isSuppressed,
      ...(this.#occurrence !== undefined && { occurrence: this.#occurrence }),
      ...(this.#acked !== undefined && { acked: this.#acked }),
      ...(this.#shelf !== undefined && { shelf: this.#shelf }),
    };
  }

  /** What a restart must know; undefined when that is nothing. */
  get stored(): StoredAlarm | undefined {
    if (this.state === 'normal' && !this.#isActive) return undefined;
    return {
      id: this.rule.id,
      isActive: this.#isActive,
      isTold: this.#isTold,
      isAcked: this.#isAcked,
      ...(this.#occurrence !== undefined && { occurrence: this.#occurrence }),
      ...(this.#acked !== undefined && { acked: this.#acked }),
      ...(this.#shelf !== undefined && { shelf: this.#shelf }),
    };
  }

  /** When to judge it again although nothing has changed; Infinity for never. */
  nextAt({ now, at }: Moment): number {
    const { delayMs, offDelayMs } = this.rule;
    const delay = this.#isActive ? offDelayMs : delayMs;
    const delayEnds =
      this.#differsSince === undefined || this.#isUncertain ? Infinity : this.#differsSince + delay;
    if (this.#shelf === undefined) return delayEnds;
    const shelfMs = Math.max(0, (this.#shelf.until - at) / 1000);
    return Math.min(delayEnds, now + Math.min(shelfMs, SHELF_LOOK_MS));
  }

  /** Takes a verdict of this moment; gives what became of it. */
  judge(verdict: Verdict, moment: Moment): readonly AlarmEvent[] {
    this.#isUncertain = verdict.is === 'unknown';
    if (verdict.is === 'unknown') return [];
    this.#isSuppressed = verdict.is === 'suppressed';
    const holds = verdict.is === 'alarm';
    if (holds === this.#isActive) {
      this.#differsSince = undefined;
      return [];
    }
    this.#differsSince ??= moment.now;
    if (!this.#isSuppressed && moment.now < this.#differsSince + this.#delay(holds)) return [];
    this.#turn(holds, verdict, moment);
    return this.#tell(verdict, moment);
  }

  /** Ends a shelving whose time is over. */
  expire(moment: Moment): readonly AlarmEvent[] {
    const isOver = this.#shelf !== undefined && moment.at >= this.#shelf.until;
    return isOver ? this.unshelve(undefined, moment) : [];
  }

  /** Somebody has seen it. Nothing happens when there is nothing to acknowledge. */
  acknowledge(by: string, comment: string | undefined, moment: Moment): readonly AlarmEvent[] {
    if (this.#isAcked) return [];
    this.#isAcked = true;
    this.#acked = { by, at: moment.at, ...(comment !== undefined && { comment }) };
    return [this.#event('acked', moment, { by, ...(comment !== undefined && { comment }) })];
  }

  /** Puts it aside, or sets another end. */
  shelve(forMs: number, by: string, reason: string, moment: Moment): readonly AlarmEvent[] {
    const until = moment.at + Math.min(forMs, MAX_SHELF_MS) * 1000;
    this.#shelf = { until, by, reason };
    return [this.#event('shelved', moment, { by, comment: reason, until })];
  }

  /** `by` is absent when the time is over. */
  unshelve(by: string | undefined, moment: Moment): readonly AlarmEvent[] {
    if (this.#shelf === undefined) return [];
    this.#shelf = undefined;
    const event = this.#event('unshelved', moment, by === undefined ? {} : { by });
    return [event, ...this.#tell({}, moment)];
  }

  /** The rule is gone: what was raised is cleared, whatever is known of the values. */
  retire(moment: Moment): readonly AlarmEvent[] {
    this.#shelf = undefined;
    if (this.#isActive) this.#turn(false, {}, moment);
    return this.#tell({}, moment);
  }

  #delay(holds: boolean): number {
    return holds ? this.rule.delayMs : this.rule.offDelayMs;
  }

  #turn(isActive: boolean, { value, median }: Measured, { at }: Moment): void {
    this.#isActive = isActive;
    this.#differsSince = undefined;
    if (!isActive) {
      if (this.#occurrence !== undefined) this.#occurrence = { ...this.#occurrence, clearedAt: at };
      return;
    }
    this.#occurrence = {
      raisedAt: at,
      ...(value !== undefined && { value }),
      ...(median !== undefined && { median }),
    };
  }

  #tell(measured: Measured, moment: Moment): readonly AlarmEvent[] {
    if (this.#shelf !== undefined || this.#isTold === this.#isActive) return [];
    this.#isTold = this.#isActive;
    if (!this.#isActive) {
      const { raisedAt } = this.#occurrence ?? {};
      const { value, median } = measured;
      const more = raisedAt === undefined ? {} : { raisedAt };
      return [this.#event('cleared', moment, { value, median, ...more })];
    }
    this.#isAcked = this.rule.priority === 'info';
    this.#acked = undefined;
    const { value, median } = this.#occurrence ?? {};
    return [this.#event('raised', moment, { value, median })];
  }

  #event(type: AlarmEventType, { at }: Moment, more: Particulars): AlarmEvent {
    const { value, median, ...rest } = more;
    return {
      ...{ type, at, rule: this.rule, ...rest },
      ...(value !== undefined && { value }),
      ...(median !== undefined && { median }),
    };
  }
}

type Measured = Pick<Verdict, 'value' | 'median'>;
type Particulars = Omit<AlarmEvent, 'type' | 'at' | 'rule' | 'value' | 'median'> & {
  readonly value?: Measured['value'] | undefined;
  readonly median?: number | undefined;
};
