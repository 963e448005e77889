import { expect, test } from 'vitest';
import { answerBars, answersWithin } from './answer-times.ts';

const CLASSES = [
  { upTo: 1, count: 0 },
  { upTo: 2, count: 3 },
  { upTo: 4, count: 0 },
  { upTo: 8, count: 12 },
  { count: 0 },
];

test('a histogram begins with the fastest answer and ends with the slowest', () => {
  expect(answerBars(CLASSES)).toEqual([
    { upTo: 2, count: 3, share: 0.25 },
    { upTo: 4, count: 0, share: 0 },
    { upTo: 8, count: 12, share: 1 },
  ]);
  expect(answerBars([{ count: 0 }])).toEqual([]);
});

test.each([
  [0.1, 2],
  [0.2, 2],
  [0.5, 8],
  [0.95, 8],
])('%d of the answers came within %i ms', (share, ms) => {
  expect(answersWithin(CLASSES, share)).toBe(ms);
});

test('nothing is said of no answers, nor of those that are beyond the last end', () => {
  expect(answersWithin([{ upTo: 1, count: 0 }], 0.95)).toBeUndefined();
  expect(answersWithin([{ count: 4 }], 0.95)).toBeUndefined();
});
