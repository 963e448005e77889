import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packChunk, unpackChunk } from './chunk.ts';
import { packNumbers, unpackNumbers } from './number-column.ts';
import { DamagedDataError, Packer, Unpacker } from './packing.ts';
import { BLOCK, LEVELS, packRollup, rollUp, unpackRollup } from './rollup.ts';
import type { Cell, SampleRun } from './sample-run.ts';

const SEED = { seed: 20260227, numRuns: 300 };

function packed(values: readonly number[]): Uint8Array {
  const out = new Packer();
  packNumbers(out, values);
  return out.take();
}

describe('whole numbers in few bytes', () => {
  test.each([
    [0, 1],
    [-1, 1],
    [63, 1],
    [-64, 1],
    [64, 2],
    [2 ** 30, 5],
    [-(2 ** 31), 5],
    [2 ** 31 + 5, 5],
    [2 ** 51, 8],
    [-(2 ** 52), 8],
  ])('%d takes %d', (value, size) => {
    const bytes = new Packer().signed(value).take();
    expect(bytes).toHaveLength(size);
    expect(new Unpacker(bytes).signed()).toBe(value);
  });
});

describe('numbers come back as they were', () => {
  test.each<[what: string, values: number[], most: number]>([
    ['nothing', [], 1],
    ['steps of a tenth', [20.1, 20.2, 20.1, 20.3, 19.9], 7],
    ['a meter that counts', [1_234_567, 1_234_568, 1_234_570], 7],
    ['32-bit floats', [230.1, 230.2, 230.15, 229.9].map(Math.fround), 18],
    ['floats around 0', [-0.1, 0.1, -0.3, 0].map(Math.fround), 25],
    ['doubles', [Math.PI, Math.E, Math.PI], 30],
    ['the greatest and the smallest', [Number.MAX_VALUE, Number.MIN_VALUE, -1e300, 0], 40],
    ['decimals that no power fits', [0.1 + 0.2, 0.3], 20],
    ['whole numbers beyond 2^53', [2 ** 63, 2 ** 64, -(2 ** 63)], 20],
  ])('%s', (_, values, most) => {
    const bytes = packed(values);
    expect(unpackNumbers(new Unpacker(bytes), values.length)).toEqual(values);
    expect(bytes.length).toBeLessThanOrEqual(most);
  });

  test('any of them', () => {
    const decimal = fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 100);
    const float = fc.float({ noNaN: true, noDefaultInfinity: true });
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const lists = fc.oneof(fc.array(decimal), fc.array(float), fc.array(double));
    fc.assert(
      fc.property(lists, (list) => {
        const values = list.map((value) => value + 0); // -0 is taken for 0 on the way in
        expect(unpackNumbers(new Unpacker(packed(values)), values.length)).toEqual(values);
      }),
      SEED,
    );
  });
});

const BASE = 490_896 * BLOCK;
const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.constant(NaN),
  fc.constantFrom('run', 'stop', ''),
);
const run: fc.Arbitrary<SampleRun> = fc
  .uniqueArray(fc.integer({ min: 0, max: BLOCK - 1 }), { maxLength: 60 })
  .chain((times) =>
    fc.tuple(
      fc.constant(times),
      fc.array(cell, { minLength: times.length, maxLength: times.length }),
    ),
  )
  .map(([times, cells]) => ({
    at: times.sort((a, b) => a - b).map((time) => BASE + time),
    cells,
  }));

describe('samples', () => {
  test('of any kind and at any time come back as they were', () => {
    fc.assert(
      fc.property(run, (samples) => {
        expect(unpackChunk(packChunk(samples, BASE), BASE)).toEqual(samples);
      }),
      SEED,
    );
  });

  test('of every second take few bytes each', () => {
    const at = Array.from({ length: 3600 }, (_, s) => BASE + s * 1_000_000 + ((s * 7919) % 6000));
    const cells = at.map((_, s) => Math.round(200 + 30 * Math.sin(s / 50)) / 10);
    expect(packChunk({ at, cells }, BASE).length / 3600).toBeLessThan(4);
  });

  test('that are cut off, or claim to be many, are refused', () => {
    const at = [1, 2, 3, 4].map((time) => BASE + time);
    const bytes = packChunk({ at, cells: [1, 2, NaN, 'x'] }, BASE);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => unpackChunk(bytes.subarray(0, length), BASE)).toThrow(DamagedDataError);
    }
    expect(() => unpackChunk(new Packer().varint(2 ** 40).take(), BASE)).toThrow(DamagedDataError);
  });

  test('that are any bytes at all are samples or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          unpackChunk(bytes, BASE);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedDataError);
        }
      }),
      SEED,
    );
  });
});

test.each(LEVELS)('buckets of %d microseconds come back as they were', (level) => {
  fc.assert(
    fc.property(run, (samples) => {
      const block = BASE / BLOCK;
      const summaries = rollUp(samples, block, level);
      const known = summaries.map((one) => (one.numbers > 0 ? one : { ...one, min: 0, max: 0 }));
      expect(unpackRollup(packRollup(summaries, block, level), block, level)).toEqual(known);
    }),
    SEED,
  );
});
