import type { AddressRange } from '../codec/pdu/address-range.ts';
import { InvalidRequestError } from '../base/errors.ts';

/** Sorts ranges by address and joins those that touch or overlap. */
export function joinRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const joined: { start: number; count: number }[] = [];
  for (const range of ranges.map(checkedRange).sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || range.start > last.start + last.count) joined.push({ ...range });
    else last.count = Math.max(last.count, range.start + range.count - last.start);
  }
  return joined;
}

/** Index of the range in which all of `start`, `count` lies, or -1. The ranges are joined ones. */
export function indexOfRange(
  ranges: readonly AddressRange[],
  start: number,
  count: number,
): number {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return -1;
    if (start < range.start) high = middle - 1;
    else if (start >= range.start + range.count) low = middle + 1;
    else return start + count <= range.start + range.count ? middle : -1;
  }
  return -1;
}

/** Unlike a range of one request, a range of a table may hold all 65536 addresses. */
function checkedRange({ start, count }: AddressRange): AddressRange {
  const fits = Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 1;
  if (!fits || start + count > 0x10000) {
    throw new InvalidRequestError(`${count} from ${start} is no range within 0..65535`);
  }
  return { start, count };
}
