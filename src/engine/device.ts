import { AnswerTimes } from '../base/answer-times.ts';
import type { Clock } from '../base/clock.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import { NOT_PRESENT } from '../profile/present-points.ts';
import { planReads, type PlannedRead } from '../profile/read-plan.ts';
import type { PauseNote, PollReport } from '../telemetry/polling.ts';
import type { DeviceStatus } from '../telemetry/site.ts';
import { age } from './ageing.ts';
import { DeviceHealth } from './health.ts';
import type { Rail } from './rail.ts';
import { plannedRequest, splitRead } from './planned-read.ts';
import { readGroup, type ReadGroup } from './read-group.ts';
import { RepeatCounts } from './repeat-counts.ts';
import type { Job } from './schedule.ts';
import type { DeviceSetup } from './setup.ts';
import { ToldPoints } from './told-points.ts';

/** A register that a device does not have may come with a new firmware: it is asked for now and then. */
const REFUSED_AGAIN_MS = 600_000;

/** How long a device that was never heard may think before it answers, in milliseconds. */
export const THINKING_MS = 100;

/** What an answer may take beyond three times what answers take of late. */
const SLACK_MS = 10;

/** How much a new answer counts among those of late: one that was slow is soon forgotten. */
const NEW_SHARE = 0.25;

/** What is kept of an old answer time at each new answer: it fades within a few dozen of them. */
const FORGETTING = 0.95;

/** The cause of values that nobody asks for. */
const PAUSED = 'paused';

/** A device's reads of one interval. They are asked one after the other, in turn with other jobs. */
export interface DeviceJob extends Job {
  readonly device: Device;
  readonly groups: ReadGroup[];
  /** Index of the read that is next in the round under way. */
  next: number;
}

/** A question, as its answer will need it. */
export interface Asked {
  /** Microseconds since 1970. */
  readonly requestedAt: number;
  /** Its number among all questions to the device. */
  readonly question: number;
}

interface Times {
  readonly requestedAt: number;
  readonly at: number;
}

/** One configured device on its line: what to read, how it does, what is known of it. */
export class Device {
  readonly setup: DeviceSetup;
  readonly jobs: readonly DeviceJob[];
  readonly health = new DeviceHealth();
  /** A silent device is being asked its one question. */
  probing = false;
  /** Somebody wants it not to be asked. */
  paused: PauseNote | undefined;
  readonly #times = new AnswerTimes();
  readonly #rail: Rail;
  readonly #clock: Clock;
  readonly #wireMs: (read: PlannedRead) => number;
  readonly #counts: RepeatCounts;
  readonly #told: ToldPoints;
  /** The longest answer of late, in milliseconds; forgotten slowly. */
  #answerMs = 0;
  /** What answers take of late, in milliseconds. */
  #usualMs = 0;
  #meanMs: number | undefined;
  #goodSince: number | undefined;
  #polls = 0;
  #failures = 0;
  #lastAnswerAt: number | undefined;

  constructor(
    setup: DeviceSetup,
    rail: Rail,
    clock: Clock,
    wireMs: (read: PlannedRead) => number = () => 0,
  ) {
    this.setup = setup;
    this.#wireMs = wireMs;
    this.#rail = rail;
    this.#told = new ToldPoints(rail, setup);
    this.#clock = clock;
    this.#counts = new RepeatCounts(setup.points.map(({ point }) => point));
    this.jobs = this.#plan();
  }

  /** The cheapest question there is: the shortest of its reads. */
  get probe(): ReadGroup | undefined {
    return this.jobs
      .flatMap(({ groups }) => groups)
      .reduce<ReadGroup | undefined>(
        (best, group) => (best === undefined || group.read.count < best.read.count ? group : best),
        undefined,
      );
  }

  /** The shortest timeout with which a question is worth asking, in milliseconds. */
  get leastTimeoutMs(): number {
    const probe = this.probe;
    const wire = probe === undefined ? 0 : this.#wireMs(probe.read);
    return Math.min(this.setup.timeoutMs, Math.max(wire + THINKING_MS, 2 * this.#answerMs));
  }

  /** How long a read of any of its registers is likely to need, in milliseconds. */
  likelyMs(read: PlannedRead): number {
    const thinking = this.health.state === 'good' ? 3 * this.#usualMs + SLACK_MS : THINKING_MS;
    return Math.min(this.setup.timeoutMs, this.#wireMs(read) + thinking);
  }

  /** A question is about to be asked. */
  ask(): Asked {
    return { requestedAt: this.#clock.wallMicros(), question: this.#told.ask() };
  }

  /** It answered something that is no poll. */
  heard(): void {
    this.#lastAnswerAt = this.#clock.wallMicros();
  }

  /**
   * An answer came after `tookMs`: decode it, put it on the rail. True when other rounds are due now,
   * because the answer says how much there is to ask for.
   */
  commit(group: ReadGroup, data: Uint8Array, asked: Asked, tookMs: number): boolean {
    this.#answerMs = Math.max(tookMs, this.#answerMs * FORGETTING);
    this.#usualMs += NEW_SHARE * (tookMs - this.#usualMs);
    this.#meanMs =
      this.#meanMs === undefined ? tookMs : this.#meanMs * FORGETTING + tookMs * (1 - FORGETTING);
    this.#times.add(tookMs);
    const at = this.#clock.wallMicros();
    this.#lastAnswerAt = at;
    this.#goodSince ??= at;
    this.#polls += 1;
    // While this was under way another answer has said that the device has not all of it.
    if (this.#counts.isUsed && !this.jobs.some(({ groups }) => groups.includes(group)))
      return false;
    group.take(data);
    group.freshness = 'good';
    group.confirmedAt = this.#clock.now();
    const times = { requestedAt: asked.requestedAt, at };
    const { values, causes } = group.decoded;
    const keeps = this.#told.keptFrom(asked.question);
    this.#rail.commit(group.rail, values, causes, times, keeps);
    this.#told.takeOver(group.rail.slots, asked.question);
    if (!this.#counts.isUsed) return false;
    const { slots } = group.rail;
    // What was told since has been counted already.
    const counted =
      keeps === undefined
        ? values
        : values.map((value, index) => (keeps(slots[index] ?? -1) ? undefined : value));
    return this.#count(group.read.points, counted, times);
  }

  /**
   * The device has this value of a point: puts it on the rail, where polls that were asked before do not
   * replace it. `data` are its registers, where they are known. True when other rounds are due now.
   */
  tell(point: RegisterPoint, value: Value, data: Uint8Array | undefined, times: Times): boolean {
    const told = this.#told.tell(point, value, data, times, this.#clock.now());
    if (told === undefined || !this.#counts.isUsed) return false;
    return this.#count(told.points, told.values, times);
  }

  /** The device refused the read: its values are not known. */
  refuse(group: ReadGroup, cause: string, requestedAt: number): void {
    const at = this.#clock.wallMicros();
    group.freshness = 'bad';
    group.refusedUntil = this.#clock.now() + REFUSED_AGAIN_MS;
    this.#lastAnswerAt = at;
    this.#polls += 1;
    this.#rail.forget(group.rail, cause, { requestedAt, at });
    if (this.#counts.isUsed) this.#count(group.read.points, [], { requestedAt, at });
  }

  /** No answer came: every value of these reads stays as it was last known, and says so. */
  fail(groups: Iterable<ReadGroup>, cause: string, requestedAt: number): void {
    this.#polls += 1;
    this.#failures += 1;
    this.#goodSince = undefined;
    const at = this.#clock.wallMicros();
    for (const group of groups) {
      if (group.freshness === 'good' || group.freshness === 'overdue') group.freshness = 'stale';
      this.#rail.fail(group.rail, cause, { requestedAt, at });
    }
  }

  /** It is not asked any more: what is known of it stays, and says so. */
  hold(note: PauseNote): void {
    this.paused = note;
    this.#goodSince = undefined;
    const at = this.#clock.wallMicros();
    for (const group of this.jobs.flatMap(({ groups }) => groups)) {
      if (group.freshness === 'good' || group.freshness === 'overdue') group.freshness = 'stale';
      if (group.freshness === 'stale') {
        this.#rail.fail(group.rail, PAUSED, { requestedAt: at, at });
      }
    }
  }

  report(isWireTimed: boolean): PollReport {
    const now = this.#clock.now();
    return {
      answerTimes: Array.from(this.#times.counts),
      ...(this.#meanMs !== undefined && { meanMs: this.#meanMs }),
      requests: this.jobs.flatMap(({ groups, periodMs }) =>
        groups.map(({ read, freshness, refusedUntil }) => ({
          ...plannedRequest(read, periodMs),
          state: refusedUntil > now ? ('refused' as const) : freshness,
          ...(isWireTimed && { wireMs: this.#wireMs(read) }),
        })),
      ),
    };
  }

  /** The share of the time that its requests take, 0..1 and above. */
  load(isWireTimed: boolean): number {
    let load = 0;
    for (const { groups, periodMs } of this.jobs) {
      for (const { read } of groups) {
        load += (isWireTimed ? this.#wireMs(read) : (this.#meanMs ?? 0)) / periodMs;
      }
    }
    return this.paused === undefined ? load : 0;
  }

  /** Lets values age; returns when the next one does, in milliseconds of the clock. */
  age(now: number): number {
    const at = this.#clock.wallMicros();
    let next = this.#told.age(now, at);
    for (const { groups } of this.jobs) {
      for (const group of groups) next = Math.min(next, age(this.#rail, group, now, at));
    }
    return next;
  }

  /** Replaces a read that the device refused by two smaller ones; false when it cannot be split. */
  split(job: DeviceJob, group: ReadGroup): boolean {
    const halves = splitRead(group.read);
    const index = job.groups.indexOf(group);
    if (halves === undefined || index < 0) return false;
    this.setup.refused?.add(group.read);
    const groups = halves.map((read) => this.#bind(read, group.staleMs));
    job.groups.splice(index, 1, ...groups);
    return true;
  }

  status(line: string): DeviceStatus {
    const { name, label, profile, unit, hero = [] } = this.setup;
    const { state, error, nextTryAt } = this.health;
    const inMicros = Math.round((nextTryAt - this.#clock.now()) * 1000);
    return {
      name,
      ...(label !== undefined && { label }),
      line,
      unit,
      ...(profile !== undefined && { profile }),
      ...(hero.length > 0 && { hero }),
      ...(this.paused === undefined
        ? { state, ...(error !== undefined && { error }) }
        : { state: 'paused' as const, paused: this.paused }),
      ...(this.#lastAnswerAt !== undefined && { lastAnswerAt: this.#lastAnswerAt }),
      ...(this.#goodSince !== undefined && { goodSince: this.#goodSince }),
      ...(nextTryAt !== Infinity &&
        this.paused === undefined && { nextTryAt: this.#clock.wallMicros() + inMicros }),
      polls: this.#polls,
      failures: this.#failures,
      skipped: this.jobs.reduce((sum, { skipped }) => sum + skipped, 0),
    };
  }

  #plan(): readonly DeviceJob[] {
    const { points } = this.setup;
    const periods = [...new Set(points.map(({ everyMs }) => everyMs))].sort((a, b) => a - b);
    const now = this.#clock.now();
    return periods.map((periodMs) => ({
      device: this,
      periodMs,
      dueAt: now,
      running: false,
      skipped: 0,
      next: 0,
      groups: [...this.#groupsOf(periodMs, [])],
    }));
  }

  /** The reads of an interval. What is asked as before goes on as it is. */
  #groupsOf(periodMs: number, before: readonly ReadGroup[]): readonly ReadGroup[] {
    const polled = this.setup.points.filter(({ everyMs }) => everyMs === periodMs);
    const staleMs = Math.min(...polled.map((point) => point.staleMs));
    const wanted = this.#counts.wanted(polled.map(({ point }) => point));
    return planReads(wanted, this.setup.plan)
      .flatMap((read) => this.#withoutRefused(read))
      .map(
        (read) => before.find((group) => isSameRead(group.read, read)) ?? this.#bind(read, staleMs),
      );
  }

  /** An answer may say how many of its repeated points the device has: then it is asked for those. */
  #count(
    points: readonly RegisterPoint[],
    values: readonly (Value | undefined)[],
    times: Times,
  ): boolean {
    const learned = this.#counts.learn(points, values);
    if (learned === 'nothing') return false;
    let isDue = false;
    for (const job of this.jobs) {
      const before = [...job.groups];
      const after = this.#groupsOf(job.periodMs, before);
      for (const group of after) if (!before.includes(group)) inherit(group, before);
      job.groups.splice(0, before.length, ...after);
      job.next = nextAfterCount(job, before, learned, (point) => this.#counts.counts(point));
      // What had nothing to ask for until now does not wait for its next turn.
      if (learned === 'first' && !job.running && after.length > before.length) {
        job.dueAt = this.#clock.now();
        isDue = true;
      }
    }
    const all = this.setup.points.map(({ point }) => point);
    const absent = this.#counts.absent(all).flatMap(({ name, access }) => {
      const slot = access === 'wo' ? undefined : this.#rail.slotOf(`${this.setup.name}.${name}`);
      return slot === undefined ? [] : [slot];
    });
    if (absent.length > 0) this.#rail.forget(this.#rail.group(absent), NOT_PRESENT, times);
    return isDue;
  }

  /** What the device has refused before is not asked in one piece again. */
  #withoutRefused(read: PlannedRead): readonly PlannedRead[] {
    const halves = this.setup.refused?.has(read) === true ? splitRead(read) : undefined;
    return halves?.flatMap((half) => this.#withoutRefused(half)) ?? [read];
  }

  #bind(read: ReadGroup['read'], staleMs: number): ReadGroup {
    return readGroup(this.#rail, this.setup.name, read, staleMs);
  }
}

function isSameRead(a: PlannedRead, b: PlannedRead): boolean {
  return (
    a.table === b.table &&
    a.start === b.start &&
    a.count === b.count &&
    a.points.length === b.points.length &&
    a.points.every((point, index) => point === b.points[index])
  );
}

/** A read that takes the place of others has been confirmed when the first of them was. */
function inherit(group: ReadGroup, before: readonly ReadGroup[]): void {
  for (const { read, freshness, confirmedAt } of before) {
    if (!read.points.some((point) => group.read.points.includes(point))) continue;
    if (freshness === 'unread' || freshness === 'bad') continue;
    if (group.freshness !== 'unread' && group.confirmedAt <= confirmedAt) continue;
    group.freshness = freshness;
    group.confirmedAt = confirmedAt;
  }
}

/**
 * Where a round goes on whose reads have become others: behind the one that counts. Only the first time
 * that one is asked again, when what it counts stands beside it; a count that never rests must not make
 * a round without end.
 */
function nextAfterCount(
  job: DeviceJob,
  before: readonly ReadGroup[],
  learned: 'first' | 'other',
  counts: (point: RegisterPoint) => boolean,
): number {
  const index = job.groups.findIndex(({ read }) => read.points.some(counts));
  if (index < 0) return Math.min(job.next, job.groups.length);
  const group = job.groups[index];
  const isOther = group !== undefined && !before.includes(group);
  return learned === 'first' && isOther ? index : index + 1;
}
