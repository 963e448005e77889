import type {
  AlarmJson,
  DeviceJson,
  PausedJson,
  PointJson,
  SampleJson,
  SinkJson,
} from '../../../src/api/contract.ts';
import { t } from '../text/language.ts';
import { causeWords } from '../text/words.ts';

/** 1 urgent, 2 high, 3 low, 4 information: each has a shape and a number besides its colour. */
export type Priority = 1 | 2 | 3 | 4;

export interface Concern {
  readonly key: string;
  readonly priority: Priority;
  /** What it is about: an alarm by its id, a sink or a device by its name. */
  readonly kind: 'alarm' | 'sink' | 'device';
  readonly of: string;
  readonly what: string;
  readonly why: string;
  /** ISO 8601; absent when it was so from the start. */
  readonly since?: string;
}

export interface Known {
  readonly status: DeviceJson;
  readonly points: readonly { readonly point: PointJson; readonly sample: SampleJson }[];
}

/** An alarm that nobody has acknowledged. Its text says what it is about. */
export function alarmConcern(alarm: AlarmJson, priority: Priority): Concern {
  const { id, text, value, unit = '', raised, state } = alarm;
  const known = value === undefined || value === null ? '' : `${String(value)} ${unit}`.trim();
  // What is over stays here until somebody has seen it, and says that it is over.
  const isOver = state === 'returned-unacknowledged';
  return {
    ...{ key: `alarm ${id}`, priority, kind: 'alarm', of: id, what: text },
    why: isOver ? t(`alarm.${state}`) : known,
    ...(raised !== undefined && { since: raised }),
  };
}

/**
 * What needs somebody's attention: the more urgent first, then the newest. The points of a device
 * that does not answer are not listed one by one: they have one cause.
 */
export function concernsOf(known: readonly Known[]): readonly Concern[] {
  return known.flatMap(concernsOfDevice).sort(byPriority);
}

function concernsOfDevice({ status, points }: Known): Concern[] {
  if (status.paused !== undefined) return [pauseConcern(status, status.paused)];
  if (status.state === 'silent' || status.state === 'failing') return [deviceConcern(status)];
  return points
    .filter(({ sample }) => sample.quality !== 'good' && sample.cause !== 'not-read-yet')
    .map(({ point, sample }) => pointConcern(status, point, sample));
}

/** Somebody has paused it, and may have forgotten. */
function pauseConcern({ name, label }: DeviceJson, { who, why, time }: PausedJson): Concern {
  return {
    ...{ key: name, priority: 3, kind: 'device', of: name, since: time },
    what: t('attention.paused', { device: label ?? name }),
    why: t('device.pausedBy', { who, why }),
  };
}

function deviceConcern(status: DeviceJson): Concern {
  const { name, label, state, error, lastAnswer } = status;
  return {
    ...{ key: name, kind: 'device', of: name },
    priority: state === 'silent' ? 2 : 3,
    what: t(state === 'silent' ? 'attention.silent' : 'attention.failing', {
      device: label ?? name,
    }),
    why: error ?? '',
    ...(lastAnswer !== undefined && { since: lastAnswer }),
  };
}

function pointConcern(status: DeviceJson, point: PointJson, sample: SampleJson): Concern {
  const { label, name } = point;
  return {
    key: `${point.device}.${name}`,
    ...{ priority: 3, kind: 'device', of: point.device },
    what: t(sample.quality === 'bad' ? 'attention.bad' : 'attention.stale', {
      ...{ device: status.label ?? status.name, point: label ?? name },
    }),
    why: causeWords(sample.cause),
    since: sample.time,
  };
}

/**
 * Sinks that take nothing now. How much waits changes all the time and stands in their strip: what is listed here is
 * read aloud when it changes.
 */
export function sinkConcerns(sinks: readonly SinkJson[]): readonly Concern[] {
  return sinks.flatMap(({ name, state, error, lastSuccess }): readonly Concern[] => {
    if (state === 'good') return [];
    return [
      {
        ...{ key: `sink ${name}`, priority: 3, kind: 'sink', of: name },
        what: t(state === 'paused' ? 'attention.sinkPaused' : 'attention.sink', { sink: name }),
        why: error ?? '',
        ...(lastSuccess !== undefined && { since: lastSuccess }),
      },
    ];
  });
}

export function byPriority(a: Concern, b: Concern): number {
  return a.priority - b.priority || Date.parse(b.since ?? '') - Date.parse(a.since ?? '') || 0;
}
