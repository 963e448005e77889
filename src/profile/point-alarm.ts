import { ALARM_PRIORITIES, type AlarmPriority } from '../base/alarm-priority.ts';
import { isNumberType, type ValueType } from '../codec/value/value-type.ts';
import { parseExpression } from '../expression/expression.ts';
import type { Scope } from '../expression/value.ts';
import { NO_PARAMS, type ParamValues } from './params.ts';
import { found, isObject, type SpecReader } from './spec-reader.ts';

export const LIMIT_KINDS = ['hihi', 'hi', 'lo', 'lolo'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** What of a point is an alarm, as far as somebody said it; a device may say more. */
export interface PointAlarm {
  /** In the unit of the point. `none`: no such limit, whatever was said before. */
  readonly limits?: Readonly<Partial<Record<LimitKind, number | 'none'>>>;
  /** How far a value may lie from the median of those that the same `repeat` made. */
  readonly outlier?: number | 'none';
  readonly hysteresis?: number;
  /** Values that are an alarm; where no priority stands beside one, that of the point holds. */
  readonly states?: ReadonlyMap<number | boolean, AlarmPriority | undefined>;
  /** Alone it is the alarm; beside limits or states these count only while it holds. */
  readonly when?: AlarmCondition;
  readonly delayMs?: number;
  readonly offDelayMs?: number;
  readonly priority?: AlarmPriority;
  readonly text?: string;
}

/** A condition over the points of the device, and the params that it may name. */
export interface AlarmCondition {
  readonly text: string;
  readonly params: ParamValues;
}

const WAYS = ['delay', 'offDelay', 'priority', 'text'] as const;

const ALARM_KEYS = {
  what: 'alarm',
  known: [...LIMIT_KINDS, 'hysteresis', 'outlier', 'when', ...WAYS],
  synonyms: {
    ...{ high: 'hi', low: 'lo', max: 'hi', min: 'lo', hh: 'hihi', ll: 'lolo', high_high: 'hihi' },
    ...{ low_low: 'lolo', deadband: 'hysteresis', on_delay: 'delay', off_delay: 'offDelay' },
    ...{ condition: 'when', severity: 'priority', level: 'priority', message: 'text' },
    ...{ label: 'text', deviation: 'outlier' },
  },
  later: ['ack', 'latch'],
};

const EXPECTED = 'limits such as { hi: 1200, delay: 10s }, or a priority';

/**
 * The `alarm` of a point, with those of its named values. `type` is undefined for a computed point, of which
 * nobody knows yet what it gives.
 */
export function readAlarm(spec: SpecReader, type: ValueType | undefined): PointAlarm | undefined {
  const states = readEnumAlarms(spec);
  const own = spec.has('alarm') ? readOwn(spec, type) : undefined;
  if (states.size === 0) return own;
  return { ...own, states: new Map([...(own?.states ?? []), ...states]) };
}

function readOwn(spec: SpecReader, type: ValueType | undefined): PointAlarm | undefined {
  const written = spec.raw('alarm');
  if (!isObject(written)) {
    const priority = readPriority(spec, 'alarm', EXPECTED);
    if (priority === undefined) return undefined;
    if (type !== undefined && type !== 'bool') {
      spec.error(
        'alarm',
        `a priority alone is for a yes or no, and the point is ${type}`,
        EXPECTED,
      );
      return undefined;
    }
    return { priority, states: new Map([[true, undefined]]) };
  }
  const alarm = spec.block('alarm', EXPECTED);
  alarm.checkKeys(ALARM_KEYS);
  const ways = readWays(alarm);
  const text = alarm.text('when');
  const when = text === undefined ? {} : { when: { text, params: spec.params } };
  if (type === 'bool') {
    for (const key of [...LIMIT_KINDS, 'hysteresis', 'outlier']) {
      if (alarm.has(key)) alarm.keyError(key, `${type} has no limits`, 'its alarm is to be true');
    }
    return { ...ways, ...when, states: new Map([[true, undefined]]) };
  }
  if (type !== undefined && !isNumberType(type)) {
    spec.keyError('alarm', `${type} has no limits`);
    return undefined;
  }
  return { ...readLimits(alarm), ...ways, ...when };
}

function readLimits(alarm: SpecReader): Pick<PointAlarm, 'limits' | 'hysteresis' | 'outlier'> {
  const limits: Partial<Record<LimitKind, number>> = {};
  for (const kind of LIMIT_KINDS) {
    const limit = alarm.number(kind);
    if (limit !== undefined) limits[kind] = limit;
  }
  const problem = limitsProblem(limits);
  if (problem !== undefined) alarm.error(problem.kind, problem.message);
  const [outlier, hysteresis] = [alarm.number('outlier'), alarm.number('hysteresis')];
  if (outlier !== undefined && outlier <= 0) {
    alarm.error('outlier', `outlier is ${outlier}, expected more than 0`);
  }
  if (hysteresis !== undefined && hysteresis < 0) {
    alarm.error('hysteresis', `hysteresis is ${hysteresis}, expected 0 or more`);
  }
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(outlier !== undefined && { outlier }),
    ...(hysteresis !== undefined && { hysteresis }),
  };
}

/** Which of the limits is on the wrong side of the one below it. */
export function limitsProblem(
  limits: NonNullable<PointAlarm['limits']>,
): { readonly kind: LimitKind; readonly message: string } | undefined {
  let above: { readonly kind: LimitKind; readonly limit: number } | undefined;
  for (const kind of LIMIT_KINDS) {
    const limit = limits[kind];
    if (typeof limit !== 'number') continue;
    if (above !== undefined && limit >= above.limit) {
      const message = `${kind} ${limit} is not below ${above.kind} ${above.limit}`;
      return { kind, message };
    }
    above = { kind, limit };
  }
  return undefined;
}

function readWays(
  alarm: SpecReader,
): Pick<PointAlarm, 'delayMs' | 'offDelayMs' | 'priority' | 'text'> {
  const [delayMs, offDelayMs] = [alarm.durationMs('delay'), alarm.durationMs('offDelay')];
  const priority = readPriority(alarm, 'priority', ALARM_PRIORITIES.join(', '));
  const text = alarm.text('text');
  return {
    ...(delayMs !== undefined && { delayMs }),
    ...(offDelayMs !== undefined && { offDelayMs }),
    ...(priority !== undefined && { priority }),
    ...(text !== undefined && { text }),
  };
}

/** `enum: { 3: { name: fault, alarm: high } }`. */
function readEnumAlarms(spec: SpecReader): ReadonlyMap<number, AlarmPriority | undefined> {
  const states = new Map<number, AlarmPriority | undefined>();
  const written = spec.raw('enum');
  if (!isObject(written)) return states;
  const entries = spec.block('enum', 'names by value');
  for (const key of entries.keys) {
    if (!isObject(entries.raw(key))) continue;
    const entry = entries.block(key, 'the name of a value');
    if (!entry.has('alarm')) continue;
    const priority = readPriority(entry, 'alarm', ALARM_PRIORITIES.join(', '));
    if (priority !== undefined) states.set(Number(key), priority);
  }
  return states;
}

/** The alarm of a bit that is a point of its own. */
export function readBitAlarm(bit: SpecReader): PointAlarm | undefined {
  return bit.has('alarm') ? readOwn(bit, 'bool') : undefined;
}

function readPriority(spec: SpecReader, key: string, expected: string): AlarmPriority | undefined {
  const written = spec.raw(key);
  const priority = ALARM_PRIORITIES.find((known) => known === written);
  if (written === undefined || priority !== undefined) return priority;
  spec.error(key, `${key} is ${found(written)}, expected ${expected}`);
  return undefined;
}

/** Notes what is wrong with the conditions of points, once all their names are known. */
export function checkConditions(
  specs: SpecReader,
  scope: Scope,
  params: ParamValues = NO_PARAMS,
): void {
  const names = new Map(scope);
  for (const name of params.keys()) names.set(`$${name}`, 'number');
  const check = (spec: SpecReader): void => {
    if (!isObject(spec.raw('alarm'))) return;
    const alarm = spec.block('alarm', EXPECTED);
    const text = alarm.raw('when');
    if (typeof text !== 'string') return;
    alarm.include('when', parseExpression(text, names, 'boolean').issues);
  };
  for (const spec of blocksOf(specs)) {
    check(spec);
    if (!isObject(spec.raw('bits'))) continue;
    for (const bit of blocksOf(spec.block('bits', 'names by bit'))) check(bit);
  }
}

function blocksOf(specs: SpecReader): readonly SpecReader[] {
  return specs.keys
    .filter((key) => isObject(specs.raw(key)))
    .map((key) => specs.block(key, 'an object'));
}
