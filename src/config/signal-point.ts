import type { DbcSignal } from '../can/dbc.ts';
import { kindOf } from '../profile/item.ts';
import { UNSCALED, type RegisterPoint, type ValueType } from '../profile/point.ts';
import { decimalsOf, isUnscaled, multiplyBy } from '../profile/scaling.ts';
import type { HostValue } from './heard-config.ts';

/** What a point is when nothing but its source says it: everything but its name. */
export type SourcedShape = Omit<RegisterPoint, 'name'>;

/**
 * The shape that a signal has in registers: the same whole number where it is one, so that no bit is
 * lost. The address is a place holder until somebody gives it one.
 */
export function shapeOfSignal(signal: DbcSignal): SourcedShape {
  const { form, factor, offset, unit, comment } = signal;
  if (isFlag(signal)) return flagShape(comment);
  const type = typeOfSignal(signal);
  const scale = { ...multiplyBy(factor), offset };
  const decimals = form === 'float' ? undefined : decimalsOf(scale);
  const values = isUnscaled(scale) ? signal.values : undefined;
  return {
    ...numberShape(type),
    ...(form !== 'float' && { scale }),
    kind: values === undefined ? 'gauge' : 'state',
    ...(unit !== undefined && { unit }),
    ...(decimals !== undefined && { decimals }),
    ...(values !== undefined && { enum: values }),
    ...(comment !== undefined && { doc: comment }),
  };
}

/** One bit that stands for itself. */
export function isFlag({ length, form, factor, offset, values }: DbcSignal): boolean {
  return length === 1 && form === 'unsigned' && factor === 1 && offset === 0 && !values;
}

export function flagShape(doc?: string): SourcedShape {
  return {
    ...{ table: 'coil', address: 0, type: 'bool', order: 'ABCD', count: 1, scale: UNSCALED },
    ...{ access: 'ro', kind: 'state', ...(doc !== undefined && { doc }) },
  };
}

export function constantShape(value: number): SourcedShape {
  const isSmall = Number.isInteger(value) && value >= 0 && value <= 0xffff;
  return { ...numberShape(isSmall ? 'u16' : 'f32'), ...(isSmall && { decimals: 0 }) };
}

export function hostShape(value: HostValue): SourcedShape {
  if (value !== 'cpu-temperature') return { ...numberShape('ymdhms'), quantity: 'time' };
  const scale = { multiply: 1, divide: 10, offset: 0 };
  return { ...numberShape('i16'), scale, unit: '°C', decimals: 1, quantity: 'temperature' };
}

const COUNTS: Partial<Record<ValueType, number>> = {
  ...{ u16: 1, i16: 1, u32: 2, i32: 2, u64: 4, i64: 4, f32: 2, f64: 4, ymdhms: 6 },
};

function numberShape(type: ValueType): SourcedShape {
  return {
    ...{ table: 'holding', address: 0, type, order: 'ABCD', count: COUNTS[type] ?? 1 },
    ...{ scale: UNSCALED, access: 'ro', kind: kindOf(type) },
  };
}

function typeOfSignal({ form, length }: DbcSignal): ValueType {
  if (form === 'float') return length === 32 ? 'f32' : 'f64';
  const width = length <= 16 ? 16 : length <= 32 ? 32 : 64;
  return `${form === 'signed' ? 'i' : 'u'}${width}`;
}
