import { expect, test } from 'vitest';
import {
  ConnectionLostError,
  InvalidRequestError,
  ModbusExceptionError,
  RequestTimeoutError,
} from '../base/errors.ts';
import type { Sample } from '../telemetry/sample.ts';
import { heldRegisters } from './held-registers.ts';

const REGISTERS = [
  { id: 'f.pv', address: 1, count: 1 },
  { id: 'f.energy', address: 10, count: 2 },
  { id: 'f.low', address: 11, count: 1 },
];

/** A device whose points are known as these samples say. */
function device(
  samples: Readonly<Record<string, Partial<Sample>>>,
): ReturnType<typeof heldRegisters> {
  const site = { sample: (id: string) => samples[id] as Sample | undefined };
  return heldRegisters({ device: 'f', registers: REGISTERS }, site);
}

test('a register is the raw word of the point that was read from it', async () => {
  const furnace = device({
    'f.pv': { quality: 'good', value: -1, raw: [0xffff] },
    'f.energy': { quality: 'good', value: 1.5, raw: [3, 4] },
  });
  expect(await furnace.get(1)).toBe(0xffff);
  expect(await furnace.get(10)).toBe(3);
  expect(await furnace.get(11)).toBe(4);
});

test('where one point has no good value another of the same register may have', async () => {
  const furnace = device({
    'f.energy': { quality: 'bad', cause: 'out-of-range' },
    'f.low': { quality: 'good', value: 9, raw: [9] },
  });
  expect(await furnace.get(11)).toBe(9);
});

test.each([
  ['timeout', RequestTimeoutError],
  ['not-read-yet', RequestTimeoutError],
  ['exception-2', ModbusExceptionError],
  ['no-connection', ConnectionLostError],
  ['out-of-range', InvalidRequestError],
])('a value that is not known because of %s is no value, old or not', async (cause, error) => {
  const furnace = device({ 'f.pv': { quality: 'stale', value: 1, raw: [1], cause } });
  await expect(furnace.get(1)).rejects.toThrow(error);
});

test('a register that nobody reads is not guessed', async () => {
  await expect(device({}).get(2)).rejects.toThrow('register 2 is read by no point of f');
});
