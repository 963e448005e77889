import { packNumbers, unpackNumbers } from './number-column.ts';
import { DamagedDataError, Packer, Unpacker } from './packing.ts';
import { emptyRun, type Cell, type SampleRun } from './sample-run.ts';

/**
 * Samples of one point, in order, as bytes: how many; their times, as what each step differs from the
 * usual one; which of them are numbers, texts or not known, as runs; the numbers; the texts.
 */
const MILLISECONDS = 1;
const MICROSECONDS = 0;

const NUMBER = 0;
const UNKNOWN = 1;
const TEXT = 2;

/** Steps looked at to find the usual one. */
const PROBES = 31;

/** `base` is a time near the samples, in microseconds; the reader must know it too. */
export function packChunk(run: SampleRun, base: number): Uint8Array {
  const out = new Packer(64 + run.at.length * 6);
  out.varint(run.at.length);
  packTimes(out, run.at, base);
  packKinds(out, run.cells);
  packNumbers(out, run.cells.filter(isNumber));
  packTexts(
    out,
    run.cells.filter((cell) => typeof cell === 'string'),
  );
  return out.take();
}

export function unpackChunk(bytes: Uint8Array, base: number): SampleRun {
  const input = new Unpacker(bytes);
  const count = input.varint();
  // Each time takes a byte at least: a damaged count must not ask for the whole memory.
  if (count > input.remaining) throw new DamagedDataError(`${count} samples in too few bytes`);
  const at = unpackTimes(input, count, base);
  const kinds = unpackKinds(input, count);
  const { numbers, texts } = countKinds(kinds);
  const values = unpackNumbers(input, numbers);
  if (numbers === count) return { at, cells: values };
  const words = unpackTexts(input, texts);
  let number = 0;
  let word = 0;
  const run = emptyRun();
  for (const [index, kind] of kinds.entries()) {
    run.at.push(at[index] ?? 0);
    if (kind === NUMBER) run.cells.push(values[number++] ?? NaN);
    else run.cells.push(kind === TEXT ? (words[word++] ?? '') : NaN);
  }
  return run;
}

function isNumber(cell: Cell): cell is number {
  return typeof cell === 'number' && !Number.isNaN(cell);
}

function kindOf(cell: Cell): number {
  if (typeof cell === 'string') return TEXT;
  return Number.isNaN(cell) ? UNKNOWN : NUMBER;
}

function packTimes(out: Packer, at: readonly number[], base: number): void {
  const unit = at.every((time) => (time - base) % 1000 === 0) ? 1000 : 1;
  const step = usualStep(at) / unit;
  const usual = Math.round(step);
  out.u8(unit === 1000 ? MILLISECONDS : MICROSECONDS).varint(usual);
  let before = base - usual * unit;
  for (const time of at) {
    out.signed((time - before) / unit - usual);
    before = time;
  }
}

function unpackTimes(input: Unpacker, count: number, base: number): number[] {
  const unit = input.u8() === MILLISECONDS ? 1000 : 1;
  const usual = input.varint();
  const at: number[] = [];
  let time = base - usual * unit;
  for (let index = 0; index < count; index += 1) {
    time += (input.signed() + usual) * unit;
    at.push(time);
  }
  return at;
}

/** The middle one of some steps. */
function usualStep(at: readonly number[]): number {
  const steps: number[] = [];
  const stride = Math.max(1, Math.floor((at.length - 1) / PROBES));
  for (let index = 1; index < at.length; index += stride) {
    steps.push((at[index] ?? 0) - (at[index - 1] ?? 0));
  }
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 0;
}

function packKinds(out: Packer, cells: readonly Cell[]): void {
  let start = 0;
  while (start < cells.length) {
    const kind = kindOf(cells[start] ?? NaN);
    let end = start + 1;
    while (end < cells.length && kindOf(cells[end] ?? NaN) === kind) end += 1;
    out.varint((end - start) * 4 + kind);
    start = end;
  }
}

function unpackKinds(input: Unpacker, count: number): Uint8Array {
  const kinds = new Uint8Array(count);
  let start = 0;
  while (start < count) {
    const head = input.varint();
    const end = start + Math.floor(head / 4);
    if (end > count || end === start) throw new DamagedDataError('a run of samples is too long');
    kinds.fill(head % 4, start, end);
    start = end;
  }
  return kinds;
}

function countKinds(kinds: Uint8Array): { numbers: number; texts: number } {
  let numbers = 0;
  let texts = 0;
  for (const kind of kinds) {
    if (kind === NUMBER) numbers += 1;
    else if (kind === TEXT) texts += 1;
  }
  return { numbers, texts };
}

/** Each different text once, then which one each is. */
export function packTexts(out: Packer, texts: readonly string[]): void {
  if (texts.length === 0) return;
  const places = new Map<string, number>();
  for (const text of texts) if (!places.has(text)) places.set(text, places.size);
  out.varint(places.size);
  for (const text of places.keys()) out.text(text);
  for (const text of texts) out.varint(places.get(text) ?? 0);
}

export function unpackTexts(input: Unpacker, count: number): string[] {
  if (count === 0) return [];
  const size = input.varint();
  if (size > count) throw new DamagedDataError('more different texts than texts');
  const words = Array.from({ length: size }, () => input.text());
  return Array.from({ length: count }, () => words[input.varint()] ?? '');
}
