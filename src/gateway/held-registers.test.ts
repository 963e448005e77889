import { expect, test } from 'vitest';
import {
  ConnectionLostError,
  InvalidRequestError,
  ModbusExceptionError,
  RequestTimeoutError,
} from '../base/errors.ts';
import type { Sample } from '../telemetry/sample.ts';
import { heldRegister, type HeldBy } from './held-registers.ts';

const REGISTERS = [
  { id: 'f.pv', address: 1, count: 1 },
  { id: 'f.energy', address: 10, count: 2 },
  { id: 'f.low', address: 11, count: 1 },
];

/** A device whose points are known as these samples say. */
function device(samples: Readonly<Record<string, Partial<Sample>>>) {
  const site = { sample: (id: string) => samples[id] as Sample | undefined };
  const source = { device: 'f', registers: REGISTERS };
  return { get: (cell: number, by?: HeldBy) => heldRegister(source, site, cell, by) };
}

test('a register is the raw word of the point that was read from it', () => {
  const furnace = device({
    'f.pv': { quality: 'good', value: -1, raw: [0xffff] },
    'f.energy': { quality: 'good', value: 1.5, raw: [3, 4] },
  });
  expect(furnace.get(1)).toBe(0xffff);
  expect(furnace.get(10)).toBe(3);
  expect(furnace.get(11)).toBe(4);
});

test('where one point has no good value another of the same register may have', () => {
  const furnace = device({
    'f.energy': { quality: 'bad', cause: 'out-of-range' },
    'f.low': { quality: 'good', value: 9, raw: [9] },
  });
  expect(furnace.get(11)).toBe(9);
});

test.each([
  ['timeout', RequestTimeoutError],
  ['not-read-yet', RequestTimeoutError],
  ['exception-2', ModbusExceptionError],
  ['no-connection', ConnectionLostError],
  ['out-of-range', InvalidRequestError],
])('a value that is not known because of %s is no value, old or not', (cause, error) => {
  const furnace = device({ 'f.pv': { quality: 'stale', value: 1, raw: [1], cause } });
  expect(() => furnace.get(1)).toThrow(error);
  expect(() => furnace.get(1, 'any answer')).toThrow(error);
});

test('a register that nobody reads is not guessed', () => {
  expect(() => device({}).get(2)).toThrow('register 2 is read by no point of f');
});

test('what a broken sensor answers is a register where any answer will do', () => {
  const furnace = device({ 'f.pv': { quality: 'bad', cause: 'out-of-range', raw: [0x8000] } });
  expect(furnace.get(1, 'any answer')).toBe(0x8000);
  expect(() => furnace.get(1)).toThrow(InvalidRequestError);
});

test('a valid value goes before one that is none', () => {
  const furnace = device({
    'f.energy': { quality: 'bad', cause: 'out-of-range', raw: [3, 4] },
    'f.low': { quality: 'good', value: 5, raw: [5] },
  });
  expect(furnace.get(11, 'any answer')).toBe(5);
});
