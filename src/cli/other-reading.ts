import { ModbusExceptionError } from '../base/errors.ts';
import type { Reading } from '../engine/read-once.ts';
import { modiconNumber } from '../profile/address.ts';
import { formatAddress } from '../profile/format.ts';
import type { RegisterPoint } from '../profile/point.ts';

/** First holding register where people count from 40001. */
const FIRST_MODICON = 40_001;
const LAST_MODICON = 49_999;

/**
 * The point that was meant by somebody whose manual calls the first holding register 40001; undefined where the
 * address is none of those numbers.
 */
export function otherReading(point: RegisterPoint): RegisterPoint | undefined {
  const { table, address, bit } = point;
  if (table !== 'holding' || address < FIRST_MODICON || address > LAST_MODICON) return undefined;
  const place = { table, address: address - FIRST_MODICON, ...(bit !== undefined && { bit }) };
  return { ...point, ...place, name: formatAddress(place) };
}

/** What is worth a second question: points that the device does not have, read the other way. */
export function otherReadings(readings: readonly Reading[]): readonly RegisterPoint[] {
  return readings.flatMap(({ point, error }) => {
    const isMissing = error instanceof ModbusExceptionError && error.exception === 2;
    const other = isMissing ? otherReading(point) : undefined;
    return other === undefined ? [] : [other];
  });
}

/** In words, with the way to write it that leaves no doubt. */
export function otherReadingHint(point: RegisterPoint): string | undefined {
  const other = otherReading(point);
  if (other === undefined) return undefined;
  const number = modiconNumber('holding', other.address);
  return `Many manuals count from 40001: that is ${other.name} (write ${number}).`;
}
