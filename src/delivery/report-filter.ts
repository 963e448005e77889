import type { Point, ReportRule, Value } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';

/** Numbers that came through a scale differ by this share of themselves without meaning it. */
const ROUNDING = 1e-12;

/**
 * Which readings are worth recording: report by exception.
 *
 * Theory of operation. Each point has a baseline, the last sample that was recorded. A sample is compared
 * with it by `judge`; the baseline moves only in `recorded`, which the caller calls when the journal has
 * taken the sample, so that a sample that was refused is still a change. What may not be recorded yet is
 * held, the newest in place of the one before, until its time is up. All times are of the monotonic
 * clock, in milliseconds.
 */
export class ReportFilter {
  readonly #baselines = new Map<string, Baseline>();
  readonly #held = new Map<string, Held>();
  readonly #attentive = new WeakMap<readonly Point[], readonly Point[]>();
  #nextDue = Infinity;

  /** When `takeDue` has something to give; Infinity when nothing is held. */
  get nextDue(): number {
    return this.#nextDue;
  }

  /** How many points have a baseline. */
  get size(): number {
    return this.#baselines.size;
  }

  /** True when the sample is to be recorded now. When only its time is not up, it is held. */
  judge(sample: Sample, now: number): boolean {
    const { point } = sample;
    const baseline = this.#baselines.get(point.id);
    if (!isWorthIt(sample, baseline, now)) {
      // Back to what was recorded: there is nothing left to tell of the burst.
      this.#held.delete(point.id);
      return false;
    }
    const due = dueAt(sample, baseline);
    if (due > now) this.hold(sample, due);
    return due <= now;
  }

  /** Keeps the sample until `due`, in place of an older one of its point. */
  hold(sample: Sample, due: number): void {
    this.#held.set(sample.point.id, { sample, due });
    this.#nextDue = Math.min(this.#nextDue, due);
  }

  /** Takes out what was held and is due, and is still a change. */
  takeDue(now: number): readonly Sample[] {
    const due: Sample[] = [];
    this.#nextDue = Infinity;
    for (const [id, held] of this.#held) {
      if (held.due > now) {
        this.#nextDue = Math.min(this.#nextDue, held.due);
        continue;
      }
      this.#held.delete(id);
      if (isWorthIt(held.sample, this.#baselines.get(id), now)) due.push(held.sample);
    }
    return due;
  }

  /** The journal has it: what comes is compared with this one. */
  recorded(sample: Sample, now: number): void {
    this.#held.delete(sample.point.id);
    this.#baselines.set(sample.point.id, { sample, at: now });
  }

  /** What a former run recorded, at a moment before our own time began. */
  restore(sample: Sample, at: number): void {
    this.#baselines.set(sample.point.id, { sample, at });
  }

  /**
   * Those of the points whose readings count also when they changed nothing. A site gives the same array
   * with each answer of the same kind, so the question is asked once for each array.
   */
  attentive(points: readonly Point[]): readonly Point[] {
    let found = this.#attentive.get(points);
    if (found === undefined) {
      found = points.filter(({ report }) => report !== undefined && heedsReadings(report));
      this.#attentive.set(points, found);
    }
    return found;
  }

  /** Would a reading of the point that changed nothing be recorded, or held, now? */
  heeds({ id, report, everyMs }: Point, now: number): boolean {
    if (report === undefined) return false;
    if (report.send === 'always') return true;
    const baseline = this.#baselines.get(id);
    return baseline === undefined || isHeartbeat(report, everyMs, now - baseline.at);
  }

  /** Forgets the points that are no longer among these. */
  keep(points: readonly Point[]): void {
    const ids = new Set(points.map(({ id }) => id));
    for (const id of this.#baselines.keys()) if (!ids.has(id)) this.#baselines.delete(id);
    for (const id of this.#held.keys()) if (!ids.has(id)) this.#held.delete(id);
  }
}

interface Baseline {
  readonly sample: Sample;
  /** When it was recorded. */
  readonly at: number;
}

interface Held {
  readonly sample: Sample;
  readonly due: number;
}

function heedsReadings({ send, heartbeatMs }: ReportRule): boolean {
  return send === 'always' || heartbeatMs !== undefined;
}

function isWorthIt(sample: Sample, baseline: Baseline | undefined, now: number): boolean {
  if (baseline === undefined) return true;
  if (isEdge(sample, baseline.sample)) return true;
  const { report, everyMs } = sample.point;
  if (report?.send === 'always') return true;
  if (report !== undefined && isHeartbeat(report, everyMs, now - baseline.at)) return true;
  return differs(sample.point, sample.value, baseline.sample.value);
}

/** Another quality, or another reason for it. */
function isEdge(a: Sample, b: Sample): boolean {
  return a.quality !== b.quality || a.cause !== b.cause;
}

/** The reading nearest to the heartbeat is the one: a jitter of the poll must not double the pause. */
function isHeartbeat({ heartbeatMs }: ReportRule, everyMs: number, sinceMs: number): boolean {
  return heartbeatMs !== undefined && sinceMs + Math.min(everyMs, heartbeatMs) / 2 >= heartbeatMs;
}

/** When the sample may be recorded. A change of quality never waits. */
function dueAt(sample: Sample, baseline: Baseline | undefined): number {
  const { minIntervalMs } = sample.point.report ?? {};
  if (baseline === undefined || minIntervalMs === undefined) return 0;
  return isEdge(sample, baseline.sample) ? 0 : baseline.at + minIntervalMs;
}

/** Another value, by more than the deadband where there is one and the value is a measurement. */
function differs(
  { kind, report }: Point,
  value: Value | undefined,
  before: Value | undefined,
): boolean {
  if (value === before) return false;
  if (report === undefined || kind === 'state' || !isNumeric(value) || !isNumeric(before)) {
    return true;
  }
  const rounding = isWhole(value) && isWhole(before) ? 0 : ROUNDING;
  const size = Math.abs(Number(before));
  const least = Math.max(
    report.deadband ?? 0,
    report.deadbandPercent === undefined ? 0 : (size * report.deadbandPercent) / 100,
  );
  return distance(value, before) + rounding * Math.max(size, Math.abs(Number(value))) >= least;
}

function isNumeric(value: Value | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

/** Exact also where both are beyond 2^53. */
function distance(a: number | bigint, b: number | bigint): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return Math.abs(Number(a - b));
  return Math.abs(Number(a) - Number(b));
}
