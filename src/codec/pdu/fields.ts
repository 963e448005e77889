import { InvalidRequestError } from '../../base/errors.ts';

/** Refuses what no Modbus address can be: anything but a whole number from 0 to 65535. */
export function checkedAddress(address: number): number {
  if (!isWord(address)) throw new InvalidRequestError(`address is ${address}, expected 0..65535`);
  return address;
}

/** Refuses what no register can hold. A wrong value must fail here: encoding would wrap it round. */
export function checkedRegister(value: number): number {
  if (!isWord(value)) {
    throw new InvalidRequestError(`register value is ${value}, expected 0..65535`);
  }
  return value;
}

/** Refuses the whole list for one wrong register; gives the list back. */
export function checkedRegisters<Values extends ArrayLike<number>>(values: Values): Values {
  for (let index = 0; index < values.length; index += 1) checkedRegister(values[index] ?? NaN);
  return values;
}

/** The byte count of a write must be what its count asks for, else the answer is exception 3. */
export function checkByteCount(byteCount: number, expected: number): void {
  if (byteCount !== expected) {
    throw new InvalidRequestError(`byte count is ${byteCount}, expected ${expected}`);
  }
}

function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}
