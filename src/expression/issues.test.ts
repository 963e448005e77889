import { describe, expect, test } from 'vitest';
import { drawn } from '../../test/support/drawn-issue.ts';
import { parseExpression } from './expression.ts';
import type { Kind } from './value.ts';

const SCOPE = new Map<string, Kind>([
  ['pv', 'number'],
  ['working_setpoint', 'number'],
  ['alarm_1', 'boolean'],
  ['batch', 'text'],
  ['odd', 'unknown'],
  ['furnace-1.pv', 'number'],
  ['furnace-b.pv', 'number'],
  ['$decimals', 'number'],
  ['none', 'number'],
]);

function mistakes(text: string): readonly string[] {
  const { expression, issues } = parseExpression(text, SCOPE);
  expect(expression === undefined).toBe(issues.length > 0);
  return issues.map(drawn);
}

describe('a mistake in the spelling says where and what to write', () => {
  test.each([
    ['', '@0-0: the expression is empty | '],
    ['  ', '@0-0: the expression is empty | '],
    ['pv +', '@4-4: a value is missing behind "+" | '],
    ['(1 + 2', '@0-1: the closing ")" is missing | '],
    ['max(1, 2', '@0-4: the closing ")" is missing | '],
    ['1 + 2)', '@5-6: the opening "(" is missing | '],
    ['1 + * 2', '@4-5: unexpected "*", expected a value | '],
    ['pv pv', '@3-5: an operator is missing before "pv" | '],
    ['pv 5', '@3-4: an operator is missing before 5 | '],
    ["pv 'a'", "@3-6: an operator is missing before 'a' | "],
    ['and pv', '@0-3: a value is missing before "and" | '],
    ['pv ? 1', '@6-6: ":" is missing | write condition ? a : b'],
    ['1 : 2', '@2-3: unexpected ":" | '],
    ['1 < pv < 3', '@7-8: comparisons do not chain | write a < b and b < c'],
    ['pv == 1 != alarm_1', '@8-10: comparisons do not chain | write a < b and b < c'],
    ['2 ** 3', '@2-4: unexpected "**" | write ^'],
    ['pv <> 3', '@3-5: unexpected "<>" | write !='],
    ['pv = 3', '@3-4: unexpected "=" | write == to compare'],
    ['pv & 1', '@3-4: unexpected "&" | write and'],
    ['+1', '@0-1: unexpected "+" | a value needs no + before it'],
    ['.5', '@0-1: unexpected "." | write a digit before the point, such as 0.5'],
    ['1.', '@0-2: "1." is no number | '],
    ['1.2.3', '@0-5: "1.2.3" is no number | '],
    ['0,5', '@1-2: unexpected "," | decimals have a point, such as 0.5'],
    ['5kW', '@0-3: "5kW" is no number | a number stands without its unit'],
    ['0x1G', '@0-4: "0x1G" is no number | '],
    ['1e999', '@0-5: the number is too large | '],
    ['18446744073709551616', '@0-20: the number has more than 64 bits | '],
    ["'abc", "@0-4: the text has no closing ' | "],
    [String.raw`'a\n'`, '@2-4: a backslash stands before a quote or a backslash only | '],
    ['pv × 2', '@3-4: unexpected character U+00D7 | write *'],
    ['pv\u00a0+ 1', '@2-3: unexpected character U+00A0 | '],
    ['рv', '@0-1: unexpected character U+0440 | '],
    ['pv\u202e', '@2-3: unexpected character U+202E | '],
    ['pv \u{1d7d9}', '@3-5: unexpected character U+1D7D9 | '],
    ['{pv}', '@0-1: unexpected "{" | '],
    ['pv[0]', '@2-5: an operator is missing before "0" | '],
    ['pv;', '@2-3: unexpected ";" | '],
    ['furnace-1.pv', '@8-12: "1.pv" is no number | - subtracts: write [furnace-1.pv]'],
  ])('%s', (text, mistake) => {
    expect(mistakes(text)).toEqual([mistake]);
  });
});

describe('what cannot work is refused before it runs', () => {
  test.each([
    [
      'pv - workin_setpoint',
      '@5-20: no name "workin_setpoint" is known here | did you mean working_setpoint?',
    ],
    ['decimals', '@0-8: no name "decimals" is known here | did you mean $decimals?'],
    ['$decimal', '@0-8: no parameter "$decimal" is known here | did you mean $decimals?'],
    ['nonee', '@0-5: no name "nonee" is known here | did you mean [none]?'],
    ['round', '@0-5: no name "round" is known here | round is a function: write round(x, digits)'],
    [
      'furnace-b.pv > 5',
      '@0-7: no name "furnace" is known here | - subtracts: write [furnace-b.pv]',
    ],
    ['furnace-x.pv', '@0-7: no name "furnace" is known here'],
    ['rund(1)', '@0-7: no function is named "rund" | did you mean round?'],
    ['round()', '@0-7: round is given no argument | write round(x, digits)'],
    ['round(1, 2, 3)', '@0-14: round is given 3 arguments | write round(x, digits)'],
    ['clamp(1)', '@0-8: clamp is given 1 argument | write clamp(x, low, high)'],
    ['max()', '@0-5: max is given no argument | write max(a, b, ...)'],
    [
      'alarm_1 + 1',
      '@0-7: alarm_1 is true or false, but a number is expected with + | write if(alarm_1, 1, 0)',
    ],
    ['pv ? 1 : 2', '@0-2: pv is a number, but true or false is expected before ? | write pv != 0'],
    [
      'not (pv + 1)',
      '@4-12: (pv + 1) is a number, but true or false is expected behind not | write ((pv + 1)) != 0',
    ],
    ['-batch', '@1-6: batch is a text, but a number is expected behind - | '],
    ["batch + 'a'", '@0-5: batch is a text, but a number is expected with + | '],
    ["pv < 'a'", "@5-8: 'a' is a text, but a number is expected with < | "],
    ['alarm_1 == 1', 'they cannot be compared | write alarm_1'],
    ['0 == alarm_1', 'they cannot be compared | write not alarm_1'],
    ['alarm_1 != 1', 'they cannot be compared | write not alarm_1'],
    ["pv == '5'", "@0-9: pv is a number and '5' is a text: they cannot be compared | "],
    ['pv == none', '@0-10: nothing can be compared with none | write not has(pv)'],
    ['none != pv', '@0-10: nothing can be compared with none | write has(pv)'],
    ['none + 1', 'none is no value, but a number is expected with +'],
    [
      'alarm_1 ? 1 : batch',
      '@14-19: 1 is a number and batch is a text: the result must be of one kind | ',
    ],
    ["first(pv, 'a')", "@10-13: pv is a number and 'a' is a text: the result must be of one kind"],
    ['len(pv)', '@4-6: pv is a number, but a text is expected in len() | '],
    ['min(pv, 1, alarm_1)', 'alarm_1 is true or false, but a number is expected in min()'],
  ])('%s', (text, mistake) => {
    const [first, ...more] = mistakes(text);
    expect(first).toContain(mistake);
    expect(more.length).toBeLessThanOrEqual(1);
  });

  test('all mistakes at once, each name once, at most eight', () => {
    expect(mistakes('abcd + efgh + abcd + alarm_1')).toEqual([
      '@0-4: no name "abcd" is known here | ' + KNOWN,
      '@7-11: no name "efgh" is known here | ' + KNOWN,
      '@21-28: alarm_1 is true or false, but a number is expected with + | write if(alarm_1, 1, 0)',
    ]);
    const many = Array.from({ length: 20 }, (_, index) => `stranger_${index}`).join(' + ');
    expect(mistakes(many)).toHaveLength(8);
  });

  test('what only the value can tell is left to it', () => {
    expect(mistakes('odd + 1 > 2 and odd')).toEqual([]);
    expect(mistakes('alarm_1 ? odd : 1')).toEqual([]);
  });
});

const KNOWN =
  'known: pv working_setpoint alarm_1 batch odd furnace-1.pv furnace-b.pv $decimals none';

describe('a hostile expression', () => {
  test.each([
    ['open parentheses', '('.repeat(999), 'nested more than 32 deep'],
    ['minus signs', `${'-'.repeat(999)}1`, 'nested more than 32 deep'],
    ['negations', `${'not '.repeat(200)}alarm_1`, 'nested more than 32 deep'],
    ['a tower of powers', `2${'^2'.repeat(400)}`, 'nested more than 32 deep'],
    ['branches', `${'alarm_1?'.repeat(100)}1`, 'nested more than 32 deep'],
    ['else branches', `${'alarm_1?1:'.repeat(90)}1`, 'nested more than 32 deep'],
    ['calls', 'abs('.repeat(200), 'nested more than 32 deep'],
    ['a long sum', `1${'+1'.repeat(499)}`, 'more than 500 parts'],
    ['many arguments', `max(1${',1'.repeat(490)},1)+1+1+1+1+1`, 'more than 500 parts'],
    ['huge digits', '9'.repeat(1000), 'more than 64 bits'],
    ['huge hexadecimal digits', `0x${'f'.repeat(998)}`, 'more than 64 bits'],
    ['a huge exponent', `1e${'9'.repeat(900)}`, 'too large'],
    ['too many characters', ' '.repeat(1001), 'has 1001 characters'],
    ['an endless text', `'${'\\'.repeat(999)}`, 'no closing'],
    ['brackets', '['.repeat(1000), 'unexpected "["'],
    ['a long name', 'a'.repeat(1000), 'no name'],
    ['dashes', `a${'-a'.repeat(490)}-1a`, 'is no number'],
    ['__proto__', '__proto__', 'no name "__proto__" is known'],
    ['constructor', 'constructor', 'no name "constructor" is known'],
    ['a call of constructor', 'constructor(1)', 'no function is named "constructor"'],
    ['a call of __proto__', '__proto__()', 'no function is named "__proto__"'],
    ['a property', 'pv.constructor', 'no name "pv.constructor" is known'],
    ['a call of a property', "pv.constructor('x')", 'no function is named "pv.constructor"'],
    ['JavaScript', 'process.exit(1)', 'no function is named "process.exit"'],
    ['a template text', '`${pv}`', 'unexpected "`"'],
    ['an arrow', '() => 1', 'unexpected "="'],
    ['a lone surrogate', '\ud800', 'unexpected character U+D800'],
    ['a zero byte', '\0', 'unexpected character U+0000'],
  ])('of %s is refused in words', (_, text, message) => {
    const [first = ''] = mistakes(text);
    expect(first).toContain(message);
  });

  test('within the limits has room: 32 deep, 1,000 characters', () => {
    expect(mistakes(`${'('.repeat(32)}pv${')'.repeat(32)}`)).toEqual([]);
    expect(mistakes('pv'.padEnd(1000))).toEqual([]);
    expect(mistakes(`1${'+1'.repeat(249)}`)).toEqual([]);
  });
});
