import { describe, expect, test, vi } from 'vitest';
import {
  ConnectError,
  FramingError,
  ModbusExceptionError,
  RequestTimeoutError,
} from '../base/errors.ts';
import { answerText, type TextDevice } from './text-desk.ts';

/** The furnace: process value 25.3, set point 100, working output 42.3 %, rate 5. */
const CELLS: Readonly<Record<number, number>> = { 1: 253, 2: 1000, 4: 423, 5: 998, 35: 50 };

function furnace(over: Partial<TextDevice> = {}): TextDevice {
  return {
    get: async (cell) => CELLS[cell] ?? 0,
    set: async () => undefined,
    writable: new Set([2, 26]),
    exit: () => undefined,
    ...over,
  };
}

async function ask(text: string, over: Partial<TextDevice> = {}): Promise<string> {
  return (await answerText(text, furnace(over))).text;
}

/** Request and exact answer. */
const ROWS: readonly (readonly [request: string, answer: string])[] = [
  ['Status', 'Ok'],
  ['Status\n', 'Ok'],
  ['Status\r\n', 'Ok'],
  ['xxStatusyy', 'Ok'],
  ['Status:1:2', 'Ok'],
  ['status', 'Unknown command'],
  ['STATUS', 'Unknown command'],
  ['Exit', 'Exit'],
  ['Quit', 'Exit'],
  ['Exit:now', 'Exit'],
  ['ExitStatus', 'Exit'],
  ['Get:1', '253.0'],
  ['Get:1\r\n', '253.0'],
  ['Get: 1 ', '253.0'],
  ['Get:+1', '253.0'],
  ['Get:01', '253.0'],
  ['Get:1:2:3', '253.0'],
  ['xxGet:2', '1000.0'],
  ['GetSet:2:3', '1000.0'],
  ['Get:7', '0.0'],
  ['Get:65535', '0.0'],
  ['Get', 'Unknown command'],
  ['Get:', 'Unknown command'],
  ['Get:\r\n', 'Unknown command'],
  ['GetRead:', READ()],
  ['Get:abc', "Exception occurred: invalid literal for int() with base 10: 'abc'"],
  ['Get:1.5', "Exception occurred: invalid literal for int() with base 10: '1.5'"],
  ['Get:0x1', "Exception occurred: invalid literal for int() with base 10: '0x1'"],
  ["Get:'", `Exception occurred: invalid literal for int() with base 10: "'"`],
  ['Get:a\tb\\', "Exception occurred: invalid literal for int() with base 10: 'a\\tb\\\\'"],
  ['Get:-1', 'Exception occurred: The registeraddress is too small: -1, but minimum value is 0.'],
  [
    'Get:65536',
    'Exception occurred: The registeraddress is too large: 65536, but maximum value is 65535.',
  ],
  ['Set:2:1000', 'Ok'],
  ['Set:2:1000\n', 'Ok'],
  ['Set:2:0:9', 'Ok'],
  ['Set:26:65535', 'Ok'],
  ['Set', 'Unknown command'],
  ['Set:2', 'Unknown command'],
  ['Set:2:', 'Unknown command'],
  ['Set::5', 'Unknown command'],
  ['Set:2:25.5', "Exception occurred: invalid literal for int() with base 10: '25.5'"],
  ['Set:x:25', "Exception occurred: invalid literal for int() with base 10: 'x'"],
  ['Set:2:-5', 'Exception occurred: The value is too small: -5, but minimum value is 0.'],
  ['Set:2:65536', 'Exception occurred: The value is too large: 65536, but maximum value is 65535.'],
  ['Set:3:1', 'Exception occurred: register 3 is not writable'],
  ['Read', READ()],
  ['xxRead', READ()],
  ['Read:1', READ()],
  ['read', 'Unknown command'],
  ['', 'Unknown command'],
  [':', 'Unknown command'],
  [':Get:1', 'Unknown command'],
  ['hello', 'Unknown command'],
  ['\ufffd\ufffd\u0000', 'Unknown command'],
];

function READ(): string {
  return 'PV=25.3;SP=100.0;SPrate=5.0;WOp=42.3';
}

test.each(ROWS)('%j is answered %j', async (request, answer) => {
  expect(await ask(request)).toBe(answer);
});

test('every register value is a float with one decimal, without noise', async () => {
  for (let value = 0; value <= 0xffff; value += 1) {
    const { text } = await answerText('Get:1', furnace({ get: async () => value }));
    if (text !== `${value}.0`) expect(text).toBe(`${value}.0`);
  }
});

test('tenths are what Python prints of a division by 10', async () => {
  for (const [value, text] of [
    [0, '0.0'],
    [3, '0.3'],
    [65_535, '6553.5'],
    [65_530, '6553.0'],
  ] as const) {
    expect(await ask('Read', { get: async () => value })).toBe(
      `PV=${text};SP=${text};SPrate=${text};WOp=${text}`,
    );
  }
});

test('Read asks for 1, 2, 35 and 4, in this order; Status asks for nothing', async () => {
  const get = vi.fn(async (cell: number) => cell);
  await ask('Read', { get });
  expect(get.mock.calls).toEqual([[1], [2], [35], [4]]);
  await ask('Status', { get });
  expect(get).toHaveBeenCalledTimes(4);
});

test('Set writes what was asked for, as a raw register', async () => {
  const set = vi.fn(async () => undefined);
  await ask('Set:2:1000', { set });
  expect(set).toHaveBeenCalledExactlyOnceWith(2, 1000, 'local');
});

describe('a controller that fails', () => {
  const failing = (error: Error): Partial<TextDevice> => ({
    get: async () => Promise.reject(error),
    set: async () => Promise.reject(error),
  });

  test.each([
    ['does not answer', new RequestTimeoutError('no answer'), 'None'],
    [
      'has no such register',
      new ModbusExceptionError(2, 3),
      'Exception occurred: Slave reported illegal data address',
    ],
    [
      'refuses a value',
      new ModbusExceptionError(3, 16),
      'Exception occurred: Slave reported illegal data value',
    ],
    [
      'is damaged',
      new ModbusExceptionError(4, 3),
      'Exception occurred: Slave reported device failure',
    ],
    [
      'says something new',
      new ModbusExceptionError(99, 3),
      'Exception occurred: Slave reported error code 99',
    ],
    [
      'stands on a noisy line',
      new FramingError('crc is 1,\nexpected 2'),
      'Exception occurred: Checksum error in rtu mode: crc is 1, expected 2',
    ],
    [
      'is unplugged',
      new ConnectError('cannot open /dev/ttyUSB0'),
      'Exception occurred: cannot open /dev/ttyUSB0',
    ],
  ])('because it %s is told so', async (_, error, answer) => {
    expect(await ask('Get:1', failing(error))).toBe(answer);
    expect(await ask('Set:2:1', failing(error))).toBe(answer);
    expect(await ask('Read', failing(error))).toBe(
      `PV=${answer};SP=${answer};SPrate=${answer};WOp=${answer}`,
    );
  });

  test('at one item of Read does not take the others away', async () => {
    const get = async (cell: number): Promise<number> =>
      cell === 2 ? Promise.reject(new RequestTimeoutError('no answer')) : (CELLS[cell] ?? 0);
    expect(await ask('Read', { get })).toBe('PV=25.3;SP=None;SPrate=5.0;WOp=42.3');
  });
});

describe('what is not enabled', () => {
  test('Set writes nothing', async () => {
    const { text } = await answerText('Set:2:1', { get: async () => 0, writable: new Set([2]) });
    expect(text).toBe('Exception occurred: writing is not enabled');
    const set = vi.fn(async () => undefined);
    expect((await answerText('Set:2:1', { get: async () => 0, set })).text).toBe(
      'Exception occurred: register 2 is not writable',
    );
    expect(set).not.toHaveBeenCalled();
  });

  test('Exit ends nothing', async () => {
    const answer = await answerText('Exit', { get: async () => 0 });
    expect(answer).toEqual({ text: 'Exception occurred: exit is not enabled', kind: 'failure' });
  });
});

test('a fault of ours is not dressed up as one of the controller', async () => {
  const get = async (): Promise<number> => Promise.reject(new TypeError('ours'));
  await expect(ask('Get:1', { get })).rejects.toThrow('ours');
});
