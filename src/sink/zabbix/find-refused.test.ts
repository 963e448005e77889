import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRefused } from './find-refused.ts';

/** A receiver that refuses these numbers and says only how many. */
function receiver(bad: ReadonlySet<number>): {
  asked: number;
  count: (items: readonly number[]) => Promise<number>;
} {
  const state = {
    asked: 0,
    count: async (items: readonly number[]) => {
      state.asked += 1;
      return items.filter((item) => bad.has(item)).length;
    },
  };
  return state;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('whatever is refused is found, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.array(fc.nat(59)), async (size, bad) => {
      const refused = bad.filter((item) => item < size);
      const { count } = receiver(new Set(refused));
      const verdict = await findRefused(numbers(size), new Set(refused).size, count, 1000);
      expect(verdict.unclear).toEqual([]);
      expect(new Set(verdict.refused)).toEqual(new Set(refused));
    }),
    { seed: 53, numRuns: 200 },
  );
});

test('one of a thousand is found in ten questions', async () => {
  const asked = receiver(new Set([777]));
  const { refused } = await findRefused(numbers(1000), 1, asked.count, 100);
  expect(refused).toEqual([777]);
  expect(asked.asked).toBeLessThanOrEqual(10);
});

test('nothing is asked when all are refused, or none', async () => {
  const asked = receiver(new Set());
  expect(await findRefused([1, 2], 2, asked.count, 9)).toEqual({ refused: [1, 2], unclear: [] });
  expect(await findRefused([1, 2], 0, asked.count, 9)).toEqual({ refused: [], unclear: [] });
  expect(asked.asked).toBe(0);
});

test('what the questions did not suffice for is unclear, and holds every one that is refused', async () => {
  const bad = new Set(numbers(500).map((index) => index * 2));
  const asked = receiver(bad);
  const { refused, unclear } = await findRefused(numbers(1000), 500, asked.count, 20);
  expect(asked.asked).toBe(20);
  expect([...bad].filter((item) => !refused.includes(item) && !unclear.includes(item))).toEqual([]);
});
