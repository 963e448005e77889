import { parseExpression } from '../expression/expression.ts';
import type { Kind, Scope } from '../expression/value.ts';
import { registersOf, type ValueType } from '../codec/value/value-type.ts';
import type { Value } from './point.ts';
import { isScalable, sharesRegister } from './point-rules.ts';
import { found, isObject, type KeySet, type SpecReader } from './spec-reader.ts';
import {
  CONFIRMATIONS,
  type Interlock,
  type LeaseRule,
  type WearRule,
  type WriteFunction,
  type WriteRules,
} from './write-rules.ts';

/** What of a point its rules depend on. */
export interface RuledPoint {
  readonly type: ValueType;
  readonly size?: number;
  readonly bit?: number;
}

const WRITE_KEYS: KeySet = {
  what: 'write',
  known: [
    ...['min', 'max', 'step', 'maxChange', 'changeFrom', 'minInterval', 'maxAge', 'interlocks'],
    ...['wear', 'lease', 'function', 'settle', 'role', 'confirm'],
  ],
  synonyms: {
    maximum: 'max',
    minimum: 'min',
    max_change: 'maxChange',
    rate: 'maxChange',
    fc: 'function',
    min_interval: 'minInterval',
    min_write_interval: 'minInterval',
    max_age: 'maxAge',
    interlock: 'interlocks',
    conditions: 'interlocks',
    only_if: 'interlocks',
    wearout: 'wear',
    watchdog: 'lease',
    dead_man: 'lease',
    timeout: 'lease',
    delay: 'settle',
    pause: 'settle',
  },
  later: ['maxLength', 'verify', 'onlyIfChanged', 'readBack'],
};

const WEAR_KEYS: KeySet = {
  what: 'wear',
  known: ['cycles', 'perDay'],
  synonyms: { per_day: 'perDay', daily: 'perDay', total: 'cycles', life: 'cycles' },
  later: ['instead'],
};

const LEASE_KEYS: KeySet = {
  what: 'lease',
  known: ['safeValue', 'max'],
  synonyms: { safe_value: 'safeValue', safe: 'safeValue', value: 'safeValue', timeout: 'max' },
  later: [],
};

/** What a person said about writing a point, in a profile or for one device. */
export function readWriteRules(spec: SpecReader, point: RuledPoint): WriteRules {
  spec.checkKeys(WRITE_KEYS);
  const limits = readLimits(spec, point.type);
  const wanted = readFunction(spec, point);
  const changeFrom = spec.text('changeFrom');
  const interlocks = readInterlocks(spec);
  const wear = readWear(spec);
  const lease = readLease(spec);
  const role = spec.oneOf('role', ['operator', 'admin']);
  const confirm = spec.oneOf('confirm', CONFIRMATIONS);
  return {
    ...limits,
    ...readTimes(spec),
    ...(changeFrom !== undefined && { changeFrom }),
    ...(interlocks !== undefined && { interlocks }),
    ...(wear !== undefined && { wear }),
    ...(lease !== undefined && { lease }),
    ...(role !== undefined && { role }),
    ...(confirm !== undefined && { confirm }),
    ...(wanted !== undefined && { function: wanted }),
  };
}

const LIMITS = ['min', 'max', 'step', 'maxChange'] as const;

function readLimits(write: SpecReader, type: ValueType): WriteRules {
  const limits: Partial<Record<(typeof LIMITS)[number], number>> = {};
  for (const key of LIMITS) {
    const limit = write.number(key);
    if (limit === undefined) continue;
    if (!isScalable(type)) write.keyError(key, `${type} has no ${key}`);
    const isDistance = key === 'step' || key === 'maxChange';
    if (isDistance && limit <= 0) write.error(key, `${key} is ${limit}, expected more than 0`);
    limits[key] = limit;
  }
  const { min = -Infinity, max = Infinity } = limits;
  if (min > max) write.error('min', `min ${min} is above max ${max}`);
  return limits;
}

/** The longest pause before reading back: the line waits that long. */
const MAX_SETTLE_MS = 10_000;

function readTimes(spec: SpecReader): WriteRules {
  const minIntervalMs = spec.durationMs('minInterval');
  const maxAgeMs = spec.durationMs('maxAge');
  const settleMs = spec.durationMs('settle');
  if (settleMs !== undefined && settleMs > MAX_SETTLE_MS) {
    spec.error('settle', `settle is ${found(spec.raw('settle'))}, expected up to 10s`);
  }
  return {
    ...(minIntervalMs !== undefined && { minIntervalMs }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(settleMs !== undefined && { settleMs }),
  };
}

function readFunction(spec: SpecReader, point: RuledPoint): WriteFunction | undefined {
  const given = spec.oneOf<WriteFunction>('function', ['auto', 'single', 'multiple', 'mask']);
  const { type, size } = point;
  const width = registersOf(type, size);
  if (given === 'single' && width > 1) {
    spec.error('function', `${type} is ${width} registers wide, and "single" writes one`);
  }
  if (given === 'mask' && !sharesRegister(point)) {
    const hint = 'mask is for bits and bytes such as hr:5.3';
    spec.error('function', `${type} has its register for itself`, hint);
  }
  return given;
}

/** Which names there are is known to the site alone: what reads a profile takes any. */
const ANY_NAMES: Scope = new (class extends Map<string, Kind> {
  override get(): Kind {
    return 'unknown';
  }

  override has(): boolean {
    return true;
  }
})();

const INTERLOCKS = 'conditions such as ["status == 1"]';

function readInterlocks(spec: SpecReader): readonly Interlock[] | undefined {
  return spec.list('interlocks', INTERLOCKS)?.flatMap((entry, index) => {
    const object = isObject(entry) ? spec.entry('interlocks', index, entry, INTERLOCKS) : undefined;
    object?.checkKeys({ what: 'an interlock', known: ['if', 'message'], synonyms: {}, later: [] });
    const text = object === undefined ? entry : object.text('if');
    const message = object?.text('message');
    if (typeof text !== 'string') {
      spec.error(['interlocks', index], `${found(entry)}, expected a condition`, INTERLOCKS);
      return [];
    }
    const { expression, issues } = parseExpression(text, ANY_NAMES, 'boolean');
    const path = object === undefined ? [index] : [index, 'if'];
    spec.include(
      'interlocks',
      issues.map((issue) => ({ ...issue, path })),
    );
    if (expression === undefined) return [];
    return [{ condition: expression, ...(message !== undefined && { message }) }];
  });
}

function readWear(spec: SpecReader): WearRule | undefined {
  const wear = spec.object('wear', 'such as { cycles: 100000, perDay: 24 }');
  if (wear === undefined) return undefined;
  wear.checkKeys(WEAR_KEYS);
  const cycles = wear.whole('cycles', 1, 1_000_000_000);
  const perDay = wear.whole('perDay', 1, 1_000_000);
  if (!wear.has('cycles')) {
    wear.objectError('"cycles" is missing: how often may it be written in its life?');
  }
  if (cycles === undefined) return undefined;
  return { cycles, ...(perDay !== undefined && { perDay }) };
}

function readLease(spec: SpecReader): LeaseRule | undefined {
  const lease = spec.object('lease', 'such as { safeValue: 0, max: 30s }');
  if (lease === undefined) return undefined;
  lease.checkKeys(LEASE_KEYS);
  const safeValue = lease.raw('safeValue');
  const maxMs = lease.durationMs('max');
  if (!isValue(safeValue)) {
    lease.objectError('"safeValue" is missing: what is written when nobody renews?');
  }
  if (!lease.has('max')) lease.objectError('"max" is missing: how long does a value hold?');
  if (maxMs !== undefined && maxMs < 1_000) lease.error('max', 'max is less than 1s');
  return isValue(safeValue) && maxMs !== undefined ? { safeValue, maxMs } : undefined;
}

function isValue(value: unknown): value is Value {
  return ['number', 'string', 'boolean', 'bigint'].includes(typeof value);
}
