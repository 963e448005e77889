import { describe, expect, test } from 'vitest';
import { formatIssues, summary } from './format-issues.ts';
import type { ConfigIssue } from './issue.ts';
import { SourceText } from './source-text.ts';

function issueOn(line: string, wrong: string, hint?: string): ConfigIssue {
  const source = new SourceText('g.yaml', line);
  const start = line.indexOf(wrong);
  return source.issueAt([start, start + wrong.length], {
    severity: 'error',
    message: 'm',
    ...(hint !== undefined && { hint }),
  });
}

function caretLine(issue: ConfigIssue, columns?: number): readonly string[] {
  const options = columns === undefined ? { color: false } : { color: false, columns };
  return formatIssues([issue], options).split('\n').slice(1, 3);
}

describe('the caret', () => {
  test.each([
    ['plain text', 'every: 5', '5', ['   1 | every: 5', '     |        ^']],
    ['a tab before it', 'a:\tb', 'b', ['   1 | a:  b', '     |     ^']],
    ['wide letters before it', 'a: 配電 x', 'x', ['   1 | a: 配電 x', '     |         ^']],
    ['wide letters above it', 'a: 配電', '配電', ['   1 | a: 配電', '     |    ^^^^']],
    ['an emoji before it', 'a: ⚡ x', 'x', ['   1 | a: ⚡ x', '     |       ^']],
    ['a combining mark before it', 'e\u0301: x', 'x', ['   1 | e\u0301: x', '     |    ^']],
    ['the last character of CRLF lines', 'a: b\r\nc: d', 'b', ['   1 | a: b', '     |    ^']],
  ])('stands right below %s', (_, line, wrong, expected) => {
    expect(caretLine(issueOn(line, wrong))).toEqual(expected);
  });

  test('stays on the screen in a long line, with the mistake above it', () => {
    const [text = '', caret = ''] = caretLine(
      issueOn(`${'x'.repeat(300)} WRONG ${'y'.repeat(300)}`, 'WRONG'),
      60,
    );
    expect(text.length).toBeLessThanOrEqual(60);
    expect(text.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('WRONG');
  });
});

test('what a file holds cannot steer the terminal', () => {
  const issue = issueOn('a: \u001b[2J\u202e\u0007x', 'x', 'h\u001b]0;t');
  expect(formatIssues([issue], { color: false })).not.toMatch(/[\u001b\u202e\u0007]/);
});

test('colours stand around the word and the caret, and nowhere without being asked for', () => {
  const issue = issueOn('every: 5', '5');
  expect(formatIssues([issue], { color: true })).toContain('\u001b[31merror\u001b[0m');
  expect(formatIssues([issue], { color: false })).not.toContain('\u001b');
});

test.each([
  [['error'], '1 error'],
  [['error', 'error', 'note'], '2 errors, 1 note'],
  [['note', 'note'], '2 notes'],
] as const)('%s are summed up as %s', (severities, text) => {
  const issues = severities.map((severity) => ({ ...issueOn('a', 'a'), severity }));
  expect(summary(issues)).toBe(text);
});

test('an issue of a whole file has no line', () => {
  const source = new SourceText('g.yaml', '');
  const issue = source.issue({ severity: 'error', message: 'there is no such file', hint: 'h' });
  expect(formatIssues([issue], { color: false })).toBe(
    'g.yaml  error  there is no such file\n      h\n1 error\n',
  );
});

test('no issues are no text', () => {
  expect(formatIssues([], { color: true })).toBe('');
});
