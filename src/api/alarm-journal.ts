import type { LoggedEvent } from '../alarm/alarm-control.ts';
import { MAX_EVENTS } from '../alarm/alarm-log.ts';
import { localIso } from '../base/time-format.ts';
import { MOMENT_FORMS, parseMoment } from '../history/moment.ts';
import { alarmEventJson } from './alarm-json.ts';
import type { AlarmEventJson, AlarmRateJson } from './contract.ts';
import type { Problem } from './problem.ts';

/** What of the journal is asked for. */
export type JournalQuery = Readonly<
  Partial<
    Record<
      'limit' | 'alarm' | 'device' | 'priority' | 'text' | 'from' | 'to',
      string | readonly string[]
    >
  >
>;

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
/** What one person can answer in an hour, as the practice of alarm management has it (ISA-18.2). */
const MOST_PER_HOUR = 10;
const HOUR = 3_600_000_000;
const HOURS = 24;

/** The events that are asked for, the newest first, as `events` is; or what is wrong with the question. */
export function journalOf(
  events: readonly LoggedEvent[],
  query: JournalQuery,
  now: number,
): readonly AlarmEventJson[] | Problem {
  const limit = Number(wordOf(query.limit) ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return WRONG_LIMIT;
  const from = momentOf(query.from, now, -Infinity);
  const to = momentOf(query.to, now, Infinity);
  if (from === undefined || to === undefined) return WRONG_TIME;
  const found: AlarmEventJson[] = [];
  for (const logged of events) {
    if (found.length >= limit) break;
    if (logged.event.at < from || logged.event.at >= to) continue;
    const json = alarmEventJson(logged);
    if (isAsked(json, query)) found.push(json);
  }
  return found;
}

/** How many were raised in each of the last hours; `events` has the newest first. */
export function alarmRate(events: readonly LoggedEvent[], now: number): AlarmRateJson {
  const hours = new Array<number>(HOURS).fill(0);
  for (const { event } of events) {
    const ago = Math.floor((now - event.at) / HOUR);
    if (event.type !== 'alarm.raised' || ago < 0 || ago >= HOURS) continue;
    hours[HOURS - 1 - ago] = (hours[HOURS - 1 - ago] ?? 0) + 1;
  }
  const oldest = events.at(-1)?.event.at ?? -Infinity;
  const isCut = events.length >= MAX_EVENTS && oldest > now - HOURS * HOUR;
  return { hours, until: localIso(now), most: MOST_PER_HOUR, ...(isCut && { atLeast: true }) };
}

function isAsked(event: AlarmEventJson, query: JournalQuery): boolean {
  for (const key of ['alarm', 'device', 'priority'] as const) {
    const wanted = wordOf(query[key]);
    if (wanted !== undefined && wanted !== '' && event[key] !== wanted) return false;
  }
  const words = (wordOf(query.text) ?? '').toLowerCase().split(/\s+/);
  const { alarm, text, by = '', comment = '' } = event;
  const said = [alarm, text, by, comment].join(' ').toLowerCase();
  return words.every((word) => said.includes(word));
}

function momentOf(value: JournalQuery['from'], now: number, fallback: number): number | undefined {
  const word = wordOf(value);
  return word === undefined || word === '' ? fallback : parseMoment(word, now);
}

/** A parameter that is given twice means the first. */
function wordOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

const WRONG_LIMIT: Problem = {
  ...{ status: 400, code: 'wrong-limit', detail: 'limit is no whole number from 1 to 1000' },
  fix: 'ask with ?limit=100, or without it',
};

const WRONG_TIME: Problem = {
  ...{ status: 400, code: 'wrong-question', detail: 'from or to is no time' },
  fix: `such as ${MOMENT_FORMS}`,
};
