import type { Evaluated } from '../expression/value.ts';
import { nearest } from '../base/did-you-mean.ts';
import { parseAddress } from './address.ts';
import { computeAll } from './computed.ts';
import { decodedValues, readDecoder } from './decode.ts';
import { isBitTable } from './format.ts';
import { decideGap } from './gap-cost.ts';
import { chooseParams, type ParamSpec, type ParamValues } from './params.ts';
import type { RegisterPoint, Table, Value } from './point.ts';
import { NOT_PRESENT, presentPoints } from './present-points.ts';
import type { Profile } from './profile.ts';
import { planReads } from './read-plan.ts';
import { found, isObject, type SpecReader } from './spec-reader.ts';

/** Registers as a device has shown them, and what a profile has to make of them. */
export interface TestVector {
  readonly name: string;
  /** The params of the device that has shown them; complete. */
  readonly params: ParamValues;
  readonly registers: readonly RegisterRun[];
  readonly expect: ReadonlyMap<string, ExpectedValue>;
}

/** Neighbouring registers or coils, from a wire address on. */
export interface RegisterRun {
  readonly table: Table;
  readonly start: number;
  readonly words: readonly number[];
}

/** A value, or the cause why there is none. */
export type ExpectedValue = { readonly value: Value } | { readonly bad: string };

const TEST_KEYS = {
  what: 'a test',
  known: ['name', 'params', 'registers', 'expect'],
  synonyms: {
    title: 'name',
    label: 'name',
    values: 'expect',
    expected: 'expect',
    input: 'registers',
  },
  later: [],
};

/** What a profile has of its own that its tests may name. */
export interface TestSurroundings {
  /** Names of its points. */
  readonly names: readonly string[];
  readonly params: readonly ParamSpec[];
  /** The params with which it is read now. */
  readonly paramValues: ParamValues;
}

/** `tests: [{ registers: { "hr:1": [253] }, expect: { pv: 25.3 } }]` of a profile. */
export function readVectors(
  spec: SpecReader,
  { names, params, paramValues }: TestSurroundings,
): readonly TestVector[] {
  const tests = spec.list('tests', 'a list of tests such as { registers: …, expect: … }') ?? [];
  return tests.flatMap((value, index) => {
    const test = spec.entry('tests', index, value, 'a test with "registers" and "expect"');
    if (test === undefined) return [];
    test.checkKeys(TEST_KEYS);
    for (const key of ['registers', 'expect']) {
      if (!test.has(key)) test.objectError(`"${key}" is missing in a test`);
    }
    const { values, issues } = chooseParams(params, test.raw('params'));
    test.include('params', issues);
    return [
      {
        name: test.text('name') ?? `test ${index + 1}`,
        params: values,
        registers: readRuns(test),
        // With other params a profile may have other points.
        expect: readExpected(test, isSame(values, paramValues) ? names : undefined),
      },
    ];
  });
}

function isSame(a: ParamValues, b: ParamValues): boolean {
  return [...a].every(([name, value]) => b.get(name) === value);
}

function readRuns(test: SpecReader): readonly RegisterRun[] {
  const entries = test.block('registers', 'lists by wire address, such as { "hr:1": [253] }');
  return entries.keys.flatMap((key) => {
    // Tests speak of what is on the wire, whatever way of counting the profile has.
    const { address, issues } = parseAddress(key, { notes: false });
    const [problem] = issues;
    if (problem !== undefined) entries.keyError(key, problem.message, problem.hint);
    const written = entries.raw(key);
    const list: readonly unknown[] = Array.isArray(written) ? written : [written];
    const words = list.map((entry) => (entry === true ? 1 : entry === false ? 0 : entry));
    const most = address !== undefined && isBitTable(address.table) ? 1 : 0xffff;
    const isWord = (word: unknown): word is number =>
      typeof word === 'number' && Number.isInteger(word) && word >= 0 && word <= most;
    const wrong = words.findIndex((word) => !isWord(word));
    if (wrong >= 0) {
      const place = Array.isArray(written) ? ['registers', key, wrong] : ['registers', key];
      test.error(place, `${found(words[wrong])}, expected 0..${most}`);
    }
    if (address === undefined || wrong >= 0) return [];
    return [{ table: address.table, start: address.address, words: words.filter(isWord) }];
  });
}

function readExpected(
  test: SpecReader,
  names: readonly string[] | undefined,
): ReadonlyMap<string, ExpectedValue> {
  const entries = test.block('expect', 'values by point, such as { pv: 25.3 }');
  const expected = new Map<string, ExpectedValue>();
  for (const name of entries.keys) {
    if (names?.includes(name) === false) {
      const meant = nearest(name, names);
      const hint = meant === undefined ? undefined : `did you mean ${meant}?`;
      entries.keyError(name, `no point is named "${name}"`, hint);
    }
    const written = entries.raw(name);
    if (isObject(written) && typeof written['bad'] === 'string') {
      expected.set(name, { bad: written['bad'] });
    } else if (isValue(written)) {
      expected.set(name, { value: written });
    } else {
      entries.error(name, `${found(written)}, expected a value or { bad: out-of-range }`);
    }
  }
  return expected;
}

function isValue(value: unknown): value is Value {
  return ['number', 'bigint', 'string', 'boolean'].includes(typeof value);
}

/** One point that came out otherwise than its test says. */
export interface VectorMismatch {
  readonly point: string;
  readonly expected: ExpectedValue;
  readonly found: Evaluated;
}

/** Cause of a point whose registers the test does not give. */
const NOT_GIVEN = 'not-given';

/**
 * Decodes the registers of a test as a poll would, plan and all, and compares. The profile has to be
 * read with the params of the test.
 */
export function runVector(profile: Profile, vector: TestVector): readonly VectorMismatch[] {
  const results = resultsOf(profile, vector.registers);
  const points = new Map(profile.points.map((point) => [point.name, point]));
  return [...vector.expect].flatMap(([name, expected]) => {
    const result = results.get(name) ?? { quality: 'bad', cause: NOT_GIVEN };
    return matches(points.get(name), expected, result)
      ? []
      : [{ point: name, expected, found: result }];
  });
}

function resultsOf(
  { points, computed, plan }: Profile,
  runs: readonly RegisterRun[],
): ReadonlyMap<string, Evaluated> {
  const words = wordsOf(runs);
  const results = new Map<string, Evaluated>();
  for (const read of planReads(points, decideGap(plan))) {
    const size = isBitTable(read.table) ? Math.ceil(read.count / 8) : read.count * 2;
    const data = new Uint8Array(size);
    for (let index = 0; index < read.count; index += 1) {
      const word = words.get(`${read.table}:${read.start + index}`) ?? 0;
      if (isBitTable(read.table))
        data[index >> 3] = (data[index >> 3] ?? 0) | (word << (index & 7));
      else new DataView(data.buffer).setUint16(index * 2, word);
    }
    const out = decodedValues(read.points.length);
    readDecoder(read).decode(data, out);
    read.points.forEach((point, index) => {
      results.set(
        point.name,
        evaluated(out.values[index], out.causes[index], isGiven(point, words)),
      );
    });
  }
  const { absent } = presentPoints(points, (name) => results.get(name)?.value);
  for (const { name } of absent) results.set(name, { quality: 'bad', cause: NOT_PRESENT });
  const computedResults = computeAll(computed, (input) => results.get(input));
  for (const { name, decimals } of computed) {
    results.set(name, asPrinted(computedResults.get(name), decimals));
  }
  return results;
}

/** What is computed is compared as it is printed: a quotient has no end that a person could write. */
function asPrinted(result: Evaluated | undefined, decimals: number | undefined): Evaluated {
  if (result === undefined) return { quality: 'bad', cause: NOT_GIVEN };
  if (typeof result.value !== 'number' || decimals === undefined) return result;
  // Nobody means -0.
  return { ...result, value: Number(result.value.toFixed(decimals)) || 0 };
}

function wordsOf(runs: readonly RegisterRun[]): ReadonlyMap<string, number> {
  return new Map(
    runs.flatMap(({ table, start, words }) =>
      words.map((word, index) => [`${table}:${start + index}`, word] as const),
    ),
  );
}

function isGiven(point: RegisterPoint, words: ReadonlyMap<string, number>): boolean {
  const { table, address, count } = point;
  return Array.from({ length: count }, (_, index) => `${table}:${address + index}`).every((key) =>
    words.has(key),
  );
}

function evaluated(value: Value | undefined, cause: string | undefined, given: boolean): Evaluated {
  if (!given) return { quality: 'bad', cause: NOT_GIVEN };
  return value === undefined
    ? { quality: 'bad', ...(cause !== undefined && { cause }) }
    : { quality: 'good', value };
}

/** What a comparison has to know of a point. */
type Expectable = Pick<RegisterPoint, 'enum' | 'type'>;

function matches(
  point: Expectable | undefined,
  expected: ExpectedValue,
  { value, cause }: Evaluated,
): boolean {
  if ('bad' in expected) return value === undefined && cause === expected.bad;
  const wanted = expected.value;
  if (value === wanted) return true;
  if (typeof value === 'bigint') return value.toString() === String(wanted);
  if (typeof value !== 'number') return false;
  // A state may be named.
  if (typeof wanted === 'string') return point?.enum?.get(value) === wanted;
  return typeof wanted === 'number' && value === asHeld(point, wanted);
}

/** The number that a float comes nearest to, where that is not the decimal one itself. */
function asHeld(point: Expectable | undefined, wanted: number): number {
  return point?.type === 'f32' ? Math.fround(wanted) : wanted;
}
