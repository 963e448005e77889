import type { Sample } from '../telemetry/sample.ts';
import { Alarm, type Moment } from './alarm.ts';
import { pointsOf, type AlarmRule } from './alarm-rule.ts';
import type { AlarmEvent, AlarmStatus, StoredAlarm } from './alarm-status.ts';
import { judge, type AlarmSite } from './verdict.ts';

/**
 * All alarms of a site. Sans I/O: it is told which points have changed and what time it is, says what
 * became of the alarms, and when it wants to look again.
 */
export class AlarmBoard {
  readonly #site: AlarmSite;
  #alarms: ReadonlyMap<string, Alarm> = new Map();
  #byPoint: ReadonlyMap<string, readonly Alarm[]> = new Map();
  #ofDevices: readonly Alarm[] = [];
  /** What a former run has left, until a rule takes it up. */
  #left: Map<string, StoredAlarm>;

  constructor(site: AlarmSite, stored: readonly StoredAlarm[] = []) {
    this.#site = site;
    this.#left = new Map(stored.map((alarm) => [alarm.id, alarm]));
  }

  /**
   * Makes these the rules. An alarm whose id stays keeps its state, whatever else of its rule is new; of one
   * that is gone what was raised is cleared.
   */
  apply(rules: readonly AlarmRule[], moment: Moment): readonly AlarmEvent[] {
    const alarms = new Map<string, Alarm>();
    for (const rule of rules) {
      const alarm = this.#alarms.get(rule.id) ?? new Alarm(rule, this.#left.get(rule.id));
      this.#left.delete(rule.id);
      alarm.rule = rule;
      alarms.set(rule.id, alarm);
    }
    const gone = [...this.#alarms].filter(([id]) => !alarms.has(id));
    this.#alarms = alarms;
    this.#ofDevices = [...alarms.values()].filter(({ rule }) => rule.test.kind === 'down');
    this.#byPoint = byPoint(alarms.values());
    return [...gone.flatMap(([, alarm]) => alarm.retire(moment)), ...this.#lookAll(moment)];
  }

  /** What a former run has raised and no rule speaks of any more; asked once, after the first `apply`. */
  takeLeft(): readonly StoredAlarm[] {
    const left = [...this.#left.values()];
    this.#left = new Map();
    return left;
  }

  /** Judges the alarms that depend on these points. Costs one look-up for a point that none depends on. */
  hear(points: Iterable<string>, moment: Moment): readonly AlarmEvent[] {
    let touched: Set<Alarm> | undefined;
    for (const id of points) {
      const alarms = this.#byPoint.get(id);
      if (alarms === undefined) continue;
      touched ??= new Set();
      for (const alarm of alarms) touched.add(alarm);
    }
    return touched === undefined ? [] : this.#look(touched, moment);
  }

  /** Judges what depends on whether devices answer. */
  lookAtDevices(moment: Moment): readonly AlarmEvent[] {
    return this.#look(this.#ofDevices, moment);
  }

  /** Judges the alarms whose time has come. */
  expire(moment: Moment): readonly AlarmEvent[] {
    const due = [...this.#alarms.values()].filter((alarm) => alarm.nextAt(moment) <= moment.now);
    return [...due.flatMap((alarm) => alarm.expire(moment)), ...this.#look(due, moment)];
  }

  /** When `expire` has something to do, on the scale of `moment.now`; Infinity for never. */
  nextAt(moment: Moment): number {
    let next = Infinity;
    for (const alarm of this.#alarms.values()) next = Math.min(next, alarm.nextAt(moment));
    return next;
  }

  find(id: string): Alarm | undefined {
    return this.#alarms.get(id);
  }

  /** In the order of the rules. */
  list(): readonly AlarmStatus[] {
    return [...this.#alarms.values()].map(({ status }) => status);
  }

  /** What a restart must know. */
  stored(): readonly StoredAlarm[] {
    return [...this.#alarms.values()].flatMap(({ stored }) => stored ?? []);
  }

  #lookAll(moment: Moment): readonly AlarmEvent[] {
    return this.#look(this.#alarms.values(), moment);
  }

  #look(alarms: Iterable<Alarm>, moment: Moment): readonly AlarmEvent[] {
    const events: AlarmEvent[] = [];
    const site = lookedAtOnce(this.#site);
    for (const alarm of alarms) {
      const verdict = judge(alarm.rule, site, alarm.isActive);
      events.push(...alarm.judge(verdict, moment));
    }
    return events;
  }
}

/** The site of one moment: what many alarms look at is fetched once. */
function lookedAtOnce(site: AlarmSite): AlarmSite {
  const samples = new Map<string, Sample | undefined>();
  return {
    sample(id) {
      if (samples.has(id)) return samples.get(id);
      const sample = site.sample(id);
      samples.set(id, sample);
      return sample;
    },
    deviceState: (device) => site.deviceState(device),
  };
}

function byPoint(alarms: Iterable<Alarm>): ReadonlyMap<string, readonly Alarm[]> {
  const all = new Map<string, Alarm[]>();
  for (const alarm of alarms) {
    for (const id of pointsOf(alarm.rule)) {
      const those = all.get(id);
      if (those === undefined) all.set(id, [alarm]);
      else those.push(alarm);
    }
  }
  return all;
}
