import type { SiteEvent } from '../telemetry/event.ts';
import { jsonValue } from '../telemetry/sample-json.ts';
import type { AlarmEvent, AlarmEventType, StoredAlarm } from './alarm-status.ts';

/** The event as everybody is told it. Its times are microseconds since 1970. */
export function alarmSiteEvent(event: AlarmEvent): SiteEvent {
  const { type, at, rule, value, median, raisedAt, by, comment, until } = event;
  const { id, device, point, priority, text, unit, test } = rule;
  const limit = 'limit' in test ? test.limit : undefined;
  return {
    type: `alarm.${type}`,
    at,
    source: [device, point].filter((part) => part !== undefined).join('/'),
    subject: id,
    data: {
      ...{ alarm: id, priority, kind: test.kind, text },
      ...(value !== undefined && { value: jsonValue(value) }),
      ...(unit !== undefined && { unit }),
      ...(limit !== undefined && { limit }),
      ...(median !== undefined && { median }),
      ...(raisedAt !== undefined && { raisedAt }),
      ...(by !== undefined && { by }),
      ...(comment !== undefined && { comment }),
      ...(until !== undefined && { until }),
    },
  };
}

const PREFIX = 'alarm.';

/** What such an event has made of an alarm; undefined when the event speaks of something else. */
export function afterEvent(
  event: SiteEvent,
  stored: StoredAlarm | undefined,
): StoredAlarm | undefined {
  const { type, at, subject: id, data } = event;
  if (!type.startsWith(PREFIX) || id === undefined) return undefined;
  const before: StoredAlarm = stored ?? { id, isActive: false, isTold: false, isAcked: true };
  return STEPS[type.slice(PREFIX.length) as AlarmEventType](before, at, data);
}

type Step = (before: StoredAlarm, at: number, data: SiteEvent['data']) => StoredAlarm;

const STEPS: Readonly<Record<AlarmEventType, Step>> = {
  raised({ acked: _, ...rest }, at, data) {
    const occurrence = { raisedAt: at, ...measured(data) };
    const isAcked = data['priority'] === 'info';
    return { ...rest, isActive: true, isTold: true, isAcked, occurrence };
  },
  cleared(before, at) {
    const occurrence = before.occurrence && { ...before.occurrence, clearedAt: at };
    return { ...before, isActive: false, isTold: false, ...(occurrence && { occurrence }) };
  },
  acked(before, at, data) {
    const comment = textOf(data['comment']);
    const acked = { by: textOf(data['by']) ?? '', at, ...(comment !== undefined && { comment }) };
    return { ...before, isAcked: true, acked };
  },
  shelved(before, _, data) {
    const [by = '', reason = ''] = [textOf(data['by']), textOf(data['comment'])];
    return { ...before, shelf: { until: Number(data['until']), by, reason } };
  },
  unshelved({ shelf: _, ...rest }) {
    return rest;
  },
};

function measured({ value, median }: SiteEvent['data']): {
  value?: number | string | boolean;
  median?: number;
} {
  const isValue =
    typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  return { ...(isValue && { value }), ...(typeof median === 'number' && { median }) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
