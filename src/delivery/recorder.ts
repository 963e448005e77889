import type { Cancel, Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal } from '../journal/journal.ts';
import { newestSamples } from '../journal/newest-samples.ts';
import type { Point } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Refreshed, Site, Unsubscribe } from '../telemetry/site.ts';
import { ReportFilter } from './report-filter.ts';

/** After the journal has refused a sample, it is asked again when this has passed. */
const RETRY_MS = 1_000;
/** Points that a site may have lost in reloads before they are forgotten. */
const MAX_STRANGERS = 1_000;

export interface RecorderParts {
  readonly site: Site;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of everything that the journal has taken. */
  readonly onRecorded?: (samples: readonly Sample[]) => void;
}

export interface RecorderStatus {
  readonly records: number;
  readonly samples: number;
  /** Samples that the journal did not take at once; the newest of each point is offered again. */
  readonly refused: number;
}

/**
 * Writes what happens at a site into the journal, as far as the rules of its points say that it is worth
 * it. What one answer brought is one record. An answer that brings nothing worth it allocates nothing.
 */
export class Recorder {
  readonly #site: Site;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onRecorded: (samples: readonly Sample[]) => void;
  readonly #filter = new ReportFilter();
  #unsubscribe: Unsubscribe | undefined;
  #cancelAlarm: Cancel = () => undefined;
  #alarmAt = Infinity;
  #records = 0;
  #samples = 0;
  #refused = 0;
  #isRefusing = false;
  #mostPoints = MAX_STRANGERS;

  constructor({ site, journal, clock, logger, onRecorded = () => undefined }: RecorderParts) {
    this.#onRecorded = onRecorded;
    this.#site = site;
    this.#journal = journal;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Finds in the journal what was recorded last of each point, so that what is still so is not recorded
   * again, then listens. To be awaited before the first poll; a journal that cannot be read only means
   * that each point is recorded once more.
   */
  async start(): Promise<void> {
    try {
      await this.#restore();
    } catch (error) {
      this.#logger.warn(`what was recorded last is not known: ${describeError(error)}`);
    }
    this.#unsubscribe = this.#site.subscribe((changed, refreshed) =>
      this.#hear(changed, refreshed),
    );
  }

  /** Records what was held back, and listens no more. */
  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#cancelAlarm();
    this.#alarmAt = Infinity;
    this.#recordApart(this.#filter.takeDue(Infinity), this.#clock.now());
  }

  status(): RecorderStatus {
    return { records: this.#records, samples: this.#samples, refused: this.#refused };
  }

  #hear(changed: readonly Sample[], refreshed: Refreshed): void {
    const attentive =
      refreshed.points.length === 0 ? refreshed.points : this.#filter.attentive(refreshed.points);
    if (changed.length === 0 && attentive.length === 0) return;
    const now = this.#clock.now();
    const unit = this.#worthIt(changed, attentive, now);
    if (unit !== undefined && !this.#record(unit, now)) this.#refused += unit.length;
    this.#arm();
  }

  /** What of an answer is to be recorded now; undefined for nothing. */
  #worthIt(
    changed: readonly Sample[],
    attentive: readonly Point[],
    now: number,
  ): readonly Sample[] | undefined {
    let unit: Sample[] | undefined;
    for (const sample of changed) {
      if (this.#filter.judge(sample, now)) (unit ??= []).push(sample);
    }
    for (const point of attentive) {
      const sample = this.#unchanged(point, changed, now);
      if (sample !== undefined && this.#filter.judge(sample, now)) (unit ??= []).push(sample);
    }
    return unit;
  }

  /** The reading of a point that changed nothing and may yet be worth recording. */
  #unchanged(point: Point, changed: readonly Sample[], now: number): Sample | undefined {
    if (!this.#filter.heeds(point, now)) return undefined;
    // One answer brings some dozens of points: looking through them costs less than a set of them.
    for (const sample of changed) if (sample.point.id === point.id) return undefined;
    return this.#site.sample(point.id);
  }

  /** False when the journal has not taken it: then it is held, to be offered again. */
  #record(samples: readonly Sample[], now: number): boolean {
    if (this.#journal.append({ kind: 'samples', samples }) === undefined) {
      this.#postpone(samples, now);
      if (!this.#isRefusing) this.#logger.warn('the journal takes no more samples');
      this.#isRefusing = true;
      return false;
    }
    for (const sample of samples) this.#filter.recorded(sample, now);
    if (this.#filter.size > this.#mostPoints) this.#forgetStrangers();
    this.#records += 1;
    this.#samples += samples.length;
    this.#onRecorded(samples);
    if (this.#isRefusing) this.#logger.info('the journal takes samples again');
    this.#isRefusing = false;
    return true;
  }

  #postpone(samples: readonly Sample[], now: number): void {
    for (const sample of samples) this.#filter.hold(sample, now + RETRY_MS);
  }

  #forgetStrangers(): void {
    const points = this.#site.points();
    this.#mostPoints = points.length + MAX_STRANGERS;
    if (this.#filter.size > this.#mostPoints) this.#filter.keep(points);
  }

  /** Records samples of several answers, each answer for itself. */
  #recordApart(samples: readonly Sample[], now: number): void {
    const units = new Map<string, Sample[]>();
    for (const sample of samples) {
      const key = `${sample.point.device}\n${sample.at}`;
      const unit = units.get(key);
      if (unit === undefined) units.set(key, [sample]);
      else unit.push(sample);
    }
    let isTaking = true;
    for (const unit of units.values()) {
      // A journal that has refused one is not asked about the others in the same moment.
      if (isTaking) isTaking = this.#record(unit, now);
      else this.#postpone(unit, now);
    }
  }

  #arm(): void {
    const { nextDue } = this.#filter;
    if (nextDue >= this.#alarmAt) return;
    this.#cancelAlarm();
    this.#alarmAt = nextDue;
    this.#cancelAlarm = this.#clock.alarm(nextDue, () => {
      this.#alarmAt = Infinity;
      const now = this.#clock.now();
      this.#recordApart(this.#filter.takeDue(now), now);
      this.#arm();
    });
  }

  async #restore(): Promise<void> {
    const wanted = this.#site.points().map(({ id }) => id);
    for (const sample of (await newestSamples(this.#journal, wanted)).values()) {
      this.#filter.restore(sample, this.#monotonic(sample.at));
    }
  }

  /** A time of the calendar on the scale of the clock that steers; never later than now. */
  #monotonic(micros: number): number {
    return this.#clock.now() - Math.max(0, this.#clock.wallMicros() - micros) / 1000;
  }
}
