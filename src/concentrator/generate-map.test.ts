import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import type { RegisterPoint } from '../profile/point.ts';
import { EMPTY_LOCK, formatMapLock, generateMap, parseMapLock } from './generate-map.ts';
import type { MappedPoint } from './generate-map.ts';
import { mapProblems } from './unit-spec.ts';

function mapped(id: string, over: Partial<RegisterPoint> = {}): MappedPoint {
  return { id, register: registerPoint({ name: id, ...over }) };
}

const U16 = mapped('a.u16', { address: 4711 });
const F32 = mapped('a.f32', { type: 'f32', order: 'CDAB', count: 2, table: 'input' });
const U64 = mapped('b.u64', { type: 'u64', count: 4 });
const BIT = mapped('b.bit', { type: 'bool', bit: 3, address: 9 });
const BYTE = mapped('b.byte', { type: 'i8h' });

function placesOf(points: readonly MappedPoint[], lock = EMPTY_LOCK) {
  const { map } = generateMap(points, lock);
  return map.entries.map(
    ({ id, register: { table, address, count } }) => `${id} ${table} ${address}+${count}`,
  );
}

describe('a map', () => {
  test('has its points one behind the other, in the order in which they come', () => {
    expect(placesOf([U16, F32, U64, BIT, BYTE])).toEqual([
      'a.u16 holding 0+1',
      'a.f32 holding 1+2',
      'b.u64 holding 3+4',
      'b.bit coil 0+1',
      'b.byte holding 7+1',
    ]);
  });

  test('keeps type, order and scale; bits and bytes get a place of their own', () => {
    const { map } = generateMap([F32, BIT, BYTE], EMPTY_LOCK, { table: 'input', start: 100 });
    const [float, bit, byte] = map.entries.map(({ register }) => register);
    expect(float).toMatchObject({ table: 'input', address: 100, type: 'f32', order: 'CDAB' });
    expect(bit).toMatchObject({ table: 'discrete', address: 100, type: 'bool' });
    expect(bit?.bit).toBeUndefined();
    expect(byte).toMatchObject({ table: 'input', address: 102, type: 'i16' });
  });

  test('is the same when it is made again from its lock', () => {
    const { map, lock } = generateMap([U16, F32, U64]);
    expect(generateMap([U16, F32, U64], lock)).toEqual({ map, lock });
  });

  test('does not move what was there when points come in between', () => {
    const { lock } = generateMap([U16, U64]);
    expect(placesOf([U16, F32, U64], lock)).toEqual([
      'a.u16 holding 0+1',
      'a.f32 holding 5+2',
      'b.u64 holding 1+4',
    ]);
  });

  test('has a hole where a point was, which finds its place again', () => {
    const { lock } = generateMap([U16, F32, U64]);
    const without = generateMap([U16, U64], lock);
    expect(without.map.holes).toEqual([{ table: 'holding', start: 1, count: 2 }]);
    expect(placesOf([U16, U64, BYTE, F32], without.lock)).toEqual([
      'a.u16 holding 0+1',
      'b.u64 holding 3+4',
      'b.byte holding 7+1',
      'a.f32 holding 1+2',
    ]);
  });

  test('gives a point that became wider another place, and its old one to nobody', () => {
    const { lock } = generateMap([U16, U64]);
    const wider = mapped('a.u16', { type: 'u32', count: 2 });
    const { map, lock: next } = generateMap([wider, U64], lock);
    expect(map.entries[0]?.register.address).toBe(5);
    expect(map.holes).toEqual([{ table: 'holding', start: 0, count: 1 }]);
    expect(placesOf([BYTE, wider], next)).toEqual(['b.byte holding 7+1', 'a.u16 holding 5+2']);
  });

  test('keeps the place of a point whose type has the same width', () => {
    const { lock } = generateMap([U64, U16]);
    const signed = mapped('a.u16', { type: 'i16' });
    const { map, lock: next } = generateMap([U64, signed], lock);
    expect(map.entries[1]?.register).toMatchObject({ address: 4, type: 'i16' });
    expect(next.places['a.u16']?.type).toBe('i16');
  });

  test('is refused when it is full, and when a point is there twice', () => {
    expect(() => generateMap([U64], EMPTY_LOCK, { start: 0xfffd })).toThrow('which is full');
    expect(() => generateMap([U16, U16])).toThrow('a.u16 is in the map twice');
  });
});

test('whatever comes and goes, no address moves and none is given twice', () => {
  const shapes = [U16, F32, U64, BIT, BYTE];
  const one = fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom(...shapes))
    .map(([number, { register }]) => ({ id: `p.${number}`, register }));
  const round = fc.uniqueArray(one, { selector: ({ id }) => id, maxLength: 8 });
  const property = fc.property(fc.array(round, { maxLength: 8 }), (rounds) => {
    let lock = EMPTY_LOCK;
    for (const points of rounds) {
      const before = lock;
      const made = generateMap(points, lock);
      lock = made.lock;
      for (const { id, register } of made.map.entries) {
        const known = before.places[id];
        if (known?.table !== register.table || known.count !== register.count) continue;
        expect(register.address).toBe(known.address);
      }
      const { entries, holes } = made.map;
      expect(mapProblems({ blocks: [{ entries }], holes })).toEqual([]);
    }
  });
  fc.assert(property, { seed: 20_260_101, numRuns: 300 });
});

describe('a lock', () => {
  test('is a text that says the same when it is read again', () => {
    const { lock } = generateMap([U16, F32, BIT]);
    expect(parseMapLock(formatMapLock(lock))).toEqual(lock);
    expect(parseMapLock(formatMapLock(EMPTY_LOCK))).toEqual(EMPTY_LOCK);
    expect(formatMapLock(lock)).toContain(
      '\n    "a.u16": {"table":"holding","address":0,"count":1,"type":"u16"},\n',
    );
  });

  test.each([
    ['no JSON', '{', 'is no JSON'],
    ['another version', '{"version":2,"places":{},"abandoned":[]}', 'version 1'],
    ['a list', '[]', 'version 1'],
    ['a place in no table', place({ table: 'x', address: 1, count: 1 }), 'version 1'],
    ['a place behind the end', place({ table: 'coil', address: 65_535, count: 2 }), 'version 1'],
    ['a place of nothing', place({ table: 'coil', address: 1, count: 0 }), 'version 1'],
    ['half an address', place({ table: 'coil', address: 1.5, count: 1 }), 'version 1'],
  ])('is refused when it is %s', (_, text, message) => {
    expect(() => parseMapLock(text)).toThrow(message);
  });

  function place(at: object): string {
    return JSON.stringify({ version: 1, places: { 'a.b': at }, abandoned: [] });
  }
});
