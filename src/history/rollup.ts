import { BucketGrid, type Summary } from './bucket-grid.ts';
import { packTexts, unpackTexts } from './chunk.ts';
import { decimalDigits, packNumbers, roundTo, unpackNumbers } from './number-column.ts';
import { DamagedDataError, Packer, Unpacker } from './packing.ts';
import type { Cell, SampleRun } from './sample-run.ts';

/** Samples are kept in blocks of an hour, which begin with the hours of UTC. */
export const BLOCK = 3_600_000_000;

/** Lengths of the buckets that are kept ready beside the samples, in microseconds; each divides the next. */
export const LEVELS = [30_000_000, 300_000_000, BLOCK] as const;

export function blockOf(at: number): number {
  return Math.floor(at / BLOCK);
}

/** Levels that are worth keeping for a block of so many samples; the others are made from the samples. */
export function levelsFor(samples: number): number[] {
  return LEVELS.filter((level) => samples >= 2 * (BLOCK / level));
}

/** The buckets of one block at one level. The samples must be of that block and in order. */
export function rollUp(run: SampleRun, block: number, level: number): Summary[] {
  const grid = new BucketGrid(block * BLOCK, level, BLOCK / level);
  for (const [index, at] of run.at.entries()) grid.add(at, run.cells[index] ?? NaN);
  const summaries = grid.summaries();
  const numbers = run.cells.filter((cell) => typeof cell === 'number' && !Number.isNaN(cell));
  const digits = decimalDigits(numbers as number[]);
  if (digits === undefined) return summaries;
  // A sum of decimals is a decimal: without the dust of adding it up it is exact, and takes few bytes.
  return summaries.map((summary) => ({ ...summary, sum: roundTo(summary.sum, digits) }));
}

export function packRollup(
  summaries: readonly Summary[],
  block: number,
  level: number,
): Uint8Array {
  const out = new Packer();
  out.varint(summaries.length);
  let before = -1;
  for (const { at, count, bad, numbers, last } of summaries) {
    const index = Math.round((at - block * BLOCK) / level);
    out.varint(index - before - 1).varint(numbers);
    out.varint(count - numbers).varint(bad * 2 + (typeof last === 'string' ? 1 : 0));
    before = index;
  }
  const withNumbers = summaries.filter(({ numbers }) => numbers > 0);
  for (const column of ['min', 'max', 'sum'] as const) {
    packNumbers(
      out,
      withNumbers.map((summary) => summary[column]),
    );
  }
  const lasts = summaries.filter(({ count }) => count > 0).map(({ last }) => last);
  packNumbers(
    out,
    lasts.filter((last) => typeof last === 'number'),
  );
  packTexts(
    out,
    lasts.filter((last) => typeof last === 'string'),
  );
  packEnds(out, summaries);
  return out.take();
}

/** Places of buckets that ended with the value not known. At the end, where there are any: a former program stops before. */
function packEnds(out: Packer, summaries: readonly Summary[]): void {
  const places = [...summaries.keys()].filter((place) => summaries[place]?.endsBad);
  if (places.length === 0) return;
  out.varint(places.length);
  for (const place of places) out.varint(place);
}

function unpackEnds(input: Unpacker): ReadonlySet<number> {
  const ends = new Set<number>();
  if (input.remaining === 0) return ends;
  for (let left = input.varint(); left > 0; left -= 1) ends.add(input.varint());
  return ends;
}

/** The counts of buckets, as columns: a day of a chart has thousands of them. */
interface Counts {
  readonly at: number[];
  readonly numbers: number[];
  readonly count: number[];
  readonly bad: number[];
  readonly isText: boolean[];
}

export function unpackRollup(bytes: Uint8Array, block: number, level: number): Summary[] {
  const input = new Unpacker(bytes);
  const counts = unpackCounts(input, block, level);
  const min = unpackColumn(input, counts.numbers);
  const max = unpackColumn(input, counts.numbers);
  const sum = unpackColumn(input, counts.numbers);
  const last = unpackLast(input, counts);
  const ends = unpackEnds(input);
  return counts.at.map((at, index) => ({
    at,
    count: counts.count[index] ?? 0,
    bad: counts.bad[index] ?? 0,
    numbers: counts.numbers[index] ?? 0,
    min: min[index] ?? 0,
    max: max[index] ?? 0,
    sum: sum[index] ?? 0,
    last: last[index] ?? NaN,
    endsBad: ends.has(index),
  }));
}

/** A number for each bucket that has some; 0 for the others. */
function unpackColumn(input: Unpacker, numbers: readonly number[]): number[] {
  const values = unpackNumbers(input, numbers.filter((count) => count > 0).length);
  let next = 0;
  return numbers.map((count) => (count > 0 ? (values[next++] ?? 0) : 0));
}

function unpackLast(input: Unpacker, { count, isText }: Counts): Cell[] {
  const texts = isText.filter(Boolean).length;
  const values = unpackNumbers(input, count.filter((known) => known > 0).length - texts);
  const words = unpackTexts(input, texts);
  let number = 0;
  let word = 0;
  return count.map((known, index) => {
    if (isText[index] === true) return words[word++] ?? '';
    return known > 0 ? (values[number++] ?? NaN) : NaN;
  });
}

function unpackCounts(input: Unpacker, block: number, level: number): Counts {
  const size = input.varint();
  const most = BLOCK / level;
  if (size > most) throw new DamagedDataError('more buckets than a block has');
  const counts: Counts = { at: [], numbers: [], count: [], bad: [], isText: [] };
  let index = -1;
  for (let place = 0; place < size; place += 1) {
    index += input.varint() + 1;
    if (index >= most) throw new DamagedDataError('a bucket lies outside its block');
    const numbers = input.varint();
    counts.at.push(block * BLOCK + index * level);
    counts.numbers.push(numbers);
    counts.count.push(numbers + input.varint());
    const tail = input.varint();
    counts.bad.push(Math.floor(tail / 2));
    counts.isText.push(tail % 2 === 1);
  }
  return counts;
}
