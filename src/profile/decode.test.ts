import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NoValue } from '../codec/value/no-value.ts';
import { numberCodec } from '../codec/value/number-codec.ts';
import { BYTE_ORDERS } from '../codec/value/value-type.ts';
import { decodedValues, decodePoint, readDecoder } from './decode.ts';
import type { RegisterPoint } from './point.ts';
import { parsePoints } from './points.ts';
import { planReads } from './read-plan.ts';

function point(written: unknown): RegisterPoint {
  return parsePoints({ p: written }).points[0]!;
}

/** What the point makes of its own registers: a value, or a cause in brackets. */
function decoded(written: unknown, ...registers: number[]): unknown {
  const value = decodePoint(point(written), viewOf(registers));
  return value instanceof NoValue ? `(${value.cause})` : value;
}

function viewOf(registers: readonly number[]): DataView {
  const view = new DataView(new ArrayBuffer(registers.length * 2));
  registers.forEach((register, index) => view.setUint16(index * 2, register));
  return view;
}

test.each<[unknown, number[], unknown]>([
  ['hr:0 u16 /10', [4974], 497.4],
  ['hr:0 i16', [0xffff], -1],
  ['hr:0 u16 /10 -1600', [17016], 101.6],
  ['hr:0 f32@CDAB', [0xf156, 0x4278], 62.235679626464844],
  ['hr:0 u64', [0x8000, 0, 0, 1], 9223372036854775809n],
  ['hr:0 unix32', [0x5686, 0x4ee0], 1451642592],
  ['hr:0 ymdhms', [2021, 6, 15, 14, 47, 41], '2021-06-15 14:47:41'],
  ['hr:0 str(6)@BADC', [0x4142, 0x4443, 0x2020], 'BACD'],
  ['hr:0 bytes(2)', [0xf156], 'f156'],
  ['hr:0.3', [0b1000], true],
  ['hr:0 bool', [2], true],
  ['hr:0 bits16', [0x8001], 0x8001],
  [{ at: 'hr:0 u16', enum: { 5: 'pre-standby' } }, [5], 5],
  ['hr:0 f32', [0x7fc0, 0], '(not-a-number)'],
  ['hr:0 f32 /10', [0x7f80, 0], '(not-a-number)'],
  ['hr:0 f64 *10', [0x7fef, 0xffff, 0xffff, 0xffff], '(out-of-range)'],
  ['hr:0 bcd16', [0x00a0], '(bad-bcd)'],
  ['hr:0 mod10k32', [0, 10_000], '(bad-digits)'],
  ['hr:0 ymdhms', [0, 0, 0, 0, 0, 0], '(bad-time)'],
  [{ at: 'hr:0 i16 /10', invalid: '0x8000' }, [0x8000], '(sentinel)'],
  [{ at: 'hr:0 u16', invalid: [0xffff, 0xfffe] }, [0xfffe], '(sentinel)'],
  [
    { at: 'hr:0 u64', invalid: '0xFFFFFFFFFFFFFFFF' },
    [0xffff, 0xffff, 0xffff, 0xffff],
    '(sentinel)',
  ],
  [{ at: 'hr:0 i16 /10', valid: [-20, 80] }, [800], 80],
  [{ at: 'hr:0 i16 /10', valid: [-20, 80] }, [801], '(out-of-range)'],
  [{ at: 'hr:0 i16 /10', valid: [-20, 80] }, [0xff37], '(out-of-range)'],
])('%j takes registers %j as %s', (written, registers, expected) => {
  expect(decoded(written, ...registers)).toBe(expected);
});

test('the types that are decoded in one loop come out as their codecs say', () => {
  const type = fc.constantFrom(
    ...(['u16', 'i16', 'bits16', 'u32', 'i32', 'bits32', 'unix32', 'f32'] as const),
  );
  const order = fc.constantFrom(...BYTE_ORDERS);
  const words = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(type, order, words, (of, bytes, registers) => {
      const target = point(`hr:0 ${of}@${bytes}`);
      const view = viewOf(registers.slice(0, target.count));
      expect(decodePoint(target, view)).toEqual(numberCodec(of, bytes).decode(view, 0));
    }),
    { seed: 11, numRuns: 1000 },
  );
});

describe('the answer to a planned read', () => {
  test('becomes the values of its points, wherever they stand in it', () => {
    const { points } = parsePoints({ a: 'hr:10 u16', b: 'hr:12 f32', c: 'hr:11 i16 /10' });
    const [read] = planReads(points, { strategy: 'auto', registers: 125, bits: 2000, gap: 0 });
    const { points: inOrder, decode } = readDecoder(read!);
    const out = decodedValues(3);
    decode(Uint8Array.of(0, 7, 0xff, 0xff, 0x42, 0x48, 0, 0), out);
    expect(inOrder.map(({ name }, index) => [name, out.values[index]])).toEqual([
      ['a', 7],
      ['c', -0.1],
      ['b', 50],
    ]);
  });

  test('of coils is unpacked from its bits, the first in the lowest', () => {
    const { points } = parsePoints({ a: 'co:20', b: 'co:27', c: 'co:28', d: 'co:38' });
    const [read] = planReads(points, { strategy: 'auto', registers: 125, bits: 2000, gap: 20 });
    const out = decodedValues(4);
    // The example of MODBUS Application Protocol V1.1b3, section 6.1: coils 20 to 38.
    readDecoder(read!).decode(Uint8Array.of(0xcd, 0x6b, 0x05), out);
    expect(out.values).toEqual([true, true, true, true]);
    readDecoder(read!).decode(Uint8Array.of(0x4c, 0x6a, 0x03), out);
    expect(out.values).toEqual([false, false, false, false]);
  });

  test('leaves nothing of the answer before it', () => {
    const { points } = parsePoints({ a: 'hr:0 f32' });
    const [read] = planReads(points, { strategy: 'auto', registers: 125, bits: 2000, gap: 0 });
    const { decode } = readDecoder(read!);
    const out = decodedValues(1);
    const data = Uint8Array.of(0x42, 0x48, 0, 0);
    decode(data, out);
    expect(out).toEqual({ values: [50], causes: [undefined] });
    data.set([0x7f, 0xc0]);
    decode(data, out);
    expect(out).toEqual({ values: [undefined], causes: ['not-a-number'] });
    decode(Uint8Array.of(0, 0, 0x42, 0x48, 0, 0).subarray(2), out);
    expect(out).toEqual({ values: [50], causes: [undefined] });
  });
});
