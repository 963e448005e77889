import { expect, test } from 'vitest';
import { noted, NO_HISTORY, redone, undone, type Step, type TextHistory } from './undo.ts';

const step = (text: string): Step => ({ text, caret: text.length });

function typed(
  ...steps: readonly (readonly [text: string, atMs: number | undefined])[]
): TextHistory {
  return steps.reduce((history, [text, at]) => noted(history, step(text), at), NO_HISTORY);
}

test('keys typed in a row are one step, and a pause begins another', () => {
  const history = typed(['', 0], ['a', 100], ['ab', 200], ['abc', 5_000]);
  expect(history.past.map(({ text }) => text)).toEqual(['', 'abc']);
});

test('an edit in the form is a step of its own', () => {
  expect(typed(['a', 0], ['b', undefined], ['c', undefined]).past).toHaveLength(3);
  expect(typed(['a', undefined], ['b', 100]).past).toHaveLength(2);
});

test('what was undone can be redone, until something else is changed', () => {
  const [before, back] = undone(typed(['one', undefined], ['two', undefined]), step('three')) ?? [];
  expect(before?.text).toBe('two');
  const [again] = redone(back ?? NO_HISTORY, step('two')) ?? [];
  expect(again?.text).toBe('three');
  expect(noted(back ?? NO_HISTORY, step('two')).future).toEqual([]);
  expect(undone(NO_HISTORY, step('x'))).toBeUndefined();
  expect(redone(NO_HISTORY, step('x'))).toBeUndefined();
});

test('the oldest steps go', () => {
  const steps = Array.from({ length: 300 }, (_, at) => [`${at}`, undefined] as const);
  const { past } = typed(...steps);
  expect([past.length, past[0]?.text]).toEqual([200, '100']);
});
