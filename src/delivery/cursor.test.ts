import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCursor, parseCursor } from './cursor-file.ts';
import { Cursor, MAX_RANGES, type Range } from './cursor.ts';

test('what lies between two live positions was missed', () => {
  const cursor = new Cursor(10);
  cursor.advance(12);
  cursor.jump(20);
  expect([cursor.live, cursor.ranges, cursor.oldest]).toEqual([20, [{ from: 12, to: 20 }], 12]);
  expect(cursor.waiting(23)).toBe(11);
});

test('ranges are in order, joined where they touch, and cut where something is delivered', () => {
  const cursor = new Cursor(100);
  cursor.miss(50, 60);
  cursor.miss(10, 20);
  cursor.miss(20, 30);
  cursor.miss(55, 70);
  cursor.deliver(12, 15);
  expect(cursor.ranges).toEqual([
    { from: 10, to: 12 },
    { from: 15, to: 30 },
    { from: 50, to: 70 },
  ]);
});

test('what is gone from the journal is counted, and waits no more', () => {
  const cursor = new Cursor(100, [
    { from: 10, to: 20 },
    { from: 30, to: 40 },
  ]);
  expect(cursor.expireRanges(35)).toBe(15);
  expect(cursor.expireRanges(35)).toBe(0);
  expect(cursor.expireLive(110)).toBe(10);
  expect([cursor.live, cursor.ranges]).toEqual([110, [{ from: 35, to: 40 }]]);
});

test('there are never more than 64 ranges: the smallest gap is sent again, and counted', () => {
  const cursor = new Cursor(10_000);
  for (let n = 0; n < MAX_RANGES; n += 1) cursor.miss(n * 100, n * 100 + 50);
  cursor.miss(9_000, 9_001);
  cursor.miss(9_003, 9_004);
  expect(cursor.ranges).toHaveLength(MAX_RANGES);
  expect(cursor.resent).toBe(50 + 2);
});

/** The same in plain sets; a step that makes no sense is left out. */
class Model {
  live = 0;
  readonly missed = new Set<number>();
  readonly cursor = new Cursor(0);

  miss(from: number, to: number): void {
    if (to > this.live) return;
    this.cursor.miss(from, to);
    for (const n of span(from, to)) this.missed.add(n);
  }

  deliver(from: number, to: number): void {
    if (to > this.live) return;
    this.cursor.deliver(from, to);
    for (const n of span(from, to)) this.missed.delete(n);
  }

  jump(to: number): void {
    this.cursor.jump(to);
    for (const n of span(this.live, to)) this.missed.add(n);
    this.live = Math.max(this.live, to);
  }

  advance(to: number): void {
    this.cursor.advance(to);
    this.live = Math.max(this.live, to);
  }

  expire(first: number): void {
    if (first > this.live) return;
    const lost = [...this.missed].filter((n) => n < first);
    expect(this.cursor.expireRanges(first)).toBe(lost.length);
    for (const n of lost) this.missed.delete(n);
  }
}

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

test('it holds what a set of sequences holds', () => {
  const step = fc.record({
    kind: fc.constantFrom('miss', 'deliver', 'jump', 'advance', 'expire'),
    from: fc.nat(80),
    size: fc.nat(12),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model();
      const { cursor } = model;
      for (const { kind, from, size } of steps) {
        model[kind](from, from + size);
        expect(cursor.live).toBe(model.live);
        expect(cursor.ranges.flatMap((range) => span(range.from, range.to))).toEqual(
          [...model.missed].toSorted((a, b) => a - b),
        );
        expect(cursor.ranges.every(isApart)).toBe(true);
      }
    }),
    { seed: 6, numRuns: 300 },
  );
});

function isApart({ from }: Range, index: number, ranges: readonly Range[]): boolean {
  return index === 0 || from > (ranges[index - 1]?.to ?? Infinity);
}

test('a cursor comes back from its file', () => {
  const saved = { type: 'influx', live: 20, ranges: [{ from: 3, to: 7 }], isPaused: true };
  expect(parseCursor(formatCursor(saved))).toEqual(saved);
});

test.each([
  '',
  '{"version":1,"type":"influx","live":20,"ra',
  'null',
  '{"version":2,"type":"influx","live":20,"ranges":[],"paused":false}',
  '{"version":1,"type":"influx","live":-1,"ranges":[],"paused":false}',
  '{"version":1,"type":"influx","live":20,"ranges":[[1]],"paused":false}',
  '\0\0\0\0',
])('a damaged file is no cursor: %j', (text) => {
  expect(parseCursor(text)).toBeUndefined();
});
