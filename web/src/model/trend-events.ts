import type {
  AlarmEventJson,
  AlarmJson,
  AuditJson,
  OutageJson,
} from '../../../src/api/contract.ts';
import { priorityOf } from './alarms.ts';
import { getJson } from './api.ts';
import type { Priority } from './attention.ts';
import { offers } from './site.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';

/** Something that happened while a trend was drawn. */
export interface TrendEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: 'alarm' | 'returned' | 'write' | 'outage';
  /** Of an alarm. */
  readonly priority?: Priority;
  readonly words: string;
}

/** A limit of an alarm, to be drawn beside the values that it is about. */
export interface Limit {
  readonly point: string;
  readonly value: number;
  readonly kind: 'hihi' | 'hi' | 'lo' | 'lolo';
}

/** More than these of each kind nobody looks at in one trend. */
const MAX_EVENTS = 200;

/** What happened to some points, oldest first; what cannot be asked for is left out. */
export async function askEvents(
  points: readonly string[],
  from: number,
  to: number,
  cancel?: AbortSignal,
): Promise<readonly TrendEvent[]> {
  const iso = (millis: number): string => new Date(millis).toISOString();
  const range = { limit: String(MAX_EVENTS), from: iso(from) };
  const [alarms, writes, outages] = await Promise.all([
    ask<AlarmEventJson>('alarms', `alarms/journal?${words({ ...range, to: iso(to) })}`, cancel),
    ask<AuditJson>('writes', `audit?${words({ ...range, until: iso(to) })}`, cancel),
    ask<OutageJson>('outages', `outages?${words({ since: iso(from) })}`, cancel),
  ]);
  const wanted = new Set(points);
  return [
    ...alarms.flatMap((event) => alarmEvent(event, wanted)),
    ...writes.flatMap((record) => writeEvent(record, wanted)),
    ...outages.flatMap((outage) => outageEvent(outage, wanted)),
  ]
    .filter(({ at }) => at >= from && at < to)
    .sort((a, b) => a.at - b.at);
}

/** The limits of alarms of some points. */
export async function askLimits(
  points: readonly string[],
  cancel?: AbortSignal,
): Promise<readonly Limit[]> {
  const all = await ask<AlarmJson>('alarms', 'alarms', cancel);
  return limitsOf(all, points);
}

/** Exported for its test. A distance from a median is no limit that a line could be drawn at. */
export function limitsOf(
  alarms: readonly AlarmJson[],
  points: readonly string[],
): readonly Limit[] {
  return alarms.flatMap(({ device, point, kind, limit }) => {
    const id = `${device ?? ''}.${point ?? ''}`;
    if (limit === undefined || !points.includes(id) || !isLimit(kind)) return [];
    return [{ point: id, value: limit, kind }];
  });
}

function isLimit(kind: AlarmJson['kind']): kind is Limit['kind'] {
  return kind === 'hihi' || kind === 'hi' || kind === 'lo' || kind === 'lolo';
}

async function ask<Item>(
  offer: 'alarms' | 'writes' | 'outages',
  path: string,
  cancel: AbortSignal | undefined,
): Promise<readonly Item[]> {
  if (!offers.peek().includes(offer)) return [];
  const answer = await getJson<readonly Item[]>(path, cancel);
  return answer.ok ? answer.body : [];
}

function words(query: Readonly<Record<string, string>>): string {
  return new URLSearchParams(query).toString();
}

/** Exported for its test, like those below. Of the device as a whole it is an event of each of its points. */
export function alarmEvent(
  event: AlarmEventJson,
  wanted: ReadonlySet<string>,
): readonly TrendEvent[] {
  const { type, time, device = '', point, text } = event;
  const isOfThese =
    point === undefined
      ? [...wanted].some((id) => device !== '' && id.startsWith(`${device}.`))
      : wanted.has(`${device}.${point}`);
  if (!isOfThese || (type !== 'raised' && type !== 'cleared')) return [];
  return [
    {
      at: Date.parse(time),
      kind: type === 'raised' ? 'alarm' : 'returned',
      priority: priorityOf(event),
      words: `${text}: ${t(`alarms.${type}`)}`,
    },
  ];
}

export function writeEvent(record: AuditJson, wanted: ReadonlySet<string>): readonly TrendEvent[] {
  const { kind, time, point, who, old, value, outcome } = record as AuditJson &
    Readonly<Record<'point' | 'who' | 'old' | 'value' | 'outcome', unknown>>;
  if (kind !== 'result' || typeof point !== 'string' || !wanted.has(point)) return [];
  const change = [old, value].filter((one) => one !== undefined && one !== null).map(String);
  const name =
    typeof who === 'object' && who !== null && 'name' in who ? String(who.name) : wordOf(who);
  return [
    {
      ...{ at: Date.parse(time), kind: 'write' },
      words: [point, change.join(' → '), name, outcomeWords(outcome)].filter(Boolean).join(' · '),
    },
  ];
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function outcomeWords(outcome: unknown): string {
  return outcome === 'confirmed' ? '' : wordOf(outcome);
}

export function outageEvent(
  outage: OutageJson,
  wanted: ReadonlySet<string>,
): readonly TrendEvent[] {
  const { device, point, reason, before, seconds } = outage;
  if (!wanted.has(`${device}.${point}`)) return [];
  const lasted = seconds === null ? t('outages.unknown') : durationText(seconds * 1000);
  return [
    { at: Date.parse(before.time), kind: 'outage', words: `${t(`outages.${reason}`)} · ${lasted}` },
  ];
}

/** Events so near to each other that they share a flag. */
export interface Flag {
  /** Where along the range, 0 to 1. */
  readonly place: number;
  readonly events: readonly TrendEvent[];
}

/** Flags no nearer to each other than `gap`, a share of the range; each stands where its first event does. */
export function flagsOf(
  events: readonly TrendEvent[],
  from: number,
  to: number,
  gap: number,
): readonly Flag[] {
  const flags: { place: number; events: TrendEvent[] }[] = [];
  for (const event of events) {
    const place = (event.at - from) / Math.max(1, to - from);
    if (place < 0 || place > 1) continue;
    const last = flags.at(-1);
    if (last !== undefined && place - last.place < gap) last.events.push(event);
    else flags.push({ place, events: [event] });
  }
  return flags;
}
