import {
  absolute,
  bit,
  ceil,
  clamp,
  contains,
  exponential,
  floor,
  larger,
  length,
  logarithm,
  lower,
  round,
  smaller,
  squareRoot,
  upper,
} from './function-values.ts';
import type { Outcome, Run } from './run.ts';
import type { ExpressionValue, Kind } from './value.ts';

/** One function of the language: what the checker, the compiler and the documentation know of it. */
export interface ExpressionFunction {
  readonly usage: string;
  readonly meaning: string;
  /** An expression and what comes out of it. */
  readonly example: readonly [expression: string, result: string];
  /** What each argument must be; `same` arguments must agree with each other. */
  readonly parameters: readonly (Kind | 'same')[];
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** The last parameter may be given again and again. */
  readonly repeats?: true;
  /** `same`: what the `same` arguments are. */
  readonly result: Kind | 'same';
  readonly apply: Apply;
}

/**
 * How it is calculated. `values` and `pairs` have all their arguments evaluated; `pairs` takes the first two,
 * then what came out and the next. The others decide themselves which arguments they look at.
 */
export type Apply =
  | { readonly way: 'values'; readonly of: FunctionOfValues }
  | { readonly way: 'pairs'; readonly of: FunctionOfValues }
  | { readonly way: 'choice' }
  | { readonly way: 'known' }
  | { readonly way: 'first known' };

export type FunctionOfValues = (
  run: Run,
  a: ExpressionValue,
  b: ExpressionValue | undefined,
  c: ExpressionValue | undefined,
) => Outcome;

export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map<
  string,
  ExpressionFunction
>([
  [
    'abs',
    {
      usage: 'abs(x)',
      meaning: 'x without its sign',
      example: ['abs(-3)', '3'],
      ...ofNumbers(absolute),
    },
  ],
  [
    'min',
    {
      usage: 'min(a, b, ...)',
      meaning: 'the smallest',
      example: ['min(3, 1, 2)', '1'],
      ...extreme(smaller),
    },
  ],
  [
    'max',
    {
      usage: 'max(a, b, ...)',
      meaning: 'the largest',
      example: ['max(3, 1, 2)', '3'],
      ...extreme(larger),
    },
  ],
  [
    'round',
    {
      usage: 'round(x, digits)',
      meaning: 'x to so many decimals, -15 to 15, 0 when left out; halves go away from zero',
      example: ['round(1.005, 2)', '1.01'],
      parameters: ['number', 'number'],
      optional: 1,
      result: 'number',
      apply: { way: 'values', of: round },
    },
  ],
  [
    'floor',
    {
      usage: 'floor(x)',
      meaning: 'the whole number at or below x',
      example: ['floor(-1.5)', '-2'],
      ...ofNumbers(floor),
    },
  ],
  [
    'ceil',
    {
      usage: 'ceil(x)',
      meaning: 'the whole number at or above x',
      example: ['ceil(1.2)', '2'],
      ...ofNumbers(ceil),
    },
  ],
  [
    'sqrt',
    {
      usage: 'sqrt(x)',
      meaning: 'square root; x is not negative',
      example: ['sqrt(2.25)', '1.5'],
      ...ofNumbers(squareRoot),
    },
  ],
  [
    'log10',
    {
      usage: 'log10(x)',
      meaning: 'logarithm to base 10; x is positive',
      example: ['log10(1000)', '3'],
      ...ofNumbers(logarithm),
    },
  ],
  [
    'exp',
    {
      usage: 'exp(x)',
      meaning: 'e to the power of x',
      example: ['exp(0)', '1'],
      ...ofNumbers(exponential),
    },
  ],
  [
    'clamp',
    {
      usage: 'clamp(x, low, high)',
      meaning: 'x, but not below low and not above high',
      example: ['clamp(130, 0, 100)', '100'],
      parameters: ['number', 'number', 'number'],
      result: 'number',
      apply: { way: 'values', of: clamp },
    },
  ],
  [
    'bit',
    {
      usage: 'bit(x, n)',
      meaning: 'is bit n of the whole number x set? 0 is the least significant, 63 the last',
      example: ['bit(5, 2)', 'true'],
      parameters: ['number', 'number'],
      result: 'boolean',
      apply: { way: 'values', of: bit },
    },
  ],
  [
    'if',
    {
      usage: 'if(condition, a, b)',
      meaning: 'a where the condition is true, else b; the same as condition ? a : b',
      example: ["if(2 > 1, 'on', 'off')", 'on'],
      parameters: ['boolean', 'same', 'same'],
      result: 'same',
      apply: { way: 'choice' },
    },
  ],
  [
    'has',
    {
      usage: 'has(x)',
      meaning: 'is x known? A stale value is. Its own quality is always good',
      example: ['has(none)', 'false'],
      parameters: ['unknown'],
      result: 'boolean',
      apply: { way: 'known' },
    },
  ],
  [
    'first',
    {
      usage: 'first(a, b, ...)',
      meaning: 'the first that is known, with its quality; the others do not count',
      example: ['first(none, 7)', '7'],
      parameters: ['same', 'same'],
      repeats: true,
      result: 'same',
      apply: { way: 'first known' },
    },
  ],
  [
    'len',
    {
      usage: 'len(text)',
      meaning: 'number of characters',
      example: ["len('PV-01')", '5'],
      parameters: ['text'],
      result: 'number',
      apply: { way: 'values', of: length },
    },
  ],
  [
    'lower',
    {
      usage: 'lower(text)',
      meaning: 'in small letters',
      example: ["lower('RUN')", 'run'],
      parameters: ['text'],
      result: 'text',
      apply: { way: 'values', of: lower },
    },
  ],
  [
    'upper',
    {
      usage: 'upper(text)',
      meaning: 'in capital letters',
      example: ["upper('run')", 'RUN'],
      parameters: ['text'],
      result: 'text',
      apply: { way: 'values', of: upper },
    },
  ],
  [
    'contains',
    {
      usage: 'contains(text, part)',
      meaning: 'does the text contain the part? Capital and small letters differ',
      example: ["contains('batch 17', '17')", 'true'],
      parameters: ['text', 'text'],
      result: 'boolean',
      apply: { way: 'values', of: contains },
    },
  ],
]);

type Signature = Pick<ExpressionFunction, 'parameters' | 'repeats' | 'result' | 'apply'>;

function ofNumbers(of: FunctionOfValues): Signature {
  return { parameters: ['number'], result: 'number', apply: { way: 'values', of } };
}

function extreme(of: FunctionOfValues): Signature {
  return {
    parameters: ['number', 'number'],
    repeats: true,
    result: 'number',
    apply: { way: 'pairs', of },
  };
}
