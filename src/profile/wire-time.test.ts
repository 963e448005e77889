import { expect, test } from 'vitest';
import { wireTime } from './wire-time.ts';

test.each([
  [9600, 10, 43.67],
  [9600, 125, 283.25],
  [19_200, 10, 22.83],
  [19_200, 125, 142.63],
  [115_200, 10, 8.36],
  [115_200, 125, 28.33],
])('at %i baud 8N1, %i registers take %d ms with 2 ms of thinking', (baud, count, ms) => {
  const line = { baud, bitsPerCharacter: 10, turnaroundMs: 2 };
  const time = wireTime({ table: 'holding', count }, line);
  expect(time.ms).toBeCloseTo(ms, 1);
  expect([time.requestBytes, time.responseBytes]).toEqual([8, 5 + 2 * count]);
});

test('a parity bit makes every character longer', () => {
  const line = { baud: 9600, bitsPerCharacter: 11, turnaroundMs: 0 };
  expect(wireTime({ table: 'coil', count: 9 }, line)).toEqual({
    requestBytes: 8,
    responseBytes: 7,
    ms: expect.closeTo((15 + 7) * (11 / 9.6), 6) as number,
  });
});
