import type { Point, Value } from '../../telemetry/point.ts';
import { quoteString } from './escape.ts';
import { numberText } from './number-text.ts';
import type { FieldType } from './options.ts';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Why a value has no form in its field. */
export class FieldRefusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Of a point whose type nobody chose: by what it is, so that it stays the same while the point does. */
export function defaultType(value: Value, isState: boolean): FieldType {
  if (typeof value === 'number') return isState ? 'int' : 'float';
  if (typeof value === 'bigint') return 'int';
  return typeof value === 'string' ? 'string' : 'bool';
}

/** A value as it stands behind `key=`. What would become another value is refused, never bent. */
export function fieldValue(type: FieldType, point: Point, value: Value): string | FieldRefusal {
  switch (type) {
    case 'float':
      return floatValue(value);
    case 'int':
      return intValue(value);
    case 'bool':
      return boolValue(value);
    case 'string':
      return quoteString(textOf(point, value));
  }
}

function floatValue(value: Value): string | FieldRefusal {
  if (typeof value === 'string') return new FieldRefusal('a text does not fit into a float field');
  const number = Number(value);
  if (Number.isFinite(number)) return numberText(number);
  return new FieldRefusal(`${number} has no form in the line protocol`);
}

function intValue(value: Value): string | FieldRefusal {
  if (typeof value === 'string') return new FieldRefusal('a text does not fit into an int field');
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return new FieldRefusal(`${value} is no whole number, and the field is an int`);
  }
  const whole = BigInt(value);
  if (whole >= INT64_MIN && whole <= INT64_MAX) return `${whole}i`;
  return new FieldRefusal(`${whole} does not fit into a signed integer of 64 bits`);
}

function boolValue(value: Value): string | FieldRefusal {
  if (typeof value === 'boolean') return String(value);
  if (value === 0 || value === 1) return String(value === 1);
  return new FieldRefusal(`${value} is neither 0 nor 1, and the field is a bool`);
}

/** Of a state its name, where it has one. */
function textOf(point: Point, value: Value): string {
  return (typeof value === 'number' ? point.enum?.get(value) : undefined) ?? String(value);
}
