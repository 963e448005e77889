import { describe, expect, test } from 'vitest';
import { meantName } from './names.ts';

describe('the name that was meant', () => {
  test.each([
    ['workin_setpoint', 'working_setpoint'],
    ['furnace1pv', 'furnace1.pv'],
    ['furnace1.vp', 'furnace1.pv'],
    ['x', undefined],
    ['something_else', undefined],
    ['p'.repeat(81), undefined],
  ])('by %s is %s', (word, meant) => {
    expect(meantName(word, ['pv', 'working_setpoint', 'furnace1.pv', 'p'.repeat(80)])).toBe(meant);
  });

  test.each([
    ['meter_7.voltage_3', 'meter_7.voltage_3'],
    ['metre_7.voltage_3', 'meter_7.voltage_3'],
    ['meter_7.voltaeg_3', 'meter_7.voltage_3'],
    ['frequenzy', 'frequency'],
    ['boiler_7.voltage_3', undefined],
    ['meter_7.temperature', undefined],
  ])('by %s among ten thousand is %s', (word, meant) => {
    const known = ['frequency'];
    for (let device = 0; device < 100; device += 1) {
      for (let point = 0; point < 100; point += 1) known.push(`meter_${device}.voltage_${point}`);
    }
    expect(meantName(word, known)).toBe(meant);
  });
});
