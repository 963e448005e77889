import type { Journal, JournalRecord } from '../journal/journal.ts';
import { siteEventOf } from '../telemetry/event.ts';
import {
  outageKey,
  OUTAGE_TOPICS,
  plainValue,
  type Outage,
  type OutageMark,
  type OutageReturn,
  type OutageRules,
  type Reading,
} from './outage.ts';
import type { FormerRun } from './outage-watch.ts';

/** What the journal tells of outages before this start. */
export interface FormerOutages extends FormerRun {
  /** Whole reports, oldest first. */
  readonly reports: readonly Outage[];
  /** Outages that had ended when the run did, and whose reports were not written. */
  readonly unreported: readonly Outage[];
}

/** How far back the journal is searched, in records, and what one step of that reads. */
const MAX_RECORDS = 20_000;
const STEP = 1_000;

/** Reads the end of the journal: as much as it takes to know every point, and what settled last. */
export async function readFormerRun(
  journal: Pick<Journal, 'first' | 'durable' | 'read'>,
  points: ReadonlySet<string>,
  rules: OutageRules,
): Promise<FormerOutages> {
  const oldest = Math.max(journal.first, journal.durable - MAX_RECORDS);
  const steps: (readonly Fact[])[] = [];
  const unknown = new Set(points);
  let newestAt: number | undefined;
  for (let until = journal.durable; until > oldest; until -= STEP) {
    const facts = await readFacts(journal, Math.max(oldest, until - STEP), until, points);
    steps.unshift(facts);
    for (const { readings = {} } of facts)
      for (const id of Object.keys(readings)) unknown.delete(id);
    newestAt ??= facts.at(-1)?.at;
    const looksBackMs = ((newestAt ?? 0) - (facts[0]?.at ?? Infinity)) / 1000;
    if (unknown.size === 0 && looksBackMs > rules.settleMs) break;
  }
  return formerRun(steps.flat(), rules);
}

/** One record, as far as it says something here. */
interface Fact {
  readonly at: number;
  readonly readings?: Readonly<Record<string, Reading>>;
  readonly returned?: OutageReturn;
  readonly report?: Outage;
}

async function readFacts(
  journal: Pick<Journal, 'read'>,
  from: number,
  until: number,
  points: ReadonlySet<string>,
): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (let next = from; next < until;) {
    const result = await journal.read(next, { until, samples: STEP });
    for (const record of result.records) facts.push(factOf(record, points));
    if (result.next <= next) break;
    next = result.next;
  }
  return facts;
}

function factOf(record: JournalRecord, points: ReadonlySet<string>): Fact {
  if (record.kind === 'event') {
    const { at, data, topic } = record;
    if (topic === OUTAGE_TOPICS.mark)
      return { at, readings: wanted((data as OutageMark).points, points) };
    if (topic === OUTAGE_TOPICS.returned) return { at, returned: data as OutageReturn };
    if (topic !== OUTAGE_TOPICS.report) return { at };
    const report = siteEventOf(record)?.data as Outage | undefined;
    return { at, ...(report !== undefined && { report }) };
  }
  const readings: Record<string, Reading> = {};
  let at = 0;
  for (const sample of record.samples) {
    at = Math.max(at, sample.at);
    const { point, value, quality } = sample;
    if (quality !== 'good' || value === undefined || !points.has(point.id)) continue;
    readings[point.id] = { value: plainValue(value), at: sample.at };
  }
  return { at, readings };
}

function wanted(
  readings: OutageMark['points'],
  points: ReadonlySet<string>,
): Readonly<Record<string, Reading>> {
  return Object.fromEntries(Object.entries(readings).filter(([id]) => points.has(id)));
}

/** Later records are of later moments, whatever the calendar said in them. */
function formerRun(facts: readonly Fact[], { settleMs }: OutageRules): FormerOutages {
  const lastGood = new Map<string, Reading>();
  const pending = new Map<string, Outage>();
  const reports = new Map<string, Outage>();
  for (const { readings = {}, returned, report } of facts) {
    for (const [id, reading] of Object.entries(readings)) {
      lastGood.set(id, reading);
      const outage = pending.get(id);
      if (outage !== undefined) pending.set(id, settled(outage, reading, settleMs));
    }
    if (returned !== undefined) {
      pending.delete(returned.point);
      if (returned.outage !== undefined) pending.set(returned.point, returned.outage);
    }
    if (report !== undefined) {
      pending.delete(report.point);
      reports.set(outageKey(report), report);
    }
  }
  const aliveAt = facts.at(-1)?.at;
  return {
    ...{ lastGood, reports: [...reports.values()], unreported: [...pending.values()] },
    ...(aliveAt !== undefined && { aliveAt }),
  };
}

function settled(outage: Outage, { value, at }: Reading, settleMs: number): Outage {
  const settledMs = (at - outage.after.at) / 1000;
  if (settledMs < 0 || settledMs > settleMs) return outage;
  if (typeof value !== 'number') return { ...outage, settledMs };
  const { lowest = value, highest = value } = outage;
  return {
    ...{ ...outage, settledMs },
    ...{ lowest: Math.min(lowest, value), highest: Math.max(highest, value) },
  };
}
