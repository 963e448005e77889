import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bucketsOf,
  historyRig,
  HOUR,
  sampleOf,
  SECOND,
  START,
} from '../../test/support/history-rig.ts';
import type { Value } from '../telemetry/point.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { HistoryBefore, HistoryBucket } from './history.ts';

/** The same answer, made in the simplest way from a list of all samples. */
function reference(
  samples: readonly Sample[],
  { from, to, step }: { from: number; to: number; step: number },
  origin: number,
): HistoryBucket[] {
  const first = new Map<number, Sample>();
  for (const sample of samples) if (!first.has(sample.at)) first.set(sample.at, sample);
  const within = [...first.values()]
    .filter(({ at }) => at >= from && at < to)
    .sort((a, b) => a.at - b.at);
  const groups = new Map<number, Sample[]>();
  for (const sample of within) {
    const begin = origin + Math.floor((sample.at - origin) / step) * step;
    groups.set(begin, [...(groups.get(begin) ?? []), sample]);
  }
  return [...groups].map(([at, group]) => {
    const known = group.map(({ value }) => value).filter((value) => value !== undefined);
    const numbers = known.filter((value) => typeof value === 'number');
    const last = known.at(-1) as number | string | undefined;
    return {
      at,
      ...(numbers.length > 0 && {
        min: Math.min(...numbers),
        max: Math.max(...numbers),
        mean: numbers.reduce((sum, value) => sum + value, 0) / numbers.length,
      }),
      ...(last !== undefined && { last }),
      ...(known.length > 0 && group.at(-1)?.value === undefined && { endsBad: true as const }),
      count: known.length,
      bad: group.length - known.length,
    };
  });
}

/** The newest sample before the question. */
function referenceBefore(samples: readonly Sample[], from: number): HistoryBefore | undefined {
  const at = Math.max(...samples.map((sample) => sample.at).filter((time) => time < from));
  const found = samples.find((sample) => sample.at === at);
  if (found === undefined) return undefined;
  const { value: known } = found;
  return { at, ...(known !== undefined && { value: known as number | string }) };
}

const value: fc.Arbitrary<Value | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -500, max: 5000 }).map((tenths) => tenths / 10) },
  { weight: 2, arbitrary: fc.float({ min: -100, max: 100, noNaN: true }).map((x) => x + 0) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('run', 'stop') },
);

/** Three hours: spread out, or a stretch of every second; in any order, and some of it twice. */
const scattered = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * HOUR - 1 }), value), {
  maxLength: 150,
});
const stretch = fc
  .tuple(fc.integer({ min: 0, max: 8000 }), fc.array(value, { minLength: 300, maxLength: 900 }))
  .map(([start, values]) =>
    values.map((one, index) => [(start + index) * SECOND + 137 * index, one] as const),
  );
const history = fc.tuple(scattered, stretch).map(([some, many]) => [...many, ...some]);

const question = fc
  .tuple(
    fc.integer({ min: 0, max: 3 * HOUR - 2 }),
    fc.integer({ min: 0, max: 3 * HOUR }),
    fc.constantFrom(1, 2, 7, 60, 300, 2000),
  )
  .map(([from, to, buckets]) => ({
    from: START + Math.min(from, to),
    to: START + Math.max(from, to) + 1,
    buckets,
  }));

test('every bucket is what all samples give, whatever order they came in and wherever they are kept', async () => {
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.array(question, { minLength: 4, maxLength: 4 }),
      fc.array(fc.nat({ max: 90 }), { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      async (entries, questions, pauses, restarts) => {
        const rig = historyRig();
        try {
          // It is known to have run all the time, as far as this test goes.
          const runsSince = START;
          let store = rig.begin({ runsSince });
          const samples = entries.map(([at, one]) => sampleOf('a.b', START + at, one));
          const size = Math.ceil(samples.length / pauses.length);
          for (const [index, pause] of pauses.entries()) {
            store.record(samples.slice(index * size, (index + 1) * size));
            await bucketsOf(store);
            await rig.minutes(pause);
          }
          if (restarts) {
            await store.close();
            store = rig.begin({ runsSince });
          }
          store.record(samples.slice(0, 20));
          for (const asked of questions) {
            const {
              series: [series],
            } = await store.query({ points: ['a.b'], ...asked });
            const { step = 0, buckets = [] } = series ?? {};
            expect(buckets.length).toBeLessThanOrEqual(asked.buckets);
            expect(step % 1000).toBe(0);
            expect(series?.before).toEqual(referenceBefore(samples, asked.from));
            const origin = (buckets[0]?.at ?? 0) % step;
            expectSame(buckets, reference(samples, { ...asked, step }, origin));
          }
        } finally {
          await rig.end();
        }
      },
    ),
    { seed: 20260301, numRuns: 25 },
  );
});

/** Least, most, newest and counts to the bit; a mean but for the last digits of adding up. */
function expectSame(found: readonly HistoryBucket[], expected: readonly HistoryBucket[]): void {
  expect(found.map(({ mean: _, ...rest }) => rest)).toEqual(
    expected.map(({ mean: _, ...rest }) => rest),
  );
  for (const [index, { mean }] of expected.entries()) {
    if (mean === undefined) expect(found[index]?.mean).toBeUndefined();
    else expect(Math.abs((found[index]?.mean ?? NaN) - mean)).toBeLessThan(1e-9);
  }
}
