import { expect, test } from 'vitest';
import { readWords } from './write.ts';

test.each<[string, number, number, number[] | undefined]>([
  ['750', 0xffff, 1, [750]],
  [' 0x02EE, 1 ', 0xffff, 2, [750, 1]],
  ['1', 1, 1, [1]],
  ['2', 1, 1, undefined],
  ['65536', 0xffff, 1, undefined],
  ['1 2', 0xffff, 1, undefined],
  ['', 0xffff, 1, undefined],
  ['-1', 0xffff, 1, undefined],
  ['1e3', 0xffff, 1, undefined],
])('"%s" up to %d are %d words: %o', (text, max, count, words) => {
  expect(readWords(text, max, count)).toEqual(words);
});
