import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideGap, gapsWorthReading, NETWORK_GAPS, TYPICAL_SERIAL } from './gap-cost.ts';
import { planReads, type PlanChoice } from './read-plan.ts';
import { wireTime } from './wire-time.ts';
import { registerPoint } from '../../test/support/points.ts';

const PLAN: PlanChoice = { strategy: 'auto', registers: 125, bits: 2000, gap: 'auto' };

test.each([
  ['9600 8N1', 9600, 10, 0, 12],
  ['9600 8N1 with a pause', 9600, 10, 10, 17],
  ['19200 8E1', 19_200, 11, 0, 14],
  ['115200 8N1, where the turnaround is most of it', 115_200, 10, 0, 55],
])('at %s', (_, baud, bitsPerCharacter, pauseMs, registers) => {
  const gaps = gapsWorthReading({ baud, bitsPerCharacter, turnaroundMs: 5 }, pauseMs);
  expect(gaps.registers).toBe(registers);
});

test('a bit costs a sixteenth of a register', () => {
  const { registers, bits } = gapsWorthReading(TYPICAL_SERIAL, 0);
  expect(bits / registers).toBeCloseTo(16, 0);
});

test('a serial line of usual speed stands behind the measure of networks', () => {
  const { registers } = gapsWorthReading(TYPICAL_SERIAL, 0);
  expect(Math.abs(registers - NETWORK_GAPS.registers)).toBeLessThanOrEqual(2);
});

test.each([
  ['a gap that somebody wrote stands', 0, 0],
  ['whatever it is', 40, 40],
  ['auto becomes what is worth its time', 'auto', { registers: 7, bits: 112 }],
] as const)('%s', (_, gap, decided) => {
  expect(decideGap({ ...PLAN, gap }, { registers: 7, bits: 112 }).gap).toEqual(decided);
});

test.each(['holding', 'coil'] as const)(
  'no other length of gap takes less time with two values of the table %s',
  (table) => {
    const line = fc.record({
      baud: fc.constantFrom(1200, 9600, 19_200, 38_400, 115_200),
      bitsPerCharacter: fc.constantFrom(10, 11),
      turnaroundMs: fc.integer({ min: 0, max: 50 }),
    });
    const pause = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(line, pause, fc.integer({ min: 1, max: 123 }), (speed, pauseMs, gap) => {
        // A character is the least that a gap of bits can cost.
        const wide = table === 'coil' ? gap * 8 : gap;
        const points = [0, wide + 1].map((address, index) =>
          registerPoint({ name: `p${index}`, table, address }),
        );
        const costOf = (plan: Parameters<typeof planReads>[1]): number =>
          planReads(points, plan).reduce(
            (sum, read) => sum + wireTime(read, speed).ms + pauseMs,
            0,
          );
        const chosen = costOf(decideGap(PLAN, gapsWorthReading(speed, pauseMs)));
        // Bits share characters with their neighbours, so that one more or less may be needed.
        const slack = table === 'coil' ? (speed.bitsPerCharacter * 1000) / speed.baud : 0;
        const best = Math.min(costOf({ ...PLAN, gap: 0 }), costOf({ ...PLAN, gap: 2000 }));
        expect(chosen).toBeLessThanOrEqual(best + slack + 1e-6);
      }),
      { seed: 9, numRuns: 300 },
    );
  },
);
