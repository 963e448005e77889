import { InvalidRequestError } from '../../base/errors.ts';
import { BAD_TIME } from './no-value.ts';
import type { ValueCodec } from './value-codec.ts';
import type { ByteOrder } from './value-type.ts';
import { readU16, writeU16 } from './word-order.ts';

/**
 * Year, month, day, hour, minute and second in six registers, as `2021-06-15 14:47:41`. It is the
 * device's own local time; which zone that is the registers do not say. The year has four digits:
 * what century a 21 means would be a guess.
 */
export function clockCodec(order: ByteOrder): ValueCodec<string> {
  const [read, write] = [readU16(order), writeU16(order)];
  return {
    decode(view, offset) {
      const at = (index: number): number => read(view, offset + index * 2);
      const fields = [at(0), at(1), at(2), at(3), at(4), at(5)] as const;
      return isTime(fields) ? formatTime(fields) : BAD_TIME;
    },
    encode(view, offset, value) {
      parseTime(value).forEach((field, index) => write(view, offset + index * 2, field));
    },
  };
}

type TimeFields = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

function isTime([year, month, day, hour, minute, second]: TimeFields): boolean {
  if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  // A leap second is 60.
  return day <= lastDay && hour <= 23 && minute <= 59 && second <= 60;
}

function formatTime([year, month, day, hour, minute, second]: TimeFields): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

function parseTime(text: string): TimeFields {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)$/.exec(text.trim());
  const [year, month, day, hour, minute, second] = (match ?? []).slice(1).map(Number);
  const fields = [year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0] as const;
  if (isTime(fields)) return fields;
  throw new InvalidRequestError(`"${text}" is no time such as 2021-06-15 14:47:41`);
}
