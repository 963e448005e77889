import { describe, expect, test } from 'vitest';
import {
  constant,
  parseExpression,
  powerOfTen,
  type Expression,
  type Params,
} from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import type { Evaluated, Input, Kind, Lookup } from './value.ts';

const INPUTS: Readonly<Record<string, Input & { readonly kind: Kind }>> = {
  pv: { kind: 'number', value: 749.6, quality: 'good' },
  working_setpoint: { kind: 'number', value: 750, quality: 'good' },
  process: { kind: 'number', value: 305, quality: 'good' },
  zero: { kind: 'number', value: 0, quality: 'good' },
  energy: { kind: 'number', value: 9_007_199_254_740_993n, quality: 'good' },
  old: { kind: 'number', value: 40, quality: 'stale' },
  old_flag: { kind: 'boolean', value: true, quality: 'stale' },
  dead: { kind: 'number', quality: 'bad' },
  dead_flag: { kind: 'boolean', quality: 'bad' },
  run: { kind: 'boolean', value: true, quality: 'good' },
  batch: { kind: 'text', value: 'PV-017', quality: 'good' },
  'furnace1.pv': { kind: 'number', value: 20, quality: 'good' },
  'furnace-2.pv': { kind: 'number', value: 30, quality: 'good' },
  none: { kind: 'number', value: 1, quality: 'good' },
  $decimals: { kind: 'number', value: 1, quality: 'good' },
  odd: { kind: 'unknown', value: 'seven', quality: 'good' },
};
const SCOPE = new Map(Object.entries(INPUTS).map(([name, { kind }]) => [name, kind]));
const lookup: Lookup = (name) => INPUTS[name];

function parsed(text: string, expected?: Kind): Expression {
  const { expression, issues } = parseExpression(text, SCOPE, expected);
  expect(issues).toEqual([]);
  return expression!;
}

function evaluated(text: string): Evaluated {
  return parsed(text).evaluate(lookup);
}

describe('a value', () => {
  test.each<[string, unknown]>([
    ['pv - working_setpoint', 749.6 - 750],
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 - 2 - 1', 4],
    ['24 / 4 / 2', 3],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['2 ^ -1', 0.5],
    ['10 ^ -5', 0.00001],
    ['10 ^ 23', 1e23],
    ['-7 % 3', -1],
    ['7.5 % 2', 1.5],
    ['0x10 + 1e3 + 0.5', 1016.5],
    ['1.5e-3', 0.0015],
    ['process == 305', true],
    ['process != 305', false],
    ['2 < 3 and 3 <= 3 and 4 > 3 and 4 >= 4', true],
    ['not process == 305', false],
    ['!run || 1 > 2', false],
    ['run && not (1 > 2)', true],
    ['false or true and false', false],
    ['run ? 1 : 2', 1],
    ['not run ? 1 : zero == 0 ? 2 : 3', 2],
    ["batch == 'PV-017'", true],
    ['batch != "PV-017"', false],
    [String.raw`'it\'s a \\'`, "it's a \\"],
    ['run == true', true],
    ['furnace1.pv + [furnace-2.pv]', 50],
    ['[none] + 1', 2],
    ['$decimals + 1', 2],
    ['zero * -1', 0],
    ['has(pv) and not has(dead)', true],
    ['first(dead, none, 3)', 3],
    ['round(-2.5)', -3],
    ['round(2.5)', 3],
    ['round(1.005, 2)', 1.01],
    ['round(1234, -2)', 1200],
    ['round(0.0000001234, 9)', 1.23e-7],
    ['bit(-1, 63)', true],
    ['bit(0x80000000, 31)', true],
    ['bit(5, 34)', false],
    ['max(1, energy, 3)', 9_007_199_254_740_993n],
    ["contains(lower(batch), 'pv')", true],
    ["len('a𝄞')", 2],
  ])('%s', (text, value) => {
    expect(evaluated(text)).toStrictEqual({ value, quality: 'good' });
  });

  test('that is zero is never -0', () => {
    expect(Object.is(evaluated('-zero').value, 0)).toBe(true);
  });
});

test.each([...FUNCTIONS].map(([name, { example }]) => [name, ...example] as const))(
  '%s does what its example in the documentation says: %s is %s',
  (_, text, result) => {
    expect(String(evaluated(text).value)).toBe(result);
  },
);

describe('nothing known', () => {
  test.each([
    ['dead + 1', 'needs dead'],
    ['1 + dead', 'needs dead'],
    ['pv + missing', 'needs missing'],
    ['dead > 5', 'needs dead'],
    ['dead > 5 and run', 'needs dead'],
    ['run and dead > 5', 'needs dead'],
    ['not dead_flag', 'needs dead_flag'],
    ['dead > 5 ? 1 : 2', 'needs dead'],
    ['run ? dead : 2', 'needs dead'],
    ['first(dead, missing)', 'needs dead'],
    ['min(1, dead)', 'needs dead'],
    ['nan', 'needs nan'],
    ['infinite', 'needs infinite'],
    ['promised', 'needs promised'],
    ['old / zero', 'divided-by-zero'],
    ['zero / zero', 'divided-by-zero'],
    ['1 % zero', 'divided-by-zero'],
    ['energy / zero', 'divided-by-zero'],
    ['zero ^ -1', 'divided-by-zero'],
    ['zero > 0 ? 100 * pv / zero : none', 'none'],
    ['none', 'none'],
    ['sqrt(-1)', 'not-a-number'],
    ['log10(0)', 'not-a-number'],
    ['(-8) ^ 0.5', 'not-a-number'],
    ['1e308 * 10', 'overflow'],
    ['1e308 + 1e308', 'overflow'],
    ['10 ^ 400', 'overflow'],
    ['10 ^ 1e300', 'overflow'],
    ['exp(1000)', 'overflow'],
    ['odd + 1', 'wrong-type'],
    ['odd > 1', 'wrong-type'],
    ['odd == 1', 'wrong-type'],
    ['odd != true', 'wrong-type'],
    ['odd and true', 'wrong-type'],
    ['true and odd', 'wrong-type'],
    ['odd ? 1 : 2', 'wrong-type'],
    ['abs(odd)', 'wrong-type'],
    ['floor(odd)', 'wrong-type'],
    ['clamp(odd, 1, 2)', 'wrong-type'],
    ['lied', 'wrong-type'],
    ['clamp(1, 3, 2)', 'out-of-range'],
    ['bit(1, 64)', 'out-of-range'],
    ['bit(1, 0.5)', 'out-of-range'],
    ['round(1, 16)', 'out-of-range'],
    ['bit(0.5, 1)', 'not-whole'],
  ])('%s: bad, because %s', (text, cause) => {
    const more: Readonly<Record<string, Input>> = {
      nan: { value: NaN, quality: 'good' },
      infinite: { value: -Infinity, quality: 'stale' },
      promised: { quality: 'good' },
      lied: { value: 'text', quality: 'good' },
    };
    const names = [...Object.keys(more), 'missing'].map((name) => [name, 'number'] as const);
    const { expression } = parseExpression(text, new Map<string, Kind>([...SCOPE, ...names]));
    const result = expression?.evaluate((name) => more[name] ?? INPUTS[name]);
    expect(result).toStrictEqual({ quality: 'bad', cause });
  });
});

describe('quality', () => {
  test.each([
    ['old + 1', 41, 'needs old'],
    ['old > 5', true, 'needs old'],
    ['old_flag ? pv : 0', 749.6, 'needs old_flag'],
    ['first(dead, old, 3)', 40, 'needs old'],
    ['old + (old_flag ? 1 : 0)', 41, 'needs old'],
  ])('%s is as stale as what it uses', (text, value, cause) => {
    expect(evaluated(text)).toStrictEqual({ value, quality: 'stale', cause });
  });

  test.each([
    ['run ? 1 : dead', 1],
    ['run or dead_flag', true],
    ['not run and dead_flag', false],
    ['has(old)', true],
    ['has(dead + old)', false],
    ['first(pv, dead)', 749.6],
    ['first(dead + old, 7)', 7],
    ['first(old + dead, 7)', 7],
    ['has(dead) ? dead : 7', 7],
    ['if(has(old) and false, old, 7)', 7],
  ])('%s is good: what is not used does not count', (text, value) => {
    expect(evaluated(text)).toStrictEqual({ value, quality: 'good' });
  });

  test('bad is worse than stale', () => {
    expect(evaluated('old + dead')).toStrictEqual({ quality: 'bad', cause: 'needs dead' });
  });

  test('a value whose quality is bad is not used, whatever it is', () => {
    expect(parsed('pv').evaluate(() => ({ value: 1, quality: 'bad' }))).toStrictEqual({
      quality: 'bad',
      cause: 'needs pv',
    });
  });

  test('what is not evaluated is not looked up', () => {
    const asked: string[] = [];
    parsed('run or dead_flag').evaluate((name) => {
      asked.push(name);
      return INPUTS[name];
    });
    expect(asked).toEqual(['run']);
  });

  test('a value of another kind than was promised is not used', () => {
    const { expression } = parseExpression('first(pv, 7)', SCOPE);
    expect(expression?.evaluate(() => ({ value: 'seven', quality: 'good' })).value).toBe(7);
  });

  test('an evaluation leaves nothing behind for the next', () => {
    const expression = parsed('pv + old');
    expect(expression.evaluate(() => undefined).quality).toBe('bad');
    expect(expression.evaluate(lookup).quality).toBe('stale');
    expect(expression.evaluate(() => ({ value: 1, quality: 'good' })).quality).toBe('good');
  });

  test('a lookup may evaluate the same expression meanwhile', () => {
    const expression = parsed('pv - old');
    const result = expression.evaluate((name) =>
      name === 'pv' ? expression.evaluate(lookup) : { value: 1, quality: 'good' },
    );
    expect(result).toMatchObject({ value: 749.6 - 40 - 1, quality: 'stale', cause: 'needs pv' });
  });
});

describe('an expression knows', () => {
  test('what it depends on, each once', () => {
    expect(parsed('pv > 5 ? first(old, pv) : [furnace-2.pv] + $decimals').names).toEqual([
      'pv',
      'old',
      'furnace-2.pv',
      '$decimals',
    ]);
  });

  test.each<[string, Kind]>([
    ['pv + 1', 'number'],
    ['pv > 1', 'boolean'],
    ['batch', 'text'],
    ['odd', 'unknown'],
    ['odd + 1', 'number'],
    ['none', 'unknown'],
    ['run ? none : 1', 'number'],
    ["if(run, 'a', none)", 'text'],
    ['first(odd, 1)', 'unknown'],
    ['first(none, 1)', 'number'],
    ['upper(odd)', 'text'],
    ['has(odd)', 'boolean'],
  ])('what %s gives: %s', (text, kind) => {
    expect(parsed(text).kind).toBe(kind);
  });

  test('its canonical spelling', () => {
    const text = `((pv))*(1 + 0x10)>-3&&!run || batch=="it's"`;
    expect(parsed(text).canonical).toBe(
      String.raw`pv * (1 + 16) > -3 and not run or batch == 'it\'s'`,
    );
    expect(parsed(text).text).toBe(text);
  });
});

describe('what is expected', () => {
  test('of a condition is checked before it runs, and once more when only the value can tell', () => {
    expect(parseExpression('pv', SCOPE, 'boolean').issues).toMatchObject([
      { span: [0, 2], message: 'pv is a number, but true or false is expected here' },
    ]);
    const late = parsed('odd', 'boolean');
    expect(late.kind).toBe('boolean');
    expect(late.evaluate(lookup)).toEqual({ quality: 'bad', cause: 'wrong-type' });
    expect(late.evaluate(() => ({ value: true, quality: 'good' })).value).toBe(true);
  });
});

describe('a constant', () => {
  const params: Params = new Map([['decimals', 2]]);
  const scope = new Map<string, Kind>([
    ['decimals', 'number'],
    ['pv', 'number'],
  ]);
  const scale = (text: string): Expression => parseExpression(text, scope, 'number').expression!;

  test('is evaluated over parameters alone', () => {
    expect(constant(scale('decimals * 2 + 1'), params)).toEqual({ value: 5, quality: 'good' });
    expect(constant(scale('pv * 2'), params)).toEqual({ quality: 'bad', cause: 'needs pv' });
    expect(constant(scale('1 / 4'))).toEqual({ value: 0.25, quality: 'good' });
  });

  test.each([
    ['10^-decimals', { multiply: 1, divide: 100 }],
    ['10^decimals', { multiply: 100, divide: 1 }],
    ['10^0', { multiply: 1, divide: 1 }],
    ['1 / 1000', { multiply: 1, divide: 1000 }],
    ['0.1', { multiply: 1, divide: 10 }],
    ['10^-22', { multiply: 1, divide: 1e22 }],
    ['1000000000000000000', { multiply: 1e18, divide: 1 }],
    ['1000000000000000001', undefined],
    ['10^-23', undefined],
    ['0.2', undefined],
    ['-10', undefined],
    ['0', undefined],
    ['10^-pv', undefined],
  ])('%s as a scale that stays exact', (text, expected) => {
    expect(powerOfTen(scale(text), params)).toEqual(expected);
  });
});
