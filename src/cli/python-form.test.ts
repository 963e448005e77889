import { describe, expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import { pythonDict, pythonFloat } from './python-form.ts';

describe('floats are printed as Python prints them', () => {
  test.each([
    [5.25, '5.25'],
    [230, '230.0'],
    [49.97999954223633, '49.97999954223633'],
    [0, '0.0'],
    [-0, '-0.0'],
    [-1.5, '-1.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [123456789012345.6, '123456789012345.6'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [1.2345e22, '1.2345e+22'],
    [1e100, '1e+100'],
    [5e-324, '5e-324'],
  ])('%s', (value, text) => expect(pythonFloat(value)).toBe(text));
});

test('a poll is a dict in the order of the addresses, with exact integers and None', () => {
  const float = registerPoint({ name: 'current_phase_a', type: 'f32', count: 2 });
  const energy = registerPoint({ name: 'active_energy_import', type: 'u64', count: 4 });
  const scaled = registerPoint({ name: 'level', scale: { multiply: 1, divide: 10, offset: 0 } });
  expect(
    pythonDict([
      [float, 5],
      [energy, 9_223_372_036_854_775_809n],
      [scaled, 497],
      [{ ...float, name: 'frequency' }, undefined],
    ]),
  ).toBe(
    "{'current_phase_a': 5.0, 'active_energy_import': 9223372036854775809, 'level': 497.0, 'frequency': None}",
  );
});
