import { isNumberType } from '../codec/value/value-type.ts';
import { formatAddress } from './format.ts';
import type { Access, RegisterPoint, ValueType } from './point.ts';

/** Why something cannot be said of a point, and what to do. */
export interface RuleProblem {
  readonly message: string;
  readonly hint?: string;
}

/** Bits and times are numbers, but a multiple of one means nothing. */
export function isScalable(type: ValueType): boolean {
  return isNumberType(type) && type !== 'bits16' && type !== 'bits32' && type !== 'unix32';
}

export function scaleProblem(type: ValueType): RuleProblem | undefined {
  return isScalable(type) ? undefined : { message: `${type} has no scale and no offset` };
}

export function unitProblem(type: ValueType): RuleProblem | undefined {
  if (isScalable(type) || type === 'unix32') return undefined;
  return { message: `${type} has no unit` };
}

/** Is the value only a part of its register, so that writing it needs the rest as well? */
export function sharesRegister({ type, bit }: Pick<RegisterPoint, 'type' | 'bit'>): boolean {
  return bit !== undefined || /^[ui]8[hl]$/.test(type);
}

export function accessProblem(
  access: Access,
  point: Pick<RegisterPoint, 'table' | 'address' | 'bit' | 'type'>,
  isMasked = false,
): RuleProblem | undefined {
  if (access === 'ro') return undefined;
  if (point.table === 'input' || point.table === 'discrete') {
    const what = point.table === 'input' ? 'input registers' : 'discrete inputs';
    return { message: `${what} cannot be written`, hint: `remove ${access}` };
  }
  if (isMasked || !sharesRegister(point)) return undefined;
  const register = formatAddress({ table: point.table, address: point.address });
  return {
    message: `${access} of a part of register ${register} would write the rest of it as well`,
    hint: 'where the device knows function 22: access: rw, write: { function: mask }',
  };
}
