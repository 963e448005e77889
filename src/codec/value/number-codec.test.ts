import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../../base/errors.ts';
import { numberCodec } from './number-codec.ts';
import { NoValue } from './no-value.ts';
import { BYTE_ORDERS, rawRange, registersOf, type ByteOrder } from './value-type.ts';
import { FIXED_TYPES, isFloatType, isNumberType, type NumberType } from './value-type.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decoded(bytes: Uint8Array, type: NumberType, order: ByteOrder): unknown {
  const value = numberCodec(type, order).decode(viewOf(bytes), 0);
  return value instanceof NoValue ? value.cause : value;
}

function encoded(value: number | bigint, type: NumberType, order: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(registersOf(type) * 2);
  numberCodec(type, order).encode(viewOf(bytes), 0, value);
  return bytes;
}

// The bytes 01 02 .. 08 in registers, A..H in the order in which they arrive.
const orders: readonly [NumberType, ByteOrder, string, number | bigint][] = [
  ['u16', 'ABCD', 'AB', 0x0102],
  ['u16', 'CDAB', 'AB', 0x0102],
  ['u16', 'BADC', 'BA', 0x0201],
  ['u16', 'DCBA', 'BA', 0x0201],
  ['u32', 'ABCD', 'ABCD', 0x01020304],
  ['u32', 'CDAB', 'CDAB', 0x03040102],
  ['u32', 'BADC', 'BADC', 0x02010403],
  ['u32', 'DCBA', 'DCBA', 0x04030201],
  ['u64', 'ABCD', 'ABCDEFGH', 0x0102030405060708n],
  ['u64', 'CDAB', 'GHEFCDAB', 0x0708050603040102n],
  ['u64', 'BADC', 'BADCFEHG', 0x0201040306050807n],
  ['u64', 'DCBA', 'HGFEDCBA', 0x0807060504030201n],
];

test.each(orders)('%s@%s takes 01 02 .. 08 as %s', (type, order, _, value) => {
  const bytes = hex('01 02 03 04 05 06 07 08').subarray(0, registersOf(type) * 2);
  expect(decoded(bytes, type, order)).toBe(value);
  expect(encoded(value, type, order)).toEqual(bytes);
});

// Each row is checked in both directions.
const vectors: readonly [NumberType, ByteOrder, string, number | bigint][] = [
  ['i16', 'ABCD', 'FF FF', -1],
  ['i16', 'BADC', '00 80', -32768],
  ['i32', 'CDAB', 'FF FE FF FF', -2],
  ['i64', 'ABCD', 'FF FF FF FF FF FF FF FE', -2],
  ['u64', 'ABCD', '00 1F FF FF FF FF FF FF', Number.MAX_SAFE_INTEGER],
  ['u64', 'ABCD', '00 20 00 00 00 00 00 00', 2n ** 53n],
  ['u64', 'ABCD', '80 00 00 00 00 00 00 01', 9223372036854775809n],
  ['i64', 'ABCD', 'FF E0 00 00 00 00 00 01', Number.MIN_SAFE_INTEGER],
  ['i64', 'ABCD', 'FF E0 00 00 00 00 00 00', -(2n ** 53n)],
  ['i64', 'DCBA', '00 00 00 00 00 00 00 80', -(2n ** 63n)],
  ['f32', 'ABCD', '42 47 EB 85', 49.97999954223633],
  ['f32', 'CDAB', 'EB 85 42 47', 49.97999954223633],
  ['f32', 'BADC', '47 42 85 EB', 49.97999954223633],
  ['f32', 'DCBA', '85 EB 47 42', 49.97999954223633],
  ['f64', 'ABCD', '3F F8 00 00 00 00 00 00', 1.5],
  ['f64', 'CDAB', '00 00 00 00 00 00 3F F8', 1.5],
  ['f16', 'ABCD', '3E 00', 1.5],
  ['f16', 'ABCD', '7B FF', 65504],
  ['f16', 'ABCD', '00 01', 2 ** -24],
  ['f16', 'ABCD', '04 00', 2 ** -14],
  ['f16', 'BADC', '00 C0', -2],
  ['bcd16', 'ABCD', '12 34', 1234],
  ['bcd32', 'CDAB', '56 78 12 34', 12345678],
  ['mod10k32', 'ABCD', '04 D2 16 2E', 12345678],
  ['mod10k32', 'CDAB', '16 2E 04 D2', 12345678],
  ['unix32', 'ABCD', '56 86 4E E0', 1451642592],
  ['bits32', 'ABCD', '80 00 00 01', 0x80000001],
];

test.each(vectors)('%s@%s: %s is %d', (type, order, bytes, value) => {
  expect(decoded(hex(bytes), type, order)).toBe(value);
  expect(encoded(value, type, order)).toEqual(hex(bytes));
});

test.each<[NumberType, string, number]>([
  ['u8h', '12 FF', 0x12],
  ['u8l', '12 FF', 0xff],
  ['i8h', 'FE 01', -2],
  ['i8l', '01 FE', -2],
])('%s is one half of the register %s, and leaves the other alone', (type, bytes, value) => {
  expect(decoded(hex(bytes), type, 'ABCD')).toBe(value);
  const register = hex(bytes);
  const { encode } = numberCodec(type, 'ABCD');
  encode(viewOf(register), 0, 7);
  const changed = type.endsWith('h') ? 0 : 1;
  expect(register[changed]).toBe(7);
  expect(register[1 - changed]).toBe(hex(bytes)[1 - changed]);
});

test.each<[NumberType, string, string]>([
  ['f32', '7F C0 00 00', 'not-a-number'],
  ['f32', 'FF 80 00 00', 'not-a-number'],
  ['f64', '7F F0 00 00 00 00 00 00', 'not-a-number'],
  ['f16', '7C 00', 'not-a-number'],
  ['f16', '7E 00', 'not-a-number'],
  ['bcd16', '12 3A', 'bad-bcd'],
  ['bcd32', 'F0 00 00 00', 'bad-bcd'],
  ['mod10k32', '27 10 00 00', 'bad-digits'],
  ['mod10k32', '00 00 27 10', 'bad-digits'],
])('%s of %s is no value, because of %s', (type, bytes, cause) => {
  expect(decoded(hex(bytes), type, 'ABCD')).toBe(cause);
});

test.each<[NumberType, number | bigint, string]>([
  ['u16', 65536, '65536 does not fit into u16 (0 to 65535)'],
  ['u16', -1, '-1 does not fit into u16 (0 to 65535)'],
  ['i8l', 128, '128 does not fit into i8l (-128 to 127)'],
  ['u16', 1.5, '1.5 is no whole number, and u16 holds nothing else'],
  ['u32', NaN, 'NaN is no whole number, and u32 holds nothing else'],
  ['u64', 2n ** 64n, '18446744073709551616 does not fit into u64 (0 to 18446744073709551615)'],
  ['bcd16', 10_000, '10000 does not fit into bcd16 (0 to 9999)'],
  ['f32', 1e39, '1e+39 is too large for f32'],
  ['f16', 70_000, '70000 is too large for f16'],
  ['f64', Infinity, 'Infinity is not a number'],
])('%s refuses %d and writes nothing', (type, value, message) => {
  const bytes = new Uint8Array(registersOf(type) * 2);
  const { encode } = numberCodec(type, 'ABCD');
  expect(() => encode(viewOf(bytes), 0, value)).toThrow(new InvalidRequestError(message));
  expect(bytes.every((byte) => byte === 0)).toBe(true);
});

describe('every type and order', () => {
  const types = FIXED_TYPES.filter(isNumberType);

  test('reads back what it wrote', () => {
    const type = fc.constantFrom(...types.filter((candidate) => !isFloatType(candidate)));
    const order = fc.constantFrom(...BYTE_ORDERS);
    fc.assert(
      fc.property(type, order, fc.bigInt(-(2n ** 64n), 2n ** 64n), (name, bytes, any) => {
        const [min, max] = rawRange(name) ?? [0n, 0n];
        const span = max - min + 1n;
        const value = min + (((any % span) + span) % span);
        expect(BigInt(decoded(encoded(value, name, bytes), name, bytes) as number)).toBe(value);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('a half float reads back each of its finite values', () => {
    const lost: number[] = [];
    for (let bits = 0; bits < 0x10000; bits += 1) {
      const value = decoded(Uint8Array.of(bits >> 8, bits & 0xff), 'f16', 'ABCD');
      if (typeof value !== 'number') continue;
      const [high = 0, low = 0] = encoded(value, 'f16', 'ABCD');
      if (high * 0x100 + low !== bits) lost.push(bits);
    }
    expect(lost).toEqual([]);
  });

  test('reads from the middle of an answer', () => {
    const bytes = hex('00 00 42 47 EB 85 00 00');
    for (const order of BYTE_ORDERS) {
      const alone = decoded(bytes.subarray(2, 6), 'f32', order);
      expect(numberCodec('f32', order).decode(viewOf(bytes), 2)).toBe(alone);
    }
  });
});
