import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExpression } from './expression.ts';
import { parse } from './parser.ts';
import { print } from './print.ts';
import type { BinaryOperator, Node } from './syntax.ts';
import type { Evaluated, Input, Kind } from './value.ts';

const CHECKS = { seed: 20260117, numRuns: 1000 };
const span = [0, 0] as const;

const SCOPE = new Map<string, Kind>([
  ['good', 'number'],
  ['old', 'number'],
  ['dead', 'number'],
  ['flag', 'boolean'],
  ['old-flag', 'boolean'],
  ['not', 'boolean'],
  ['text', 'text'],
]);
const INPUTS: Readonly<Record<string, Input>> = {
  good: { value: 2.5, quality: 'good' },
  old: { value: -3, quality: 'stale' },
  dead: { quality: 'bad' },
  flag: { value: true, quality: 'good' },
  'old-flag': { value: false, quality: 'stale' },
  not: { quality: 'bad' },
  text: { value: "it's", quality: 'good' },
};

const named = (...names: string[]): fc.Arbitrary<Node> =>
  fc.constantFrom(...names).map((name) => ({ type: 'name', name, span }));

function binary(
  operators: readonly BinaryOperator[],
  operand: fc.Arbitrary<Node>,
): fc.Arbitrary<Node> {
  return fc.record({
    type: fc.constant('binary' as const),
    operator: fc.constantFrom(...operators),
    left: operand,
    right: operand,
    span: fc.constant(span),
  });
}

function call(name: string, ...args: readonly fc.Arbitrary<Node>[]): fc.Arbitrary<Node> {
  return fc.tuple(...args).map((nodes) => ({ type: 'call', name, args: nodes, span }));
}

function choice(condition: fc.Arbitrary<Node>, branch: fc.Arbitrary<Node>): fc.Arbitrary<Node> {
  return fc.tuple(condition, branch, branch).map(([test, then, otherwise]) => ({
    ...{ type: 'conditional', span },
    ...{ condition: test, then, otherwise },
  }));
}

/** Trees in which every part is of the right kind. */
const { number: tree, boolean: condition } = fc.letrec<{ number: Node; boolean: Node; text: Node }>(
  (tie) => ({
    number: fc.oneof(
      { depthSize: 'medium', maxDepth: 6, withCrossShrink: true },
      fc
        .oneof(fc.nat(20), fc.constantFrom(0.5, 1e21, 1.5e-7, 9_007_199_254_740_993n))
        .map((value): Node => ({ type: 'literal', value, span })),
      named('good', 'old', 'dead'),
      tie('number').map((operand): Node => ({ type: 'unary', operator: '-', operand, span })),
      binary(['+', '-', '*', '/', '%', '^'], tie('number')),
      choice(tie('boolean'), tie('number')),
      call('first', tie('number'), fc.constant<Node>({ type: 'none', span }), tie('number')),
      call('max', tie('number'), tie('number'), tie('number')),
      call('len', tie('text')),
    ),
    boolean: fc.oneof(
      { depthSize: 'medium', maxDepth: 6, withCrossShrink: true },
      fc.boolean().map((value): Node => ({ type: 'literal', value, span })),
      named('flag', 'old-flag', 'not'),
      tie('boolean').map((operand): Node => ({ type: 'unary', operator: 'not', operand, span })),
      binary(['<', '<=', '>', '>=', '==', '!='], tie('number')),
      binary(['==', '!='], tie('boolean')),
      binary(['==', '!='], tie('text')),
      binary(['and', 'or'], tie('boolean')),
      call('has', tie('number')),
    ),
    text: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      fc.string({ maxLength: 5 }).map((value): Node => ({ type: 'literal', value, span })),
      named('text'),
      choice(tie('boolean'), tie('text')),
    ),
  }),
);
const anyTree = fc.oneof(tree, condition).filter((node) => print(node).length <= 1000);

test('what is printed reads as the same tree', () => {
  fc.assert(
    fc.property(anyTree, (node) => {
      const read = withoutSpans(parse(print(node)));
      expect(read).toEqual(withoutSpans(node));
    }),
    CHECKS,
  );
});

test('an expression gives what a plain walk over its tree gives', () => {
  let known = 0;
  fc.assert(
    fc.property(anyTree, (node) => {
      const { expression, issues } = parseExpression(print(node), SCOPE);
      expect(issues).toEqual([]);
      const result = expression!.evaluate((name) => INPUTS[name]);
      expect(result).toEqual(walked(node));
      if (result.value !== undefined) known += 1;
    }),
    CHECKS,
  );
  expect(known).toBeGreaterThan(CHECKS.numRuns / 4);
});

test('no text whatever does harm', () => {
  const piece = fc.oneof(
    fc.constantFrom(...Array.from('()[]{}+-*/%^<>=!&|?:,.$\'"\\ \n')),
    fc.constantFrom('good', 'flag', 'dead', '1', '0x', '1e3', '9007199254740993', 'none', 'not'),
    fc.constantFrom('and', 'or', 'if(', 'has(', 'first(', 'round(', 'bit(', '__proto__', "'a'"),
    fc.string({ unit: 'binary', maxLength: 2 }),
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (written) => {
      const { expression, issues } = parseExpression(written, SCOPE);
      expect(expression === undefined).toBe(issues.length > 0);
      for (const {
        span: [start, end],
      } of issues) {
        expect(0 <= start && start <= end && end <= written.length).toBe(true);
      }
      const result = expression?.evaluate((name) => INPUTS[name]);
      if (result !== undefined) {
        expect(result.value === undefined).toBe(result.quality === 'bad');
        expect(result.cause === undefined).toBe(result.quality === 'good');
        expect(result.value).not.toBeNaN();
      }
    }),
    { ...CHECKS, numRuns: 3000 },
  );
});

function withoutSpans(node: Node): unknown {
  const text = JSON.stringify(node, (key, value: unknown) =>
    key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );
  return JSON.parse(text);
}

/** Ends a walk that has no value. */
class NoValue extends Error {}

/** What the walk found: a value, and why it is stale. */
interface Found {
  readonly value: number | bigint | boolean | string;
  readonly stale?: string | undefined;
}

function walked(node: Node): Evaluated {
  try {
    const { value, stale } = walk(node);
    const plain = value === 0 ? 0 : value;
    return stale === undefined
      ? { value: plain, quality: 'good' }
      : { value: plain, quality: 'stale', cause: stale };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return { quality: 'bad', cause: error.message };
  }
}

function walk(node: Node): Found {
  switch (node.type) {
    case 'literal':
      return { value: node.value };
    case 'none':
      throw new NoValue('none');
    case 'name':
      return walkName(node.name);
    case 'unary': {
      const { value, stale } = walk(node.operand);
      return { value: node.operator === '-' ? calculated('-', 0, value as Num) : !value, stale };
    }
    case 'conditional': {
      const test = walk(node.condition);
      const branch = walk(test.value === true ? node.then : node.otherwise);
      return { value: branch.value, stale: test.stale ?? branch.stale };
    }
    case 'binary':
      return walkBinary(node);
    case 'call':
      return walkCall(node);
  }
}

function walkName(name: string): Found {
  const { value, quality } = INPUTS[name] ?? { quality: 'bad' };
  if (value === undefined) throw new NoValue(`needs ${name}`);
  return { value, stale: quality === 'stale' ? `needs ${name}` : undefined };
}

function walkBinary({ operator, left, right }: Extract<Node, { type: 'binary' }>): Found {
  const a = walk(left);
  if (operator === 'and' && a.value === false) return a;
  if (operator === 'or' && a.value === true) return a;
  const b = walk(right);
  const judge = JUDGES[operator];
  const [x, y] = [a.value as Num, b.value as Num];
  return { value: judge?.(x, y) ?? calculated(operator, x, y), stale: a.stale ?? b.stale };
}

const JUDGES: Readonly<Record<string, (x: Num, y: Num) => Num | boolean>> = {
  and: (_, y) => y,
  or: (_, y) => y,
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
  // Loose equality knows that 2n ** 60n is 2 ** 60.
  '==': (x, y) => x == y,
  '!=': (x, y) => x != y,
};

function walkCall({ name, args }: Extract<Node, { type: 'call' }>): Found {
  if (name === 'has') return { value: walked(args[0]!).quality !== 'bad' };
  if (name === 'first') {
    const results = args.map(walked);
    const { value, cause } = results.find(({ quality }) => quality !== 'bad') ?? {};
    if (value === undefined) throw new NoValue(results[0]?.cause);
    return { value, stale: cause };
  }
  const found = args.map(walk);
  const stale = found.find((each) => each.stale !== undefined)?.stale;
  if (name === 'len') return { value: Array.from(found[0]?.value as string).length, stale };
  const numbers = found.map(({ value }) => value as Num);
  return { value: numbers.reduce((most, each) => (each > most ? each : most)), stale };
}

type Num = number | bigint;

function calculated(operator: string, a: Num, b: Num): Num {
  if (dividesByZero(operator, a, b)) throw new NoValue('divided-by-zero');
  if (typeof a === 'number' && typeof b === 'number') return calculatedInDoubles(operator, a, b);
  if (operator === '^' || !isExact(a) || !isExact(b)) throw new NoValue('too-large');
  const [x, y] = [BigInt(a), BigInt(b)];
  if (operator === '/' && x % y !== 0n) return quotient(x, y);
  return inOneForm(WHOLE[operator]?.(x, y) ?? x / y) ?? tooLarge();
}

function dividesByZero(operator: string, a: Num, b: Num): boolean {
  return operator === '^' ? a == 0 && b < 0 : '/%'.includes(operator) && b == 0;
}

function tooLarge(): never {
  throw new NoValue('too-large');
}

function quotient(a: bigint, b: bigint): number {
  if (!isExact(Number(a / b))) tooLarge();
  // Sixty decimals, read as people write numbers, are rounded once and rightly.
  return Number(`${(a * 10n ** 60n) / b}e-60`);
}

function calculatedInDoubles(operator: string, a: number, b: number): Num {
  const result = IN_DOUBLES[operator]?.(a, b) ?? NaN;
  if (Number.isNaN(result)) throw new NoValue('not-a-number');
  if (!Number.isFinite(result)) throw new NoValue('overflow');
  const whole = WHOLE[operator];
  if (whole === undefined || isExact(result) || !isExact(a) || !isExact(b)) return result;
  return inOneForm(whole(BigInt(a), BigInt(b))) ?? result;
}

/** Undefined when the number has more than 64 bits. */
function inOneForm(whole: bigint): Num | undefined {
  if (BigInt.asIntN(64, whole) !== whole && BigInt.asUintN(64, whole) !== whole) return undefined;
  return isExact(Number(whole)) ? Number(whole) : whole;
}

const WHOLE: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '%': (a, b) => a % b,
};

const IN_DOUBLES: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => (a === 10 && Number.isInteger(b) ? Number(`1e${BigInt(b)}`) : a ** b),
};

function isExact(value: Num): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}
