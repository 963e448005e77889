import { expect, test } from 'vitest';
import { diffLines, mergeTexts, partsOf } from './line-diff.ts';

function short(before: string, after: string): string {
  const signs = { same: ' ', added: '+', removed: '-' };
  return diffLines(before, after)
    .map(({ kind, text, line }) => `${signs[kind]}${text}${line}`)
    .join(' ');
}

test.each([
  ['nothing', 'a\nb', 'a\nb', ' a1  b2'],
  ['a line more', 'a\nc', 'a\nb\nc', ' a1 +b2  c3'],
  ['a line less', 'a\nb\nc', 'a\nc', ' a1 -b2  c2'],
  ['another line', 'a\nb\nc', 'a\nx\nc', ' a1 -b2 +x2  c3'],
  ['at both ends', 'a\nb\nc', 'x\nb\ny', '-a1 +x1  b2 -c3 +y3'],
  ['a line moved', 'a\nb\nc', 'b\nc\na', '-a1  b1  c2 +a3'],
  ['all of it', 'a', '', '-a1 +1'],
])('what changed: %s', (_, before, after, expected) => {
  expect(short(before, after)).toBe(expected);
});

test('texts too different to be compared are shown whole', () => {
  const [before, after] = ['x', 'y'].map((word) => Array(3_000).fill(word).join('\n'));
  const kinds = diffLines(before ?? '', after ?? '').map(({ kind }) => kind);
  expect([kinds.length, new Set(kinds).size]).toEqual([6_000, 2]);
});

test.each([
  ['only they', 'a\nb\nc', 'a\nx\nc', 'a\nb\nc', 'a\nx\nc', 0],
  ['only I', 'a\nb\nc', 'a\nb\nc', 'a\nb\ny', 'a\nb\ny', 0],
  ['both, apart', 'a\nb\nc\nd', 'x\nb\nc\nd', 'a\nb\nc\ny', 'x\nb\nc\ny', 0],
  ['both the same', 'a\nb', 'a\nx', 'a\nx', 'a\nx', 0],
  ['both, the same line', 'a\nb\nc', 'a\nx\nc', 'a\ny\nc', 'a\nx\ny\nc', 1],
  ['they took away, I changed', 'a\nb\nc', 'a\nc', 'a\ny\nc', 'a\ny\nc', 1],
  ['both added at the end', 'a', 'a\nx', 'a\ny', 'a\nx\ny', 1],
  ['they took away, I elsewhere', 'a\nb\nc\nd', 'a\nc\nd', 'a\nb\nc\ny', 'a\nc\ny', 0],
])('changes of two people in one text: %s', (_, base, theirs, mine, text, conflicts) => {
  expect(mergeTexts(base, theirs, mine)).toEqual({ text, conflicts });
});

test('what is far from a change is left out and counted', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const after = before.map((text, at) => (at === 10 ? 'changed' : text));
  const parts = partsOf(diffLines(before.join('\n'), after.join('\n')));
  expect(parts.map((part) => ('skipped' in part ? part.skipped : part.lines.length))).toEqual([
    8, 6, 7,
  ]);
});
