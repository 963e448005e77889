import { expect, test } from 'vitest';
import { parseEnvFile } from './env-file.ts';
import { SourceText } from './source-text.ts';

const parse = (text: string) => parseEnvFile(new SourceText('.env', text));

test.each([
  ['A=b', 'b'],
  ['  A = b c  ', 'b c'],
  ['export A=b', 'b'],
  ['A=', ''],
  ['A=b # a comment', 'b'],
  ['A=b#c', 'b#c'],
  ['A=# only a comment', ''],
  ["A='b # c' # d", 'b # c'],
  ["A='\\n'", '\\n'],
  ['A="b\\nc \\"d\\" # e"', 'b\nc "d" # e'],
  ['A=x=y', 'x=y'],
  ['# A=1\n\nA=2\r\n', '2'],
  ['A=1\nA=2', '2'],
])('%j gives A the value %j', (text, value) => {
  const { values, issues } = parse(text);
  expect(issues).toEqual([]);
  expect(values.get('A')).toBe(value);
});

test.each([
  ['A', 'expected NAME=value'],
  ['1A=secret', 'expected NAME=value'],
  ['A="secret', 'the value of A has no closing quote'],
  ["A='secret' more", 'the value of A has no closing quote'],
])('%j is refused without showing the value', (text, message) => {
  const { issues } = parse(`B=1\n${text}`);
  expect(issues).toMatchObject([{ line: 2, message }]);
  expect(JSON.stringify(issues)).not.toContain('secret');
});
