import { expect, test } from 'vitest';
import {
  commented,
  continued,
  firstDifference,
  indented,
  inksOf,
  lineOf,
  outdented,
  type Typed,
} from './typing.ts';

/** `|` is the caret, `[` and `]` hold what is selected. */
function at(marked: string): Typed {
  const from = marked.search(/[|[]/);
  const text = marked.replace(/[|[]/, '');
  const to = text.indexOf(']');
  return to < 0 ? { text, from, to: from } : { text: text.replace(']', ''), from, to };
}

test.each([
  ['a step at the caret', indented, 'a:|', 'a:  |'],
  ['a step for all selected lines', indented, 'a\n[b\n\nc]\nd', 'a\n  [b\n\n  c]\nd'],
  ['a step back', outdented, '    a|', '  a|'],
  ['no further back than the edge', outdented, ' |a', '|a'],
  ['a step back for all selected lines', outdented, '[  a\n    b]', '[a\n  b]'],
  ['comments out where the lines begin', commented, '  [a:\n    b]', '  # [a:\n  #   b]'],
  ['and back in', commented, '  # [a:\n  #   b]', '  [a:\n    b]'],
  ['goes on where the line began', continued, '  a: 1|', '  a: 1\n  |'],
  ['goes further in behind a name', continued, '  a: # x|', '  a: # x\n    |'],
  ['but not behind a comment', continued, '# a:|', '# a:\n|'],
])('a key of the editor: %s', (_, key, before, after) => {
  expect(key(at(before))).toEqual(at(after));
});

test('lines are counted from 1', () => {
  expect([0, 1, 2, 4].map((place) => lineOf('a\nb\nc', place))).toEqual([1, 1, 2, 3]);
});

test.each([
  ['a\nb\nc', 'a\nx\nc', 2],
  ['a\nb\nc', 'a\nc', 2],
  ['a\nb', 'a\nb\nc', 3],
  ['a\nb', 'a', 1],
])('what changed from %j to %j is on line %i', (before, after, line) => {
  expect(firstDifference(before, after)).toBe(line);
});

test.each([
  ['  a: 1 # x', 'plain:  |name:a|plain:: 1 |note:# x'],
  ['# all', 'note:# all'],
  ['a: "b # c"', 'name:a|plain:: |quoted:"b # c"'],
  ['at: tcp://${HOST}:502', 'name:at|plain:: tcp://|placeholder:${HOST}|plain::502'],
  ['{ a: x, b: y }', 'plain:{ |name:a|plain:: x, |name:b|plain:: y }'],
  ['', ''],
])('colours of the line %s', (line, expected) => {
  const inks = inksOf(line);
  expect(inks.map(({ kind, text }) => `${kind}:${text}`).join('|')).toBe(expected);
  expect(inks.map(({ text }) => text).join('')).toBe(line);
});
