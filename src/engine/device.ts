import type { Clock } from '../base/clock.ts';
import { planReads, type PlannedRead } from '../profile/read-plan.ts';
import type { DeviceStatus } from '../telemetry/site.ts';
import { DeviceHealth } from './health.ts';
import type { Rail } from './rail.ts';
import { splitRead } from './planned-read.ts';
import { readGroup, type ReadGroup } from './read-group.ts';
import type { Job } from './schedule.ts';
import type { DeviceSetup } from './setup.ts';

/** A register that a device does not have may come with a new firmware: it is asked for now and then. */
const REFUSED_AGAIN_MS = 600_000;

/** How long a device that was never heard may think before it answers, in milliseconds. */
const THINKING_MS = 100;

/** What is kept of an old answer time at each new answer: it fades within a few dozen of them. */
const FORGETTING = 0.95;

/** A device's reads of one interval. They are asked one after the other, in turn with other jobs. */
export interface DeviceJob extends Job {
  readonly device: Device;
  readonly groups: ReadGroup[];
  /** Index of the read that is next in the round under way. */
  next: number;
}

/** One configured device on its line: what to read, how it does, what is known of it. */
export class Device {
  readonly setup: DeviceSetup;
  readonly jobs: readonly DeviceJob[];
  readonly health = new DeviceHealth();
  /** A silent device is being asked its one question. */
  probing = false;
  readonly #rail: Rail;
  readonly #clock: Clock;
  readonly #wireMs: (read: PlannedRead) => number;
  /** The longest answer of late, in milliseconds; forgotten slowly. */
  #answerMs = 0;
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
    this.#clock = clock;
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

  /** An answer came after `tookMs`: decode it, put it on the rail. */
  commit(group: ReadGroup, data: Uint8Array, requestedAt: number, tookMs: number): void {
    this.#answerMs = Math.max(tookMs, this.#answerMs * FORGETTING);
    group.take(data);
    const at = this.#clock.wallMicros();
    group.freshness = 'good';
    group.confirmedAt = this.#clock.now();
    this.#lastAnswerAt = at;
    this.#polls += 1;
    this.#rail.commit(group.rail, group.decoded.values, group.decoded.causes, { requestedAt, at });
  }

  /** The device refused the read: its values are not known. */
  refuse(group: ReadGroup, cause: string, requestedAt: number): void {
    const at = this.#clock.wallMicros();
    group.freshness = 'bad';
    group.refusedUntil = this.#clock.now() + REFUSED_AGAIN_MS;
    this.#lastAnswerAt = at;
    this.#polls += 1;
    this.#rail.forget(group.rail, cause, { requestedAt, at });
  }

  /** No answer came: every value of these reads stays as it was last known, and says so. */
  fail(groups: Iterable<ReadGroup>, cause: string, requestedAt: number): void {
    this.#polls += 1;
    this.#failures += 1;
    const at = this.#clock.wallMicros();
    for (const group of groups) {
      if (group.freshness === 'good' || group.freshness === 'overdue') group.freshness = 'stale';
      this.#rail.fail(group.rail, cause, { requestedAt, at });
    }
  }

  /** Lets values age; returns when the next one does, in milliseconds of the clock. */
  age(now: number): number {
    let next = Infinity;
    const at = this.#clock.wallMicros();
    for (const { groups } of this.jobs) {
      for (const group of groups) {
        const { freshness, confirmedAt, staleMs } = group;
        if (freshness === 'unread' || freshness === 'bad') continue;
        // A read that failed has had its warning; one that was only not asked gets as long again.
        const badAt = confirmedAt + (freshness === 'stale' ? staleMs : 2 * staleMs);
        const times = { requestedAt: at, at };
        if (now >= badAt) {
          group.freshness = 'bad';
          this.#rail.forget(group.rail, undefined, times);
        } else if (freshness === 'good' && now >= confirmedAt + staleMs) {
          group.freshness = 'overdue';
          this.#rail.fail(group.rail, 'overdue', times);
          next = Math.min(next, badAt);
        } else {
          next = Math.min(next, freshness === 'good' ? confirmedAt + staleMs : badAt);
        }
      }
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
    const { name, label, profile, unit } = this.setup;
    const { state, error, nextTryAt } = this.health;
    const inMicros = Math.round((nextTryAt - this.#clock.now()) * 1000);
    return {
      name,
      ...(label !== undefined && { label }),
      line,
      unit,
      ...(profile !== undefined && { profile }),
      state,
      ...(error !== undefined && { error }),
      ...(this.#lastAnswerAt !== undefined && { lastAnswerAt: this.#lastAnswerAt }),
      ...(nextTryAt !== Infinity && { nextTryAt: this.#clock.wallMicros() + inMicros }),
      polls: this.#polls,
      failures: this.#failures,
      skipped: this.jobs.reduce((sum, { skipped }) => sum + skipped, 0),
    };
  }

  #plan(): readonly DeviceJob[] {
    const { points, plan } = this.setup;
    const periods = [...new Set(points.map(({ everyMs }) => everyMs))].sort((a, b) => a - b);
    const now = this.#clock.now();
    return periods.map((periodMs) => {
      const polled = points.filter(({ everyMs }) => everyMs === periodMs);
      const staleMs = Math.min(...polled.map((point) => point.staleMs));
      const reads = planReads(
        polled.map(({ point }) => point),
        plan,
      );
      return {
        device: this,
        periodMs,
        dueAt: now,
        running: false,
        skipped: 0,
        next: 0,
        groups: reads
          .flatMap((read) => this.#withoutRefused(read))
          .map((read) => this.#bind(read, staleMs)),
      };
    });
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
