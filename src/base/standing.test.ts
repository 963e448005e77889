import { describe, expect, test } from 'vitest';
import { judge } from './standing.ts';

describe('the standing of a value among others', () => {
  const even = [10, 10, 10, 10, 10, 10, 10];

  test.each<[string, readonly number[], number, number, string]>([
    ['the same as all', even, 10, 1, 'normal'],
    ['one step away where all are the same', even, 11, 1, 'normal'],
    ['far where all are the same', [...even, 99], 99, 1, 'far'],
    ['apart', [31, 32, 33, 34, 35, 32, 34, 47], 47, 1, 'apart'],
    ['half a percent of a steady voltage', [13.1, 13.1, 13.1, 13.1, 13.11], 13.11, 0.001, 'normal'],
    ['a third of many being odd', [1, 1, 1, 1, 100, 100], 100, 1, 'far'],
    ['negative values', [-10, -10, -11, -9, -90], -90, 1, 'far'],
  ])('%s', (_, values, value, step, standing) => {
    expect(judge(values, step)?.standing(value)).toBe(standing);
  });

  test('is not judged among fewer than four', () => {
    expect(judge([1, 2, 300], 1)).toBeUndefined();
  });
});
