import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../base/errors.ts';
import { LINE_DEFAULTS } from './grammar.ts';
import type { RegisterPoint } from './point.ts';
import { parsePoints } from './points.ts';
import { planReads, type PlanSettings } from './read-plan.ts';

const AUTO: PlanSettings = { strategy: 'auto', registers: 125, bits: 2000, gap: 0 };
const GREEDY: PlanSettings = { strategy: 'greedy', registers: 100, bits: 2000, gap: 0 };

function points(...lines: string[]): readonly RegisterPoint[] {
  const input = Object.fromEntries(lines.map((line, index) => [`p${index}`, line]));
  return parsePoints(input, { ...LINE_DEFAULTS, notes: false }).points;
}

function blocks(planned: readonly RegisterPoint[], settings: PlanSettings): string[] {
  return planReads(planned, settings).map(
    ({ table, start, count, points: of }) => `${table} ${start}+${count} (${of.length})`,
  );
}

test.each<[string, string[], Partial<PlanSettings>, string[]]>([
  ['neighbours are one request', ['hr:0 f32', 'hr:2 f32'], {}, ['holding 0+4 (2)']],
  ['order of writing does not matter', ['hr:2 f32', 'hr:0 f32'], {}, ['holding 0+4 (2)']],
  ['a gap is asked around', ['hr:0', 'hr:2'], {}, ['holding 0+1 (1)', 'holding 2+1 (1)']],
  ['a gap is read through', ['hr:0', 'hr:2'], { gap: 1 }, ['holding 0+3 (2)']],
  ['points of one address share a read', ['hr:5.0', 'hr:5.1', 'hr:5'], {}, ['holding 5+1 (3)']],
  ['overlapping values share a read', ['hr:0 u64', 'hr:1', 'hr:3 u32'], {}, ['holding 0+5 (3)']],
  [
    'tables are asked for apart',
    ['hr:0', 'ir:0', 'co:0', 'di:0'],
    {},
    ['coil 0+1 (1)', 'discrete 0+1 (1)', 'input 0+1 (1)', 'holding 0+1 (1)'],
  ],
  [
    'no value is split at the end of a block',
    ['hr:0', 'hr:1 f32', 'hr:3 f32'],
    { registers: 4 },
    ['holding 0+3 (2)', 'holding 3+2 (1)'],
  ],
  [
    'a full block holds 125 registers',
    Array.from({ length: 126 }, (_, index) => `hr:${index}`),
    {},
    ['holding 0+125 (125)', 'holding 125+1 (1)'],
  ],
  [
    'bits have their own limit',
    ['co:0', 'co:1', 'co:2'],
    { bits: 2 },
    ['coil 0+2 (2)', 'coil 2+1 (1)'],
  ],
  ['what can only be written is not read', ['hr:0 u16 wo', 'hr:1'], {}, ['holding 1+1 (1)']],
  ['nothing needs no request', [], {}, []],
])('%s', (_, lines, settings, expected) => {
  expect(blocks(points(...lines), { ...AUTO, ...settings })).toEqual(expected);
});

// Reference results of the reader whose strategy this is.
test('greedy fills blocks through gaps of any length', () => {
  const starts = [3000, 3002, 3004, 3200, 3202, 3204, 3250, 3252, 3340];
  const lines = starts.map((start) => `hr:${start} f32`);
  expect(blocks(points(...lines), GREEDY)).toEqual([
    'holding 3000+6 (3)',
    'holding 3200+54 (5)',
    'holding 3340+2 (1)',
  ]);
});

test('greedy keeps points of one address in the order in which they were written', () => {
  const planned = planReads(points('hr:5 u16', 'hr:5 i16', 'hr:4'), GREEDY);
  expect(planned[0]?.points.map(({ name }) => name)).toEqual(['p2', 'p0', 'p1']);
});

test.each<[string, string[], Partial<PlanSettings>, string]>([
  [
    'a value wider than a block',
    ['hr:7 u64'],
    { registers: 3 },
    'p0 at hr:7 is 4 registers wide, and a block has 3',
  ],
  [
    'more than a request can carry',
    [],
    { registers: 126 },
    'a block of 126 registers cannot be asked for, expected 1..125',
  ],
  [
    'more bits than a request can carry',
    [],
    { bits: 2001 },
    'a block of 2001 bits cannot be asked for, expected 1..2000',
  ],
  [
    'a block of nothing',
    [],
    { registers: 0 },
    'a block of 0 registers cannot be asked for, expected 1..125',
  ],
])('refuses %s under either strategy', (_, lines, settings, message) => {
  for (const strategy of [AUTO, GREEDY]) {
    expect(() => planReads(points(...lines), { ...strategy, ...settings })).toThrow(
      new InvalidRequestError(message),
    );
  }
});

describe('whatever the points', () => {
  const type = fc.constantFrom('u16', 'f32', 'u64', 'str(14)', 'bool');
  const line = fc
    .tuple(fc.constantFrom('hr', 'ir', 'co'), fc.integer({ min: 0, max: 400 }), type)
    .map(([table, address, of]) => `${table}:${address} ${table === 'co' ? 'bool' : of}`);
  const settings = fc.record({
    strategy: fc.constantFrom('auto' as const, 'greedy' as const),
    registers: fc.integer({ min: 7, max: 125 }),
    bits: fc.integer({ min: 1, max: 64 }),
    gap: fc.integer({ min: 0, max: 60 }),
  });
  const lines = fc.array(line, { maxLength: 60 });

  test('each is read whole in exactly one request, and no request is too large', () => {
    fc.assert(
      fc.property(lines, settings, (written, plan) => {
        const all = points(...written);
        const reads = planReads(all, plan);
        const read = reads.flatMap((block) => block.points);
        expect([...read].sort((a, b) => a.name.localeCompare(b.name))).toEqual(
          [...all].sort((a, b) => a.name.localeCompare(b.name)),
        );
        for (const { table, start, count, points: of } of reads) {
          expect(count).toBeLessThanOrEqual(table === 'coil' ? plan.bits : plan.registers);
          for (const point of of) {
            expect(point.table).toBe(table);
            expect(point.address).toBeGreaterThanOrEqual(start);
            expect(point.address + point.count).toBeLessThanOrEqual(start + count);
          }
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('no request begins or ends with registers that nobody wants', () => {
    fc.assert(
      fc.property(lines, settings, (written, plan) => {
        for (const { start, count, points: of } of planReads(points(...written), plan)) {
          expect(Math.min(...of.map(({ address }) => address))).toBe(start);
          expect(Math.max(...of.map((point) => point.address + point.count))).toBe(start + count);
        }
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  test('single registers are read in the fewest requests there are', () => {
    const addresses = fc.uniqueArray(fc.integer({ min: 0, max: 24 }), {
      minLength: 1,
      maxLength: 9,
    });
    const [gap, registers] = [fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 8 })];
    fc.assert(
      fc.property(addresses, gap, registers, (of, widest, most) => {
        const plan = { ...AUTO, gap: widest, registers: most };
        const planned = planReads(points(...of.map((address) => `hr:${address}`)), plan);
        expect(planned.length).toBe(
          fewest(
            [...of].sort((a, b) => a - b),
            widest,
            most,
          ),
        );
      }),
      { seed: 9, numRuns: 200 },
    );
  });

  /** Tries every way to cut the sorted addresses into blocks. */
  function fewest(sorted: readonly number[], gap: number, most: number): number {
    if (sorted.length === 0) return 0;
    let best = Infinity;
    for (let size = 1; size <= sorted.length; size += 1) {
      const block = sorted.slice(0, size);
      const isTorn = block.some((at, index) => index > 0 && at - block[index - 1]! - 1 > gap);
      if (isTorn || block.at(-1)! - block[0]! + 1 > most) break;
      best = Math.min(best, 1 + fewest(sorted.slice(size), gap, most));
    }
    return best;
  }
});
