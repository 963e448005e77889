/**
 * Factor and offset of a signal as whole numbers, where they have such a form: 16029 x 0.1 - 1600 is
 * 2.900000000000091, while (16029 - 16000) / 10 is 2.9.
 */
export interface DecimalScale {
  readonly multiply: number;
  readonly add: number;
  readonly divide: number;
}

const MAX_DECIMALS = 9;

export function decimalScale(factor: number, offset: number): DecimalScale {
  for (let divide = 1; divide <= 10 ** MAX_DECIMALS; divide *= 10) {
    const multiply = Math.round(factor * divide);
    const add = Math.round(offset * divide);
    const isExact = multiply / divide === factor && add / divide === offset;
    if (isExact && Number.isSafeInteger(multiply) && Number.isSafeInteger(add)) {
      return { multiply, add, divide };
    }
  }
  return { multiply: factor, add: offset, divide: 1 };
}

export function isPlain({ multiply, add, divide }: DecimalScale): boolean {
  return multiply === divide && add === 0;
}
