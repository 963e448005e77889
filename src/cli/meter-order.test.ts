import { describe, expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import { readDecoder, decodedValues } from '../profile/decode.ts';
import { ENDIAN_CHOICES, inMeterOrder, type Endian } from './meter-order.ts';

/** The bytes 01..08 in four registers, and which of them (A..H) end up where, most significant first. */
const ROWS: readonly [Endian, readonly Endian[], u16: string, u32: string, u64: string][] = [
  ['BIG', ['BIG', 'AUTO'], 'AB', 'ABCD', 'ABCDEFGH'],
  ['BIG', ['LITTLE'], 'AB', 'CDAB', 'GHEFCDAB'],
  ['LITTLE', ['BIG', 'AUTO'], 'BA', 'BADC', 'BADCFEHG'],
  ['LITTLE', ['LITTLE'], 'BA', 'DCBA', 'HGFEDCBA'],
  ['AUTO', ['BIG', 'AUTO'], 'BA', 'ABCD', 'ABCDEFGH'],
  ['AUTO', ['LITTLE'], 'BA', 'CDAB', 'GHEFCDAB'],
];

function decode(type: 'u16' | 'u32' | 'u64', count: number, bytes: Endian, words: Endian): bigint {
  const point = inMeterOrder(registerPoint({ name: 'x', type, count }), bytes, words);
  const out = decodedValues(1);
  readDecoder({ table: 'holding', start: 0, count, points: [point] }).decode(
    Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).subarray(0, count * 2),
    out,
  );
  return BigInt(out.values[0] as number | bigint);
}

function expected(letters: string): bigint {
  return Array.from(letters).reduce(
    (sum, letter) => sum * 256n + BigInt(letter.charCodeAt(0) - 64),
    0n,
  );
}

const cases = ROWS.flatMap(([bytes, wordOrders, ...letters]) =>
  wordOrders.map((words) => ({ bytes, words, letters })),
);

describe.each(cases)('byteorder $bytes, wordorder $words', ({ bytes, words, letters }) => {
  test.each([
    ['u16', 1, letters[0]],
    ['u32', 2, letters[1]],
    ['u64', 4, letters[2]],
  ] as const)('%s', (type, count, order) => {
    expect(decode(type, count, bytes, words)).toBe(expected(order));
  });
});

test('the table has a row for each pair of switches', () => {
  expect(new Set(cases.map(({ bytes, words }) => `${bytes} ${words}`)).size).toBe(
    ENDIAN_CHOICES.length ** 2,
  );
});
