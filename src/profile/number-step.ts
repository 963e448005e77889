import { lowByteFirst, wordOffsets } from '../codec/value/word-order.ts';
import type { RegisterPoint, ValueType } from './point.ts';
import { fractionOf, isUnscaled } from './scaling.ts';

/**
 * How a number of one or two registers comes out of an answer, laid down once. The types nearly all
 * registers have are decoded by one loop over such steps, which calls nothing that depends on the
 * point and makes no object: see `stepRaw`.
 */
export interface NumberStep {
  /** Place among the points of the read. */
  readonly index: number;
  readonly form: number;
  /** Byte offsets of the more and the less significant register; the same for one register. */
  readonly high: number;
  readonly low: number;
  readonly isLittle: boolean;
  /** Engineering value = (raw x multiply + add) / divide. */
  readonly isScaled: boolean;
  readonly multiply: number;
  readonly add: number;
  readonly divide: number;
  readonly min: number;
  readonly max: number;
  readonly invalid: ReadonlySet<number | bigint> | undefined;
}

const [U16, I16, U32, I32, F32] = [0, 1, 2, 3, 4];

const FORMS: Readonly<Partial<Record<ValueType, number>>> = {
  u16: U16,
  bits16: U16,
  i16: I16,
  u32: U32,
  bits32: U32,
  unix32: U32,
  i32: I32,
  f32: F32,
};

/** The step of a point whose answer begins at register `start`; undefined for the rarer types. */
export function numberStep(
  point: RegisterPoint,
  start: number,
  index: number,
): NumberStep | undefined {
  const form = FORMS[point.type];
  if (form === undefined) return undefined;
  const { type, order, scale, valid, invalid = [] } = point;
  const offset = (point.address - start) * 2;
  const at = type === 'u16' || type === 'i16' || type === 'bits16' ? ONE_WORD : wordOffsets(order);
  const [min, max] = valid ?? ANY_NUMBER;
  return {
    index,
    form,
    high: offset + at.high,
    low: offset + at.low,
    isLittle: lowByteFirst(order),
    isScaled: !isUnscaled(scale),
    ...fractionOf(scale),
    min,
    max,
    invalid: invalid.length === 0 ? undefined : new Set(invalid),
  };
}

/** A scale can carry the largest floats beyond what a number holds; that is no value either. */
export const ANY_NUMBER = [-Number.MAX_VALUE, Number.MAX_VALUE] as const;

const ONE_WORD = { high: 0, low: 0 };

// The bits of a float pass through here; nobody else sees it, and nothing stays in it.
const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** The raw number of a step, before sentinels and scale. It may be NaN or infinite. */
export function stepRaw({ form, high, low, isLittle }: NumberStep, view: DataView): number {
  const upper = view.getUint16(high, isLittle);
  if (form === U16) return upper;
  if (form === I16) return (upper << 16) >> 16;
  const bits = (upper << 16) | view.getUint16(low, isLittle);
  if (form === U32) return bits >>> 0;
  if (form === I32) return bits;
  BITS[0] = bits;
  return FLOAT[0] ?? NaN;
}
