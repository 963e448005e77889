import { join } from 'node:path';
import type { Cancel, Clock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Journal, NewRecord } from '../journal/journal.ts';
import { eventRecord } from '../telemetry/event.ts';
import type { Refreshed, Site, Unsubscribe } from '../telemetry/site.ts';
import { readFormerRun, type FormerOutages } from './former-run.ts';
import {
  isOutageByStamps,
  OUTAGE_TOPICS,
  plainValue,
  type Outage,
  type OutageReturn,
  type OutageRules,
} from './outage.ts';
import { OutageFile } from './outage-file.ts';
import { OutageWatch, type Ended, type Moment } from './outage-watch.ts';

/** Reports that can be asked for. */
const MOST_REPORTS = 1_000;
/** How often a sign of life goes into the journal, in milliseconds: three times per gap, within these. */
const LEAST_MARK_MS = 1_000;
const MOST_MARK_MS = 60_000;
/** One of so many says it of all points, so that the journal need not be searched far. */
const MARKS_PER_FULL = 10;

const NOBODY: FormerOutages = { lastGood: new Map(), reports: [], unreported: [] };

export interface OutageParts {
  readonly site: Site;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Folder where reports are kept; absent: in the journal alone. */
  readonly folder?: string;
  readonly rules: OutageRules;
  /** Ids of the points that are watched. */
  readonly points: ReadonlySet<string>;
}

/** For whoever asks what happened. */
export interface OutageReports {
  /** Reports of outages that ended at `since` or later, in microseconds since 1970, oldest first. */
  list(since?: number): readonly Outage[];
}

/**
 * Watches points for outages and writes a report of each into the journal, the log and a file. Signs of
 * life in the journal let the next run know, after a power cut too, until when all was well.
 */
export class OutageLog implements OutageReports {
  readonly #parts: OutageParts;
  readonly #file: OutageFile | undefined;
  readonly #markMs: number;
  #watch: OutageWatch;
  #reports: readonly Outage[] = [];
  #unsubscribe: Unsubscribe | undefined;
  #cancelAlarm: Cancel = () => undefined;
  #alarmAt = Infinity;
  #markAt = 0;
  #marks = 0;
  #isRefusing = false;
  #written: Promise<void> = Promise.resolve();

  constructor(parts: OutageParts) {
    this.#parts = parts;
    const { folder, rules } = parts;
    this.#file = folder === undefined ? undefined : new OutageFile(join(folder, 'outages.jsonl'));
    this.#markMs = Math.min(MOST_MARK_MS, Math.max(LEAST_MARK_MS, rules.gapMs / 3));
    this.#watch = new OutageWatch(rules, this.#moment(), NOBODY);
  }

  /** Finds out how the run before ended, and listens. To be awaited before the first poll. */
  async start(): Promise<void> {
    const { site, rules } = this.#parts;
    const former = await this.#readFormer();
    this.#watch = new OutageWatch(rules, this.#moment(), former);
    this.#reports = await this.#open(former.reports);
    for (const outage of former.unreported) this.#concludeFormer(outage);
    this.#unsubscribe = site.subscribe((_, refreshed) => this.#hear(refreshed));
    this.#mark('all');
    this.#arm();
  }

  /** Reports what settles as it is, and gives a last sign of life. */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#cancelAlarm();
    this.#conclude(true);
    this.#mark('all');
    await this.#written;
  }

  list(since = -Infinity): readonly Outage[] {
    const all = [...this.#reports, ...this.#watch.settling(this.#moment())];
    return all.filter(({ after }) => after.at >= since);
  }

  #moment(): Moment {
    const { clock } = this.#parts;
    return { now: clock.now(), wall: clock.wallMicros() };
  }

  async #readFormer(): Promise<FormerOutages> {
    const { journal, points, rules, logger } = this.#parts;
    try {
      return await readFormerRun(journal, points, rules);
    } catch (error) {
      logger.warn(`an outage before this start would not be known: ${describeError(error)}`);
      return NOBODY;
    }
  }

  async #open(more: readonly Outage[]): Promise<readonly Outage[]> {
    try {
      return (await this.#file?.open(more)) ?? more;
    } catch (error) {
      this.#parts.logger.warn(`reports of outages cannot be read: ${describeError(error)}`);
      return more;
    }
  }

  #hear({ points, at }: Refreshed): void {
    const { site } = this.#parts;
    for (const { id } of points) {
      if (!this.#parts.points.has(id)) continue;
      const sample = site.sample(id);
      if (sample?.quality !== 'good' || sample.value === undefined) continue;
      const ended = this.#watch.good(id, plainValue(sample.value), at, this.#moment());
      if (ended !== undefined) this.#returned(ended);
    }
  }

  #returned({ outage, isCertain }: Ended): void {
    const { point } = outage;
    this.#append({
      ...this.#own(OUTAGE_TOPICS.returned),
      data: { point, outage } satisfies OutageReturn,
    });
    if (isCertain) this.#parts.logger.warn('a value is back after an outage', fieldsOf(outage));
    this.#arm();
  }

  /** An outage whose report the run before owes. */
  #concludeFormer({ isSettling: _, ...outage }: Outage): void {
    if (isOutageByStamps(outage, this.#parts.rules)) this.#report(outage);
    else this.#forget(outage.point);
  }

  #report(outage: Outage): void {
    const { logger } = this.#parts;
    const source = outage.point.replace('.', '/');
    this.#append(
      eventRecord({ type: 'outage.report', at: this.#moment().wall, source, data: { ...outage } }),
    );
    this.#reports = [...this.#reports, outage].slice(-MOST_REPORTS);
    logger.info('report of an outage', fieldsOf(outage));
    const file = this.#file;
    if (file === undefined) return;
    this.#written = this.#written
      .then(async () => file.append(outage))
      .catch((error: unknown) => {
        logger.warn(`the report is in the journal alone: ${describeError(error)}`);
      });
  }

  /** What looked like an outage was none. */
  #forget(point: string): void {
    this.#append({ ...this.#own(OUTAGE_TOPICS.returned), data: { point } satisfies OutageReturn });
  }

  #own(topic: string): { readonly kind: 'event'; readonly topic: string; readonly at: number } {
    return { kind: 'event', topic, at: this.#moment().wall };
  }

  #append(record: NewRecord): void {
    const isRefused = this.#parts.journal.append(record) === undefined;
    if (isRefused && !this.#isRefusing) {
      this.#parts.logger.warn('the journal does not take what is said of outages');
    }
    this.#isRefusing = isRefused;
  }

  #conclude(isEnd = false): void {
    const { reports, none } = this.#watch.takeFinished(this.#moment(), isEnd);
    for (const outage of reports) this.#report(outage);
    for (const point of none) this.#forget(point);
  }

  #mark(which: 'all' | 'new'): void {
    const points = this.#watch.takeMarks(which);
    this.#append({ ...this.#own(OUTAGE_TOPICS.mark), data: { points } });
    this.#markAt = this.#parts.clock.now() + this.#markMs;
  }

  #arm(): void {
    const { clock } = this.#parts;
    const next = Math.min(this.#markAt, this.#watch.nextDue);
    if (next === this.#alarmAt) return;
    this.#cancelAlarm();
    this.#alarmAt = next;
    this.#cancelAlarm = clock.alarm(next, () => {
      this.#alarmAt = Infinity;
      this.#conclude();
      if (clock.now() >= this.#markAt) {
        this.#marks += 1;
        this.#mark(this.#marks % MARKS_PER_FULL === 0 ? 'all' : 'new');
      }
      this.#arm();
    });
  }
}

const REASONS = {
  'gateway-off': 'the gateway was off',
  'device-silent': 'the device did not answer',
  both: 'the gateway was off, and the device did not answer',
} as const;

function fieldsOf(outage: Outage): Readonly<Record<string, string | number | boolean>> {
  const { point, before, after, durationMs, reason, lowest, highest } = outage;
  return {
    ...{ point, reason: REASONS[reason], before: before.value, after: after.value },
    ...(durationMs !== undefined && { lasted: formatDuration(durationMs) }),
    ...(lowest !== undefined && { lowest }),
    ...(highest !== undefined && { highest }),
  };
}
