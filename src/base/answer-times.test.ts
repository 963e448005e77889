import { expect, test } from 'vitest';
import { ANSWER_TIME_ENDS, AnswerTimes, answerTimeOf } from './answer-times.ts';

test.each([
  [0, 0],
  [1, 0],
  [1.2, 1],
  [2, 2],
  [2.1, 3],
  [16, 8],
  [1000, 20],
  [1e9, 29],
])('an answer after %d ms is in class %i', (ms, index) => {
  const times = new AnswerTimes();
  times.add(ms);
  expect(times.counts.indexOf(1)).toBe(index);
  expect(ms).toBeLessThanOrEqual(ANSWER_TIME_ENDS[index] ?? Infinity);
});

test('the time within which most answers came is found within a class of half a doubling', () => {
  const times = new AnswerTimes();
  for (let ms = 1; ms <= 100; ms += 1) times.add(ms);
  expect(answerTimeOf(times.counts, 0.95)).toBeGreaterThan(80);
  expect(answerTimeOf(times.counts, 0.95)).toBeLessThan(115);
  expect(answerTimeOf(times.counts, 0.5)).toBeGreaterThan(40);
  expect(answerTimeOf(times.counts, 0.5)).toBeLessThan(60);
});

test('nothing is said of no answers', () => {
  expect(answerTimeOf(new AnswerTimes().counts, 0.95)).toBeUndefined();
});
