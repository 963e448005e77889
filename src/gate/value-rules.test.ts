import { describe, expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import { GateBench, SETPOINT, setpoint, type BenchPoint } from '../../test/support/gate-bench.ts';
import type { Value } from '../telemetry/point.ts';

const MODE = registerPoint({
  ...{ name: 'sp', access: 'rw' as const },
  enum: new Map([
    [0, 'off'],
    [3, 'run'],
  ]),
});

const FLAG = registerPoint({ name: 'sp', table: 'coil', type: 'bool', access: 'rw' });

const TEXT = registerPoint({ name: 'sp', type: 'str', size: 4, count: 2, access: 'rw' });

const TENTHS = { multiply: 1, divide: 10, offset: 0 };

describe('the value that the registers would hold', () => {
  test.each<[string, BenchPoint, Value, string]>([
    ['NaN', SETPOINT, Number.NaN, 'type'],
    ['infinity', SETPOINT, Infinity, 'type'],
    ['a text', SETPOINT, '750', 'type'],
    ['true', SETPOINT, true, 'type'],
    ['a fraction', SETPOINT, 1.5, 'not-encodable'],
    ['65536 + 5', SETPOINT, 65541, 'not-encodable'],
    ['2^64 + 5', SETPOINT, 2n ** 64n + 5n, 'not-encodable'],
    ['below zero in u16', setpoint({ min: -9 }, { type: 'u16' }), -1, 'not-encodable'],
    ['between two steps of a tenth', setpoint({}, { scale: TENTHS }), 1.25, 'not-encodable'],
    ['a tenth', setpoint({}, { scale: TENTHS }), 1.2, 'read-back'],
    ['too large for f32', f32(), 1e39, 'not-encodable'],
    ['too small for f32', f32(), 1e-60, 'not-encodable'],
    ['the nearest f32', f32(), 0.1, 'read-back'],
    ['a whole number that f32 cannot hold', f32(), 16_777_217n, 'not-encodable'],
    ['a sentinel of the device', setpoint({}, { invalid: [7] }), 7, 'not-encodable'],
    [
      'outside what the profile calls valid',
      setpoint({}, { valid: [0, 100] }),
      101,
      'not-encodable',
    ],
    ['a member by name', { point: MODE, rules: {} }, 'RUN', 'read-back'],
    ['a member by number', { point: MODE, rules: {} }, 3, 'read-back'],
    ['no member by name', { point: MODE, rules: {} }, 'stop', 'enum'],
    ['no member by number', { point: MODE, rules: {} }, 1, 'enum'],
    ['a flag', { point: FLAG, rules: {} }, true, 'read-back'],
    ['2 for a flag', { point: FLAG, rules: {} }, 2, 'type'],
    ['a text that fits', { point: TEXT, rules: {} }, 'ABCD', 'read-back'],
    ['a text that does not fit', { point: TEXT, rules: {} }, 'ABCDE', 'not-encodable'],
    ['a text that the letters cannot say', { point: TEXT, rules: {} }, '紅', 'not-encodable'],
    ['a number for a text', { point: TEXT, rules: {} }, 5, 'type'],
    ['below the range', SETPOINT, -1, 'range'],
    ['the lowest', setpoint({ min: 1 }), 1, 'read-back'],
    ['the highest', SETPOINT, 1200, 'read-back'],
    ['above the range', SETPOINT, 1201, 'range'],
    [
      'the narrower range of the profile',
      setpoint({}, { write: { max: 9, function: 'auto' } }),
      10,
      'range',
    ],
    ['a step', setpoint({ step: 5 }), 10, 'read-back'],
    ['no step', setpoint({ step: 5 }), 11, 'step'],
    ['a step of a tenth', setpoint({ step: 0.1 }, { scale: TENTHS }), 0.3, 'read-back'],
    ['a number without limits', { point: SETPOINT.point, rules: {} }, 5, 'no-limits'],
    [
      'a number with half of the limits',
      { point: SETPOINT.point, rules: { min: 0 } },
      5,
      'no-limits',
    ],
  ])('%s', async (_, point, value, code) => {
    const bench = await GateBench.open([point]);

    const result = await bench.write(value);

    expect(result.code).toBe(code);
    expect(bench.device.frames.length).toBe(code === 'read-back' ? 1 : 0);
  });
});

function f32(): BenchPoint {
  return setpoint({ min: -1e38, max: 1e38 }, { type: 'f32', count: 2 });
}

describe('the frame', () => {
  test.each<[string, BenchPoint, Value, object]>([
    ['a coil', { point: FLAG, rules: {} }, true, { function: 5, address: 0, on: true }],
    [
      'a coil as many',
      { point: FLAG, rules: { function: 'multiple' } },
      true,
      { function: 15, address: 0, bits: [true] },
    ],
    ['a register', SETPOINT, 7, { function: 6, address: 2, word: 7 }],
    [
      'a register as many',
      setpoint({ function: 'multiple' }),
      7,
      { function: 16, address: 2, words: [7] },
    ],
    ['two registers', f32(), 1.5, { function: 16, address: 2, words: [0x3fc0, 0] }],
    [
      'a bit of a register',
      {
        point: registerPoint({ name: 'sp', type: 'bool', bit: 3, access: 'rw' }),
        rules: { function: 'mask' },
      },
      true,
      { function: 22, address: 0, andMask: 0xfff7, orMask: 0x0008 },
    ],
    [
      'a byte of a register',
      {
        point: registerPoint({ name: 'sp', type: 'u8h', access: 'rw' }),
        rules: { function: 'mask', min: 0, max: 255 },
      },
      0x12,
      { function: 22, address: 0, andMask: 0x00ff, orMask: 0x1200 },
    ],
  ])('of %s', async (_, point, value, frame) => {
    const bench = await GateBench.open([point]);

    expect(await bench.write(value)).toMatchObject({ code: 'read-back' });
    expect(bench.device.frames).toEqual([frame]);
  });

  test.each<[string, BenchPoint, Value]>([
    [
      'a part of a register without mask',
      { point: registerPoint({ name: 'sp', type: 'bool', bit: 3, access: 'rw' }), rules: {} },
      true,
    ],
    [
      'two registers with a single write',
      { ...f32(), rules: { ...f32().rules, function: 'single' } },
      1,
    ],
    [
      'a text longer than a frame',
      {
        point: registerPoint({ name: 'sp', type: 'str', size: 248, count: 124, access: 'rw' }),
        rules: {},
      },
      'A',
    ],
  ])('of %s is refused', async (_, point, value) => {
    const bench = await GateBench.open([point]);

    expect(await bench.write(value)).toMatchObject({ code: 'not-writable' });
  });
});
