import { InvalidRequestError } from '../../base/errors.ts';

/** Consecutive coils or registers of one table; `start` is zero-based, as on the wire. */
export interface AddressRange {
  readonly start: number;
  readonly count: number;
}

/** The only way to make a range: it lies within 0..65535 and has 1..max items. */
export function addressRange(start: number, count: number, max: number): AddressRange {
  if (!Number.isInteger(start) || start < 0 || start > 0xffff) {
    throw new InvalidRequestError(`address is ${start}, expected 0..65535`);
  }
  if (!Number.isInteger(count) || count < 1 || count > max) {
    throw new InvalidRequestError(`count is ${count}, expected 1..${max}`);
  }
  if (start + count > 0x10000) {
    throw new InvalidRequestError(`${count} from ${start} ends behind address 65535`);
  }
  return { start, count };
}
