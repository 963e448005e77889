import { expect, test } from 'vitest';
import { diffLines } from '../../../../src/base/line-diff.ts';
import { mergeTexts, partsOf } from './line-diff.ts';

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
