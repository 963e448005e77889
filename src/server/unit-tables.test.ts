import { expect, test } from 'vitest';
import { plainImage, tablesOf, UnitTables } from './unit-tables.ts';

const holding = { extents: [{ start: 2999, count: 244 }], writable: [{ start: 3000, count: 2 }] };

test('registers lie in the image as they go on the wire', () => {
  const tables = new UnitTables({ holding });
  tables.holding.setRegisters(3000, [0x1234, 0xabcd]);
  expect([...tables.holding.wireBytes(3000, 2)]).toEqual([0x12, 0x34, 0xab, 0xcd]);
  expect(tables.holding.get(3001)).toBe(0xabcd);
  expect([...tables.holding.registers(2999, 3)]).toEqual([0, 0x1234, 0xabcd]);
});

test('what is written into the wire bytes is what is served', () => {
  const tables = new UnitTables({ holding });
  tables.holding.wireBytes(3000, 2).writeFloatBE(1.5);
  expect([...tables.holding.registers(3000, 2)]).toEqual([0x3fc0, 0]);
});

test('bits are packed with the first of an extent lowest, whatever its address', () => {
  const { coil } = new UnitTables({ coil: { extents: [{ start: 5, count: 10 }] } });
  coil.setBits(5, [true, false, 1, 0, 0, 0, 0, 0, 1]);
  expect([...(coil.find(5, 10)?.bytes ?? [])]).toEqual([0b101, 0b1]);
  expect([...coil.bits(5, 10)]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
  coil.set(7, false);
  expect(coil.get(7)).toBe(false);
});

test.each([
  ['below the extent', 2998, [1]],
  ['ending above the extent', 3242, [1, 2]],
  ['of which one is no register', 3000, [1, 65536]],
])('setting registers %s changes nothing', (_, start, values) => {
  const tables = new UnitTables({ holding });
  expect(() => tables.holding.setRegisters(start, values)).toThrow(
    expect.objectContaining({ code: 'invalid-request' }),
  );
  expect(new Set(tables.holding.registers(2999, 244))).toEqual(new Set([0]));
});

test('extents that touch are one', () => {
  const { input } = new UnitTables({
    input: {
      extents: [
        { start: 10, count: 5 },
        { start: 0, count: 10 },
      ],
    },
  });
  input.set(9, 9);
  input.set(10, 10);
  expect([...input.registers(9, 2)]).toEqual([9, 10]);
});

test.each([
  ['the declared range', 3000, 2, true],
  ['an address before it', 2999, 1, false],
  ['a range that ends behind it', 3001, 2, false],
])('%s is writable: from %d, %d', (_, start, count, writable) => {
  expect(new UnitTables({ holding }).holding.isWritable(start, count)).toBe(writable);
});

test('what is writable but does not exist cannot be written', () => {
  const spec = { extents: [{ start: 0, count: 2 }], writable: [{ start: 0, count: 10 }] };
  expect(new UnitTables({ holding: spec }).holding.isWritable(1, 2)).toBe(false);
});

test('nothing is writable unless it is said', () => {
  expect(plainImage({ holding: 1 }).holding.isWritable(0, 1)).toBe(false);
  expect(plainImage({ holding: 1, writable: true }).holding.isWritable(0, 1)).toBe(true);
});

test('an exception covers its range until it is taken back', () => {
  const { holding: table } = new UnitTables({ holding });
  const exceptionAt = (start: number, count: number): number => {
    const extent = table.find(start, count);
    return extent === undefined ? -1 : table.exceptionIn(extent, start, count);
  };
  table.setException(3000, 2, 0x0b);
  table.setException(3001, 2, 0x06);
  expect([2999, 3000, 3001, 3002, 3003].map((at) => exceptionAt(at, 1))).toEqual([0, 11, 6, 6, 0]);
  expect(exceptionAt(2999, 5)).toBe(11);
  table.setException(2999, 10, 0);
  expect(exceptionAt(2999, 244)).toBe(0);
});

test('a unit is looked up, or there is one for all', () => {
  const tables = plainImage({});
  expect(tablesOf(tables, 77)).toBe(tables);
  expect(tablesOf(new Map([[7, tables]]), 7)).toBe(tables);
  expect(tablesOf(new Map([[7, tables]]), 8)).toBeUndefined();
});
