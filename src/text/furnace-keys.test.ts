import { expect, test } from 'vitest';
import { FakeSite } from '../../test/support/fake-site.ts';
import { RequestTimeoutError } from '../base/errors.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { runCheck, type CheckContext } from './zabbix-check.ts';

const CELLS: Readonly<Record<number, number>> = { 1: 65_511, 2: 1_000, 4: 423, 5: 998, 35: 50 };

const clock = new ManualClock();
const context: CheckContext = {
  ...{ site: new FakeSite(clock), hostname: 'h', version: '7.0.0' },
  wallMicros: () => clock.wallMicros(),
  furnace: { register: (cell) => CELLS[cell] ?? 0 },
};

test.each([
  ['eurotherm_data_pv', '-25.0'],
  ['eurotherm_data_sp', '1000.0'],
  ['eurotherm_data_wsp', '998.0'],
  ['eurotherm_data_op', '42.3'],
  ['eurotherm_data_sprate', '5.0'],
  ['eurotherm_data[-pv]', '-25.0'],
  ['eurotherm_data[-sprate]', '5.0'],
  ['eurotherm_data["-op"]', '42.3'],
])('%s is %s', (key, value) => {
  expect(runCheck(key, context)).toEqual({ value });
});

test.each([
  ['eurotherm_data_xy', 'unknown input: -xy'],
  ['eurotherm_data[-xy]', 'unknown input: -xy'],
  ['eurotherm_data[pv]', 'unknown input: pv'],
  ['eurotherm_data', 'unknown input: '],
])('%s is not supported', (key, unsupported) => {
  expect(runCheck(key, context)).toEqual({ unsupported });
});

test('a register that is not known has its reason and no number', () => {
  const register = (): number => {
    throw new RequestTimeoutError('register 1 has not been answered');
  };
  expect(runCheck('eurotherm_data_pv', { ...context, furnace: { register } })).toEqual({
    unsupported: 'register 1 has not been answered',
  });
});

test('a value beyond any instrument is none', () => {
  const furnace = { register: () => 32_768 };
  expect(runCheck('eurotherm_data_pv', { ...context, furnace })).toHaveProperty('unsupported');
});

test('without a furnace these keys are unknown', () => {
  const { furnace: _, ...plain } = context;
  expect(runCheck('eurotherm_data_pv', plain)).toEqual({
    unsupported: 'Unsupported item key: eurotherm_data_pv',
  });
});
