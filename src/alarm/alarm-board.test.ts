import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sample } from '../telemetry/sample.ts';
import type { Alarm, Moment } from './alarm.ts';
import { AlarmBoard } from './alarm-board.ts';
import { afterEvent, alarmSiteEvent } from './alarm-event.ts';
import { formatMemory, parseMemory } from './alarm-memory.ts';
import type { AlarmRule } from './alarm-rule.ts';
import type { AlarmEvent, StoredAlarm } from './alarm-status.ts';

/** One point with a value that a test sets; undefined: not good. */
class OnePoint {
  value: number | undefined;
  state: 'good' | 'silent' = 'good';
  sample(id: string): Sample | undefined {
    if (id !== 'a.x') return undefined;
    const known = this.value === undefined ? { quality: 'stale' } : { value: this.value };
    return { quality: 'good', at: 1, requestedAt: 1, point: { id }, ...known } as unknown as Sample;
  }
  deviceState(): 'good' | 'silent' {
    return this.state;
  }
}

function at(ms: number): Moment {
  return { now: ms, at: 1_700_000_000_000_000 + ms * 1_000 };
}

function hi(over: Partial<AlarmRule> = {}, limit = 100, hysteresis = 10): AlarmRule {
  return {
    ...{ id: 'a.x.hi', device: 'a', point: 'x', priority: 'high', text: 'high' },
    ...{ delayMs: 0, offDelayMs: 0, ...over },
    test: { kind: 'hi', point: 'a.x', limit, hysteresis },
  };
}

const DOWN: AlarmRule = {
  ...{ id: 'a.down', device: 'a', priority: 'high', text: 'a is silent' },
  ...{ delayMs: 0, offDelayMs: 0, test: { kind: 'down', device: 'a' } },
};

function types(events: readonly AlarmEvent[]): string {
  return events.map(({ type, rule }) => `${type} ${rule.id}`).join(', ');
}

describe('the alarms of a site', () => {
  test('are judged when a point that they depend on has changed, and not before', () => {
    const site = new OnePoint();
    const board = new AlarmBoard(site);
    board.apply([hi()], at(0));
    site.value = 120;
    expect(types(board.hear(['a.y', 'b.x'], at(1)))).toBe('');
    expect(types(board.hear(['a.y', 'a.x'], at(1)))).toBe('raised a.x.hi');
  });

  test('of devices are judged when somebody looks', () => {
    const site = new OnePoint();
    const board = new AlarmBoard(site);
    board.apply([DOWN, hi()], at(0));
    site.state = 'silent';
    expect(types(board.lookAtDevices(at(1)))).toBe('raised a.down');
    site.state = 'good';
    expect(types(board.lookAtDevices(at(2)))).toBe('cleared a.down');
  });

  test('keep their state through a change of rules, and what has no rule is cleared', () => {
    const site = new OnePoint();
    const board = new AlarmBoard(site);
    board.apply([hi(), DOWN], at(0));
    site.value = 120;
    board.hear(['a.x'], at(1));
    board.find('a.x.hi')?.acknowledge('ann', undefined, at(2));
    expect(types(board.apply([hi({ priority: 'urgent' }, 110)], at(3)))).toBe('');
    expect(board.list()).toMatchObject([
      { state: 'active-acknowledged', rule: { priority: 'urgent' } },
    ]);
    expect(types(board.apply([hi({}, 200)], at(4)))).toBe('cleared a.x.hi');
    board.apply([hi({}, 50)], at(5));
    expect(types(board.apply([], at(6)))).toBe('cleared a.x.hi');
  });

  test('stay as they were after a restart, and say what no rule speaks of', () => {
    const stored = { isActive: true, isTold: true, isAcked: true };
    const site = new OnePoint();
    const board = new AlarmBoard(site, [
      { id: 'a.x.hi', ...stored },
      { id: 'gone.x.hi', ...stored },
    ]);
    expect(types(board.apply([hi()], at(0)))).toBe('');
    expect(board.list()).toMatchObject([{ state: 'active-acknowledged', isUncertain: true }]);
    expect(board.takeLeft().map(({ id }) => id)).toEqual(['gone.x.hi']);
    site.value = 120;
    expect(types(board.hear(['a.x'], at(1)))).toBe('');
    site.value = 10;
    expect(types(board.hear(['a.x'], at(2)))).toBe('cleared a.x.hi');
  });

  test('ask for the time of the first that has to be looked at', () => {
    const site = new OnePoint();
    const board = new AlarmBoard(site);
    board.apply([hi({ delayMs: 9_000 }), hi({ id: 'b', delayMs: 3_000 })], at(0));
    site.value = 120;
    board.hear(['a.x'], at(1_000));
    expect(board.nextAt(at(1_000))).toBe(4_000);
    expect(types(board.expire(at(3_999)))).toBe('');
    expect(types(board.expire(at(4_000)))).toBe('raised b');
    expect(board.nextAt(at(4_000))).toBe(10_000);
  });
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('value'), value: fc.integer({ min: 80, max: 120 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bad') }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.integer({ min: 1, max: 6_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('ack', 'shelve', 'unshelve', 'restart') }),
  },
);
type Step = { do: string; value?: number; ms?: number };

/** What the words of the manual say, by looking back over everything that was seen since the last turn. */
class Model {
  active = false;
  told = false;
  acked = true;
  shelvedUntil: number | undefined;
  #seen: { at: number; value: number | undefined }[] = [];
  readonly #rule: { delayMs: number; offDelayMs: number };

  constructor(rule: { delayMs: number; offDelayMs: number }) {
    this.#rule = rule;
  }

  see(at: number, value: number | undefined): void {
    this.#seen.push({ at, value });
    if (value === undefined) return;
    const differs = (one: number): boolean => (this.active ? one < 90 : one >= 100);
    const good = this.#seen.filter((one) => one.value !== undefined);
    const lastSame = good.findLastIndex((one) => !differs(one.value ?? 0));
    const first = good[lastSame + 1];
    const delay = this.active ? this.#rule.offDelayMs : this.#rule.delayMs;
    if (first === undefined || at - first.at < delay) return;
    this.active = !this.active;
    this.#seen = [];
    this.tell();
  }

  tell(): void {
    if (this.shelvedUntil !== undefined || this.told === this.active) return;
    this.told = this.active;
    if (this.told) this.acked = false;
  }

  restart(): void {
    this.#seen = [];
  }

  get state(): string {
    if (this.shelvedUntil !== undefined) return 'shelved';
    if (this.told) return this.acked ? 'active-acknowledged' : 'active-unacknowledged';
    return this.acked ? 'normal' : 'returned-unacknowledged';
  }
}

/** A board beside the model, and what a reader of the journal makes of the events. */
class Pair {
  readonly model: Model;
  readonly #rule: AlarmRule;
  readonly #site = new OnePoint();
  #board = new AlarmBoard(this.#site);
  #now = 0;
  #replayed: StoredAlarm | undefined;

  constructor(rule: AlarmRule) {
    this.#rule = rule;
    this.model = new Model(rule);
    this.#hear(this.#board.apply([rule], at(0)));
  }

  readonly #steps: Readonly<Record<string, (step: Step) => void>> = {
    value: ({ value }) => this.#see(value),
    bad: () => this.#see(undefined),
    wait: ({ ms = 0 }) => {
      for (let until = this.#now + ms; this.#now < until;) {
        const next = this.#board.nextAt(at(this.#now));
        this.#now = Math.min(until, Math.max(this.#now, next));
        this.#expire();
      }
    },
    ack: () => {
      this.#hear(this.#alarm?.acknowledge('ann', undefined, at(this.#now)) ?? []);
      this.model.acked = true;
    },
    shelve: () => {
      this.#hear(this.#alarm?.shelve(4_000, 'ann', 'test', at(this.#now)) ?? []);
      this.model.shelvedUntil = this.#now + 4_000;
    },
    unshelve: () => {
      this.#hear(this.#alarm?.unshelve('ann', at(this.#now)) ?? []);
      this.model.shelvedUntil = undefined;
      this.model.tell();
    },
    restart: () => {
      const text = formatMemory({
        ...{ alarms: this.#board.stored(), down: [], epoch: 1, sequence: 1 },
      });
      this.#board = new AlarmBoard(this.#site, parseMemory(text)?.alarms);
      this.#hear(this.#board.apply([this.#rule], at(this.#now)));
      this.model.restart();
      this.model.see(this.#now, this.#site.value);
    },
  };

  follow(step: Step): void {
    this.#steps[step.do]?.(step);
    const [status] = this.#board.list();
    const { state, active, told, acked, shelvedUntil } = this.model;
    expect([status?.state, status?.isActive]).toEqual([state, active]);
    // What a crash leaves in the journal alone is the same, but for what was not told.
    const { isTold = false, isAcked = true, shelf } = this.#replayed ?? {};
    expect([isTold, isAcked, shelf !== undefined]).toEqual([
      ...[told, acked, shelvedUntil !== undefined],
    ]);
  }

  get #alarm(): Alarm | undefined {
    return this.#board.find(this.#rule.id);
  }

  #see(value: number | undefined): void {
    this.#site.value = value;
    this.#hear(this.#board.hear(['a.x'], at(this.#now)));
    this.model.see(this.#now, value);
  }

  #expire(): void {
    this.#hear(this.#board.expire(at(this.#now)));
    if ((this.model.shelvedUntil ?? Infinity) <= this.#now) {
      this.model.shelvedUntil = undefined;
      this.model.tell();
    }
    this.model.see(this.#now, this.#site.value);
  }

  #hear(events: readonly AlarmEvent[]): void {
    for (const event of events) this.#replayed = afterEvent(alarmSiteEvent(event), this.#replayed);
  }
}

test('whatever comes, an alarm is in the state that the manual says, and its events say the same', () => {
  const delay = fc.constantFrom(0, 1_000, 5_000);
  fc.assert(
    fc.property(delay, delay, fc.array(step, { maxLength: 40 }), (delayMs, offDelayMs, steps) => {
      const pair = new Pair(hi({ delayMs, offDelayMs }));
      for (const one of steps) pair.follow(one);
    }),
    { numRuns: 500 },
  );
});

test.each([
  '',
  '{}',
  '{"version":2,"alarms":[],"down":[],"epoch":1,"down":[],"sequence":1}',
  '{"version":1,"alarms":[{"id":"x"}],"epoch":1,"down":[],"sequence":1}',
  '{"version":1,"alarms":[{"id":"x","isActive":true,"isTold":true,"isAcked":true,"shelf":{}}],"epoch":1,"down":[],"sequence":1}',
  '{"version":1,"alarms":[],"down":[],"epoch":1}',
  '{"version":1,"alarms":[],"down":[1],"epoch":1,"sequence":1}',
])('a file that is damaged is no memory: %s', (text) => {
  expect(parseMemory(text)).toBeUndefined();
});
