import { describe, expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import type { TextServerConfig } from '../config/server-config.ts';
import type { WriteRequest, WriteResult } from '../gate/write-request.ts';
import type { Sample } from '../telemetry/sample.ts';
import { answerText } from '../text/text-desk.ts';
import { textDevice } from './text-device.ts';

const SP = registerPoint({
  ...{ name: 'sp', address: 2, type: 'i16', access: 'rw' },
  scale: { multiply: 1, divide: 10, offset: 0 },
  invalid: [-32_768],
});

function config(over: Partial<TextServerConfig> = {}): TextServerConfig {
  return {
    ...{ name: 'old', type: 'text', listen: { host: '127.0.0.1', port: 0 }, device: 'f' },
    ...{ registers: [{ id: 'f.pv', address: 1, count: 1 }], allowExit: false, ...over },
  };
}

function port(over: Partial<TextServerConfig>, result: Partial<WriteResult> = {}) {
  const asked: WriteRequest[] = [];
  let exits = 0;
  const device = textDevice(config(over), {
    site: {
      sample: () => ({ quality: 'bad', cause: 'sentinel', raw: [0x8001] }) as unknown as Sample,
    },
    gate: {
      write: async (request) => {
        asked.push(request);
        const done = {
          outcome: 'confirmed',
          code: 'read-back',
          message: 'done',
          at: 0,
          id: '1',
        } as const;
        return Promise.resolve({ ...done, ...result });
      },
    },
    exit: () => (exits += 1),
  });
  const ask = async (text: string): Promise<string> =>
    (await answerText(text, device, '192.168.1.9')).text;
  return { ask, asked, device, exits: () => exits };
}

const SETTABLE = { settable: [{ id: 'f.sp', point: SP }] };

test('Set asks the gate for the value that the raw register is, in the name of the port', async () => {
  const { ask, asked } = port(SETTABLE);
  expect(await ask('Set:2:1005')).toBe('Ok');
  expect(await ask('Set:2:65535')).toBe('Ok');
  expect(asked).toEqual([
    {
      ...{ point: 'f.sp', value: 100.5 },
      who: { name: 'old', role: 'operator', from: '192.168.1.9', door: 'text' },
    },
    expect.objectContaining({ value: -0.1 }),
  ]);
});

describe('Set answers', () => {
  const rows: [name: string, result: Partial<WriteResult>, answer: string][] = [
    ['what the device has already', { outcome: 'unchanged', code: 'equal' }, 'Ok'],
    ['what nobody answered', { outcome: 'unknown', code: 'no-answer', message: 'x' }, 'None'],
    ['a device that is down', { outcome: 'refused', code: 'device-down', message: 'x' }, 'None'],
    [
      'a limit',
      { outcome: 'refused', code: 'range', message: 'sp is 900, at most 800' },
      'Exception occurred: sp is 900, at most 800',
    ],
    [
      'a value that the device took otherwise',
      { outcome: 'failed', code: 'differs', message: 'it reads back 7' },
      'Exception occurred: it reads back 7',
    ],
    [
      'a frame that is not verified',
      { outcome: 'unknown', code: 'not-verified', message: 'look at it' },
      'Exception occurred: look at it',
    ],
  ];
  test.each(rows)('%s', async (_, result, answer) => {
    expect(await port(SETTABLE, result).ask('Set:2:5')).toBe(answer);
  });
});

describe('nothing goes to the gate', () => {
  test.each([
    ['for another register', 'Set:3:5', 'Exception occurred: register 3 is not writable'],
    [
      'for a raw value that means none',
      'Set:2:32768',
      'Exception occurred: sp has no value for 32768: sentinel',
    ],
    [
      'for a register that is none',
      'Set:70000:5',
      'Exception occurred: The registeraddress is too large: 70000, but maximum value is 65535.',
    ],
    [
      'for a fraction',
      'Set:2:25.5',
      "Exception occurred: invalid literal for int() with base 10: '25.5'",
    ],
    [
      'for a negative number',
      'Set:2:-1',
      'Exception occurred: The value is too small: -1, but minimum value is 0.',
    ],
  ])('%s', async (_, request, answer) => {
    const { ask, asked } = port(SETTABLE);
    expect(await ask(request)).toBe(answer);
    expect(asked).toEqual([]);
  });

  test('while Set is not allowed', async () => {
    const { ask, asked } = port({});
    expect(await ask('Set:2:5')).toBe('Exception occurred: writing is not enabled');
    expect(asked).toEqual([]);
  });
});

test('Get gives what a broken sensor answers, as the instrument sent it', async () => {
  expect(await port({}).ask('Get:1')).toBe('32769.0');
});

test('Exit ends the program only where it is allowed', () => {
  expect(port({}).device).not.toHaveProperty('exit');
  const { device, exits } = port({ allowExit: true });
  device.exit?.();
  expect(exits()).toBe(1);
});
