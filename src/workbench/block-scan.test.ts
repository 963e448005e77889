import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockScan, MISSING, SILENT, THERE, cutBlocks, type Block } from './block-scan.ts';

/** Asks a device that has these addresses; gives how often. */
function ask(scan: BlockScan, has: (address: number) => boolean): number {
  let questions = 0;
  for (let block = scan.next(); block !== undefined; block = scan.next()) {
    questions += 1;
    const { start, count } = block;
    const isWhole = Array.from({ length: count }, (_, at) => start + at).every(has);
    if (isWhole) scan.found();
    else scan.lacks();
  }
  return questions;
}

test.each<[string, (address: number) => boolean, found: readonly Block[], questions: number]>([
  ['all of it', () => true, [{ start: 100, count: 200 }], 4],
  ['nothing', () => false, [], 50 + 4 * 52],
  ['the first half', (at) => at < 200, [{ start: 100, count: 100 }], 2 + 50 + 2 * 52],
  [
    'all but one',
    (at) => at !== 170,
    [
      { start: 100, count: 70 },
      { start: 171, count: 129 },
    ],
    3 + 13,
  ],
])('a device that has %s is known after so many questions', (_, has, found, questions) => {
  const scan = new BlockScan({ start: 100, count: 200 }, 50);
  expect(ask(scan, has)).toBeLessThanOrEqual(questions);
  expect(scan.blocks(THERE)).toEqual(found);
  expect(scan.judged).toBe(200);
});

test('whatever a device has, exactly that is found', () => {
  const holes = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 30 });
  fc.assert(
    fc.property(holes, fc.integer({ min: 1, max: 120 }), (missing, size) => {
      const gone = new Set(missing);
      const scan = new BlockScan({ start: 0, count: 100 }, size);
      ask(scan, (address) => !gone.has(address));
      const flat = (state: number): number[] =>
        scan
          .blocks(state)
          .flatMap(({ start, count }) => Array.from({ length: count }, (_, at) => start + at));
      expect(flat(MISSING)).toEqual([...gone].sort((a, b) => a - b));
      expect(flat(THERE)).toHaveLength(100 - gone.size);
    }),
  );
});

test('what brought no answer is not said to be missing', () => {
  const scan = new BlockScan({ start: 5, count: 1 }, 50);
  scan.lacks(true);
  expect(scan.blocks(SILENT)).toEqual([{ start: 5, count: 1 }]);
  expect(scan.blocks(MISSING)).toEqual([]);
});

test('long blocks are cut for reading again', () => {
  expect(cutBlocks([{ start: 1, count: 120 }], 50)).toEqual([
    { start: 1, count: 50 },
    { start: 51, count: 50 },
    { start: 101, count: 20 },
  ]);
});
