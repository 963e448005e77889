import type { RegisterPoint } from './point.ts';
import type { NamelessPoint } from './point-spec.ts';
import type { SpecReader } from './spec-reader.ts';

/** What makes several points of one. */
export interface Repeat {
  readonly count: number;
  /** Registers, or coils, from one to the next. */
  readonly step: number;
  /** Number of the first one, for its name. */
  readonly from: number;
  /** The point whose value says how many of them a device has. */
  readonly countFrom?: string;
}

const NAME = /^[a-z][a-z0-9_]*$/;
const REPEATED_NAME = /^[a-z][a-z0-9_]*\{n(?::0[1-9])?\}[a-z0-9_]*$/;
const PLACE_OF_NUMBER = /\{n(?::0([1-9]))?\}/g;

/** Notes what is wrong with the name of a point, which is a key of `specs` or the value under one. */
export function nameProblem(
  name: string,
  isRepeated: boolean,
): { readonly message: string; readonly hint?: string } | undefined {
  if (isRepeated) {
    if (REPEATED_NAME.test(name)) return undefined;
    const message = `point "${name}" is repeated, and its name has no place for the number`;
    return { message, hint: 'such as block_{n}_voltage' };
  }
  if (NAME.test(name)) return undefined;
  if (REPEATED_NAME.test(name)) {
    const message = `point "${name}" has a place for a number, but no repeat`;
    return { message, hint: 'add repeat: { count: 38 }' };
  }
  const plain = name
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[0-9_]+|_+$/g, '');
  const message = `point name "${name}": small letters, digits and _ after a first letter`;
  return plain === '' ? { message } : { message, hint: `such as ${plain}` };
}

export function readRepeat(
  spec: SpecReader,
  { address, count: width }: NamelessPoint,
): Repeat | undefined {
  const repeat = spec.object('repeat', 'a count, such as { count: 38 }');
  if (repeat === undefined) return undefined;
  repeat.checkKeys({
    what: 'repeat',
    known: ['count', 'countFrom', 'step', 'from'],
    synonyms: {
      start: 'from',
      first: 'from',
      stride: 'step',
      times: 'count',
      count_from: 'countFrom',
    },
    later: [],
  });
  const count = repeat.whole('count', 1, 0x1_0000);
  const step = repeat.whole('step', 1, 0xffff) ?? width;
  const from = repeat.whole('from', 0, 0xffff) ?? 1;
  const countFrom = repeat.text('countFrom');
  if (count === undefined) {
    if (!repeat.has('count')) repeat.objectError('"count" is missing: how many points?');
    return undefined;
  }
  if (address + (count - 1) * step + width > 0x1_0000) {
    repeat.error('count', `${count} points from ${address} end behind address 65535`);
    return undefined;
  }
  return { count, step, from, ...(countFrom !== undefined && { countFrom }) };
}

/** A point with its name; with a `repeat`, each of its points. */
export function nameAll(
  name: string,
  point: NamelessPoint,
  repeat: Repeat | undefined,
): readonly RegisterPoint[] {
  if (repeat === undefined || !REPEATED_NAME.test(name)) return [{ name, ...point }];
  const { count, step, from, countFrom } = repeat;
  return Array.from({ length: count }, (_, index) => {
    const { label, can } = point;
    return {
      ...point,
      name: numbered(name, from + index),
      address: point.address + index * step,
      ...(label !== undefined && { label: numbered(label, from + index) }),
      ...(can !== undefined && { can: numbered(can, from + index) }),
      repeated: {
        pattern: name,
        ordinal: index + 1,
        ...(countFrom !== undefined && { countFrom }),
      },
    };
  });
}

/** A text with the number in its place: `block_{n}`, or `block_{n:02}` with two digits. */
export function numbered(text: string, number: number): string {
  return text.replaceAll(PLACE_OF_NUMBER, (_, digits: string | undefined) =>
    String(number).padStart(Number(digits ?? 0), '0'),
  );
}
