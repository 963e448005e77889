import type { DbcSignal } from '../can/dbc.ts';
import { isFloatType, isNumberType } from '../codec/value/value-type.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import { fractionOf } from '../profile/scaling.ts';

/** What a point makes of the number of a signal, or of its exact whole where it has one. */
export type ValueMaker = (value: number, whole: bigint | undefined) => Value;

/**
 * Chooses once how the value of a signal becomes that of its point: a comparison, a flag, or a number,
 * which is rounded to what the registers of the point can hold where those are coarser than the signal.
 */
export function valueMaker(
  { type, scale }: Pick<RegisterPoint, 'type' | 'scale'>,
  { factor, offset }: Pick<DbcSignal, 'factor' | 'offset'>,
  equals: number | undefined,
): ValueMaker {
  if (equals !== undefined) {
    if (type === 'bool') return (value) => value === equals;
    return (value) => (value === equals ? 1 : 0);
  }
  if (type === 'bool') return (value) => value !== 0;
  const { multiply, divide } = scale;
  const isSame = multiply / divide === factor && scale.offset === offset;
  if (isSame || !isNumberType(type) || isFloatType(type)) return (value, whole) => whole ?? value;
  const { multiply: by, add, divide: through } = fractionOf(scale);
  return (value, whole) => {
    if (whole !== undefined) return whole;
    const raw = Math.round((value * through - add) / by);
    return (raw * by + add) / through;
  };
}
