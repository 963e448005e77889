import { LINE_DEFAULTS, parsePointLine } from './grammar.ts';
import type { SpecIssue } from './issue.ts';
import type { RegisterPoint } from './point.ts';
import { pointOfLine, readPoint, type NamelessPoint, type PointDefaults } from './point-spec.ts';
import { found, isObject, SpecReader, type Path } from './spec-reader.ts';

export interface ParsedPoints {
  /** The points without a mistake. */
  readonly points: readonly RegisterPoint[];
  readonly issues: readonly SpecIssue[];
}

const EXPECTED = 'points by name, such as { voltage: "hr:0 u16 /10 V" }';
const NAME = /^[a-z][a-z0-9_]*$/;
const REPEATED_NAME = /^[a-z][a-z0-9_]*\{n(?::0[1-9])?\}[a-z0-9_]*$/;
const PLACE_OF_NUMBER = /\{n(?::0([1-9]))?\}/g;

/** Points by name, in a profile or in a device: one line each, or the long form. */
export function parsePoints(input: unknown, defaults: PointDefaults = LINE_DEFAULTS): ParsedPoints {
  const issues: SpecIssue[] = [];
  return { points: readPoints(input, [], defaults, issues), issues };
}

export function readPoints(
  input: unknown,
  path: Path,
  defaults: PointDefaults,
  issues: SpecIssue[],
): readonly RegisterPoint[] {
  const specs = SpecReader.of(input, path, issues, EXPECTED);
  if (specs === undefined) return [];
  if (specs.keys.length === 0) specs.objectError('no points', 'such as voltage: "hr:0 u16 /10 V"');
  const names = new Map<string, string>();
  return specs.keys.flatMap((key) => {
    const spec = readOne(specs, key, defaults);
    const named = spec === undefined ? [] : nameAll(key, spec);
    for (const { name } of named) {
      const other = names.get(name.toLowerCase());
      if (other !== undefined) {
        specs.keyError(key, `point "${name}" is there twice`, `the other is "${other}"`);
      }
      names.set(name.toLowerCase(), key);
    }
    return named;
  });
}

/** A point with what makes several of it. */
interface Repeated {
  readonly point: NamelessPoint;
  readonly repeat?: Repeat;
}

interface Repeat {
  readonly count: number;
  readonly step: number;
  readonly from: number;
}

function readOne(specs: SpecReader, key: string, defaults: PointDefaults): Repeated | undefined {
  const written = specs.raw(key);
  checkName(specs, key, isObject(written) && Object.hasOwn(written, 'repeat'));
  if (typeof written === 'string' || typeof written === 'number') {
    const { line, issues } = parsePointLine(String(written), defaults);
    specs.include(key, issues);
    if (line === undefined) return undefined;
    return { point: pointOfLine(line) };
  }
  if (!isObject(written)) {
    specs.error(key, `point "${key}" is ${found(written)}, expected a line or its long form`);
    return undefined;
  }
  const spec = specs.object(key, EXPECTED);
  const point = spec && readPoint(spec, defaults);
  if (spec === undefined || point === undefined) return undefined;
  const repeat = readRepeat(spec, point);
  return repeat === undefined ? { point } : { point, repeat };
}

function checkName(specs: SpecReader, key: string, isRepeated: boolean): void {
  if (isRepeated) {
    if (REPEATED_NAME.test(key)) return;
    specs.keyError(
      key,
      `point "${key}" is repeated, and its name has no place for the number`,
      'such as block_{n}_voltage',
    );
    return;
  }
  if (NAME.test(key)) return;
  if (REPEATED_NAME.test(key)) {
    specs.keyError(
      key,
      `point "${key}" has a place for a number, but no repeat`,
      'add repeat: { count: 38 }',
    );
    return;
  }
  const plain = key
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[0-9_]+|_+$/g, '');
  specs.keyError(
    key,
    `point name "${key}": small letters, digits and _ after a first letter`,
    plain === '' ? undefined : `such as ${plain}`,
  );
}

function readRepeat(
  spec: SpecReader,
  { address, count: width }: NamelessPoint,
): Repeat | undefined {
  const repeat = spec.object('repeat', 'a count, such as { count: 38 }');
  if (repeat === undefined) return undefined;
  repeat.checkKeys({
    what: 'repeat',
    known: ['count', 'step', 'from'],
    synonyms: { start: 'from', first: 'from', stride: 'step', times: 'count' },
    later: ['countFrom'],
  });
  const count = repeat.whole('count', 1, 0x1_0000);
  const step = repeat.whole('step', 1, 0xffff) ?? width;
  const from = repeat.whole('from', 0, 0xffff) ?? 1;
  if (count === undefined) {
    if (!repeat.has('count')) repeat.objectError('"count" is missing: how many points?');
    return undefined;
  }
  if (address + (count - 1) * step + width > 0x1_0000) {
    repeat.error('count', `${count} points from ${address} end behind address 65535`);
    return undefined;
  }
  return { count, step, from };
}

function nameAll(key: string, { point, repeat }: Repeated): RegisterPoint[] {
  if (repeat === undefined || !REPEATED_NAME.test(key)) return [{ name: key, ...point }];
  return Array.from({ length: repeat.count }, (_, index) => {
    const number = repeat.from + index;
    const { label } = point;
    return {
      ...point,
      name: numbered(key, number),
      address: point.address + index * repeat.step,
      ...(label !== undefined && { label: numbered(label, number) }),
    };
  });
}

function numbered(text: string, number: number): string {
  return text.replaceAll(PLACE_OF_NUMBER, (_, digits: string | undefined) =>
    String(number).padStart(Number(digits ?? 0), '0'),
  );
}
