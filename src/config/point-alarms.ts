import type { ComputedPoint } from '../profile/computed.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { LIMIT_KINDS, type LimitKind, type PointAlarm } from '../profile/point-alarm.ts';
import type { AlarmConfig, AlarmTestConfig, ConditionConfig } from './alarm-config.ts';

/** A point that may have an alarm. */
export type AlarmPoint = RegisterPoint | ComputedPoint;

/** What of a point is an alarm, with its condition ready to be asked. */
export interface ReadyAlarm extends Omit<PointAlarm, 'when'> {
  readonly when?: ConditionConfig;
}

const WORDS: Readonly<Record<LimitKind, string>> = {
  hihi: 'very high',
  hi: 'high',
  lo: 'low',
  lolo: 'very low',
};

/** The alarms of one point, each with a name that does not depend on the others. */
export function pointAlarms(
  { name: device }: { readonly name: string },
  point: AlarmPoint,
  alarm: ReadyAlarm,
  all: readonly AlarmPoint[],
): readonly AlarmConfig[] {
  const id = `${device}.${point.name}`;
  const label = point.label ?? point.name;
  const tests = [
    ...limitTests(id, label, alarm),
    ...outlierTest(device, point, alarm, all),
    ...stateTests(id, label, point, alarm),
  ];
  const { when } = alarm;
  const isCondition = tests.length === 0 && when !== undefined;
  if (isCondition) tests.push({ key: 'when', text: label, test: { kind: 'when', holds: when } });
  const { priority = 'high', delayMs = 0, offDelayMs = 0 } = alarm;
  return tests.map(({ key, text, test, ...own }) => ({
    ...{ id: `${id}.${key}`, device, point: point.name },
    priority: own.priority ?? priority,
    text: alarm.text ?? text,
    ...(point.unit !== undefined && { unit: point.unit }),
    ...{ delayMs, offDelayMs, test },
    ...(when !== undefined && !isCondition && { when }),
  }));
}

interface Draft {
  readonly key: string;
  readonly text: string;
  readonly test: AlarmTestConfig;
  readonly priority?: AlarmConfig['priority'] | undefined;
}

function limitTests(point: string, label: string, alarm: ReadyAlarm): Draft[] {
  const { limits = {}, hysteresis = 0 } = alarm;
  return LIMIT_KINDS.flatMap((kind) => {
    const limit = limits[kind];
    if (typeof limit !== 'number') return [];
    const test = { kind, point, limit, hysteresis };
    return [{ key: kind, text: `${label} ${WORDS[kind]}`, test }];
  });
}

/** Compared is a point with those that the same `repeat` made. */
function outlierTest(
  device: string,
  point: AlarmPoint,
  { outlier, hysteresis = 0 }: ReadyAlarm,
  all: readonly AlarmPoint[],
): Draft[] {
  const pattern = patternOf(point);
  if (typeof outlier !== 'number' || pattern === undefined) return [];
  const among = all
    .filter((other) => patternOf(other) === pattern)
    .map(({ name }) => `${device}.${name}`);
  const test = { kind: 'outlier', point: `${device}.${point.name}`, among } as const;
  const text = `${point.label ?? point.name} differs from the others`;
  return [{ key: 'outlier', text, test: { ...test, limit: outlier, hysteresis } }];
}

function patternOf(point: AlarmPoint): string | undefined {
  return 'repeated' in point ? point.repeated.pattern : undefined;
}

function stateTests(id: string, label: string, point: AlarmPoint, alarm: ReadyAlarm): Draft[] {
  const names = 'enum' in point ? point.enum : undefined;
  return [...(alarm.states ?? [])].map(([value, priority]) => {
    const name = typeof value === 'number' ? (names?.get(value) ?? String(value)) : undefined;
    return {
      key: value === true ? 'on' : String(value),
      text: name === undefined ? label : `${label}: ${name}`,
      test: { kind: 'state', point: id, equals: [value] },
      priority,
    };
  });
}
