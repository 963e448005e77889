import { expect, test } from 'vitest';
import { parseProfile } from '../profile/profile.ts';
import type { CliContext } from './context.ts';
import type { ReadingOptions } from './reading-options.ts';
import { selectPoints } from './select-points.ts';

const { profile } = parseProfile({
  profile: 'acme/m',
  points: {
    volts: 'hr:0 u16 V',
    amps: 'hr:1 u16 A',
    hertz: 'hr:2 u16 Hz',
    reset: { at: 'hr:3 u16', access: 'wo' },
    watts: { expr: 'volts * amps', unit: 'W' },
    kilowatts: { expr: 'watts / 1000', unit: 'kW' },
  },
});
const choice = { device: 'm', named: profile!.points, computed: profile!.computed };

function selected(items: readonly string[], purpose: 'read' | 'write' = 'read') {
  const { points, computed, hidden } = selectPoints({} as CliContext, choice, items, {
    options: { base: 0, type: 'u16', quiet: true } as unknown as ReadingOptions,
    input: { args: [], options: {} },
    purpose,
  });
  const names = [...points, ...computed].map(({ name }) => name);
  return { read: names.join(' '), hidden: [...hidden].join(' ') };
}

test.each([
  ['everything that can be read', [], 'volts amps hertz watts kilowatts', ''],
  ['one register', ['hertz'], 'hertz', ''],
  ['a computed point, with the registers it needs', ['watts'], 'volts amps watts', 'volts amps'],
  [
    'one that needs another computed one',
    ['kilowatts'],
    'volts amps watts kilowatts',
    'watts volts amps',
  ],
  ['what is named itself is not hidden', ['amps', 'watts'], 'amps volts watts', 'volts'],
  ['a pattern means both', ['*watts'], 'volts amps watts kilowatts', 'volts amps'],
])('%s', (_, items, read, hidden) => {
  expect(selected(items)).toEqual({ read, hidden });
});

test('what is computed cannot be written, and what can only be written can', () => {
  expect(selected(['reset'], 'write')).toEqual({ read: 'reset', hidden: '' });
  expect(() => selected(['watts'], 'write')).toThrow('m has no point watts');
});

test('a name that is nearly right is guessed, computed ones too', () => {
  expect(() => selected(['wats'])).toThrow('did you mean watts?');
});
