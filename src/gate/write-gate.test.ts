import { describe, expect, test } from 'vitest';
import { registerPoint } from '../../test/support/points.ts';
import {
  ADMIN,
  GateBench,
  OPERATOR,
  SETPOINT,
  VIEWER,
  noSpace,
  setpoint,
  type BenchPoint,
} from '../../test/support/gate-bench.ts';
import { parseExpression } from '../expression/expression.ts';
import type { Value } from '../telemetry/point.ts';
import { listAudit, verifyAudit } from './audit-read.ts';
import type { WriteRequest } from './write-request.ts';

function condition(text: string) {
  const scope = new Map([
    ['ready', 'number' as const],
    ['press.closed', 'number' as const],
  ]);
  return { condition: parseExpression(text, scope, 'boolean').expression!, message: 'look' };
}

describe('a write that nothing speaks against', () => {
  test('goes out once, is read back, told to the rail and audited before and after', async () => {
    const bench = await GateBench.open([SETPOINT]);
    bench.device.words[2] = 550;

    const result = await bench.write(750, { reason: 'batch 7' });

    expect(result).toMatchObject({
      ...{ outcome: 'confirmed', code: 'read-back', old: 550, value: 750, readback: 750 },
    });
    expect(bench.device.frames).toEqual([{ function: 6, address: 2, word: 750 }]);
    expect(bench.device.told).toEqual([750]);
    const [after, intent] = await listAudit(bench.folder, { point: 'furnace.sp' });
    expect(intent).toMatchObject({
      ...{ kind: 'intent', id: result.id, asked: 750, old: 550, reason: 'batch 7', who: OPERATOR },
      frame: { function: 6, address: 2, word: 750 },
    });
    expect(after).toMatchObject({
      kind: 'result',
      id: result.id,
      outcome: 'confirmed',
      readback: 750,
    });
  });

  test('of the value that the device has sends nothing', async () => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 10 } })]);
    bench.device.words[2] = 750;

    expect(await bench.write(750)).toMatchObject({ outcome: 'unchanged', code: 'equal' });
    expect(bench.device.frames).toEqual([]);
    expect(bench.gate.wear('furnace.sp')).toMatchObject({ total: 0 });
  });

  test('is judged by what the device has, not by what the rail believes', async () => {
    const bench = await GateBench.open([SETPOINT]);
    bench.device.words[2] = 700;
    bench.rail.set('furnace.sp', { value: 750 });

    expect(await bench.write(750)).toMatchObject({ outcome: 'confirmed', old: 700 });
  });
});

describe('off by default', () => {
  test.each<[string, (bench: GateBench) => void]>([
    ['writes-off', (bench) => bench.configure({ writes: 'off' })],
    ['device-off', (bench) => bench.configure({ devices: new Set() })],
  ])('%s', async (code, change) => {
    const bench = await GateBench.open([SETPOINT]);
    change(bench);

    expect(await bench.write(1)).toMatchObject({ outcome: 'refused', code });
    expect(bench.device.frames).toEqual([]);
  });

  test.each<[string, BenchPoint]>([
    ['a point without rules', { point: SETPOINT.point }],
    ['a read-only point', setpoint({}, { access: 'ro' })],
  ])('%s is not writable', async (_, point) => {
    const bench = await GateBench.open([point]);

    expect(await bench.write(1)).toMatchObject({ outcome: 'refused', code: 'not-writable' });
  });

  test('a gate that nobody has configured writes nothing', async () => {
    const bench = await GateBench.open([SETPOINT]);
    bench.configure({ points: new Map() });

    expect(await bench.write(1)).toMatchObject({ code: 'unknown-point' });
  });
});

describe('who', () => {
  test.each<[string, string, Partial<BenchPoint['rules'] & object>, Partial<WriteRequest>]>([
    ['a viewer may not', 'role', {}, { who: VIEWER }],
    ['an operator may not where an admin is needed', 'role', { role: 'admin' }, {}],
    ['an admin may', 'read-back', { role: 'admin' }, { who: ADMIN }],
    ['from an allowed network', 'read-back', {}, { who: { ...OPERATOR, from: '10.7.7.7' } }],
    ['mapped into IPv6 too', 'read-back', {}, { who: { ...OPERATOR, from: '::ffff:10.7.7.7' } }],
    ['from elsewhere not', 'address', {}, { who: { ...ADMIN, from: '192.168.1.9' } }],
    ['an address that is none', 'address', {}, { who: { ...ADMIN, from: 'localhost' } }],
    [
      'calling oneself the keeper of leases',
      'role',
      {},
      { who: { ...VIEWER, name: 'lease', door: 'lease' } },
    ],
  ])('%s: %s', async (_, code, rules, over) => {
    const bench = await GateBench.open([setpoint(rules)]);

    expect(await bench.write(5, over)).toMatchObject({ code });
  });
});

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

describe('the device must be alive and its value good and fresh', () => {
  test.each<[string, string, (bench: GateBench) => void]>([
    ['failing', 'device-down', (bench) => (bench.deviceState = 'failing')],
    ['stale', 'quality', (bench) => bench.rail.set('furnace.sp', { quality: 'stale' })],
    ['bad', 'quality', (bench) => bench.rail.set('furnace.sp', { quality: 'bad' })],
    ['10.001 s old', 'stale', (bench) => aged(bench, 10_001)],
    ['10 s old', 'read-back', (bench) => aged(bench, 10_000)],
    ['from the future', 'stale', (bench) => aged(bench, -10_001)],
    ['not readable just now', 'present-unknown', (bench) => (bench.device.readFault = 'timeout')],
  ])('%s: %s', async (_, code, change) => {
    const bench = await GateBench.open([SETPOINT]);
    change(bench);

    expect(await bench.write(5)).toMatchObject({ code });
  });

  function aged(bench: GateBench, ms: number): void {
    bench.rail.set('furnace.sp', { at: bench.clock.wallMicros() - ms * 1000 });
  }
});

describe('an interlock', () => {
  test.each<[string, string, Parameters<GateBench['rail']['set']>[1] | undefined]>([
    ['met', 'read-back', { value: 1 }],
    ['not met', 'interlock', { value: 0 }],
    ['over a stale point', 'interlock-unknown', { value: 1, quality: 'stale' }],
    ['over a bad point', 'interlock-unknown', { quality: 'bad' }],
    ['over an old value', 'interlock-unknown', { value: 1, at: 0 }],
    ['over a point that does not exist', 'interlock-unknown', undefined],
  ])('%s: %s', async (_, code, sample) => {
    const bench = await GateBench.open([setpoint({ interlocks: [condition('ready == 1')] })]);
    if (sample !== undefined) bench.rail.set('furnace.ready', sample);

    expect(await bench.write(5)).toMatchObject({ code });
  });

  test('may look at another device', async () => {
    const bench = await GateBench.open([
      setpoint({ interlocks: [condition('press.closed == 1')] }),
    ]);
    bench.rail.set('press.closed', { value: 1 });

    expect(await bench.write(5)).toMatchObject({ code: 'read-back' });
  });
});

describe('the largest change', () => {
  test.each<[number, number, string]>([
    [100, 150, 'read-back'],
    [100, 151, 'max-change'],
    [100, 50, 'read-back'],
    [100, 49, 'max-change'],
  ])('from %d to %d: %s', async (from, to, code) => {
    const bench = await GateBench.open([setpoint({ maxChange: 50 })]);
    bench.device.words[2] = from;

    expect(await bench.write(to)).toMatchObject({ code });
  });

  test('of a point that cannot be read is measured from the point that is named', async () => {
    const rules = { maxChange: 50, changeFrom: 'furnace.pv' };
    const bench = await GateBench.open([setpoint(rules, { access: 'wo' })]);

    expect(await bench.write(140)).toMatchObject({ code: 'present-unknown' });
    bench.rail.set('furnace.pv', { value: 100 });
    expect(await bench.write(151)).toMatchObject({ code: 'max-change' });
    expect(await bench.write(140)).toMatchObject({ outcome: 'confirmed', code: 'acknowledged' });
  });
});

describe('the least interval', () => {
  test('counts from the last frame, and outlives a restart', async () => {
    const bench = await GateBench.open([setpoint({ minIntervalMs: 5_000 })]);

    expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
    bench.clock.advance(4_999);
    expect(await bench.write(2)).toMatchObject({ code: 'rate' });
    expect(await bench.write(1)).toMatchObject({ code: 'equal' });
    await bench.restart();
    expect(await bench.write(2)).toMatchObject({ code: 'rate' });
    bench.clock.advance(1);
    expect(await bench.write(2)).toMatchObject({ code: 'read-back' });
  });
});

describe('the wear of a register', () => {
  test('is counted by frame, has a budget for the day and one for life, and outlives a restart', async () => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 3, perDay: 2 } })]);
    const codes = [];
    for (const value of [1, 2, 3]) codes.push((await bench.write(value)).code);
    await bench.restart();
    codes.push((await bench.write(4)).code);
    bench.clock.advance(24 * 3_600_000);
    for (const value of [5, 6]) codes.push((await bench.write(value)).code);

    expect(codes).toEqual([
      ...['read-back', 'read-back', 'wear-day', 'wear-day', 'read-back', 'wear-life'],
    ]);
    expect(bench.device.frames.length).toBe(3);
  });

  test('says how many years are left at the pace until now', async () => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 100_000 } })]);
    for (const value of [1, 2, 3, 4]) await bench.write(value);
    bench.clock.advance(2 * 24 * 3_600_000);

    const { total, yearsLeft } = bench.gate.wear('furnace.sp')!;

    expect(total).toBe(4);
    expect(yearsLeft).toBeCloseTo(99_996 / (2 * 365.25), 6);
  });

  test('is shared by points of the same register', async () => {
    const twin = setpoint({}, { name: 'twin' });
    const bench = await GateBench.open([setpoint({ wear: { cycles: 1 } }), twin]);

    expect(await bench.write(1, { point: 'furnace.twin' })).toMatchObject({ code: 'read-back' });
    expect(await bench.write(2)).toMatchObject({ code: 'wear-life' });
    expect(await bench.write(2, { point: 'furnace.twin' })).toMatchObject({ code: 'wear-life' });
  });

  test('is not counted for a frame that never left', async () => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 9 }, minIntervalMs: 1e6 })]);
    bench.device.answer = { kind: 'not-sent', reason: 'the line is closed' };

    expect(await bench.write(1)).toMatchObject({ outcome: 'failed', code: 'not-sent' });
    expect(bench.gate.wear('furnace.sp')).toMatchObject({ total: 0 });
    bench.device.answer = { kind: 'acknowledged' };
    expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
    expect(bench.folder.text('state.json')).toContain('"total":1');
  });
});

describe('what became of the frame', () => {
  test.each<[string, (bench: GateBench) => void, string, string]>([
    [
      'exception 2',
      (b) => (b.device.answer = { kind: 'exception', exception: 2 }),
      'failed',
      'device-refused',
    ],
    [
      'exception 4, which does not say',
      (b) => (b.device.answer = { kind: 'exception', exception: 4 }),
      'unknown',
      'no-answer',
    ],
    ['lost on the way', (b) => (b.device.answer = 'lost'), 'unknown', 'no-answer'],
    [
      'only the answer lost',
      (b) => (b.device.answer = { kind: 'unknown', reason: 'timeout' }),
      'confirmed',
      'seen-after-timeout',
    ],
    ['acknowledged and not done', (b) => (b.device.keepsOld = true), 'failed', 'differs'],
    ['acknowledged and silent since', silentAfter, 'unknown', 'not-verified'],
  ])('%s', async (_, change, outcome, code) => {
    const bench = await GateBench.open([SETPOINT]);
    change(bench);

    expect(await bench.write(5)).toMatchObject({ outcome, code });
    await bench.clock.run(600_000);
    expect(bench.device.frames.length, 'it is never sent again').toBe(1);
  });

  function silentAfter({ device }: GateBench): void {
    device.before = () => (device.readFault = 'timeout');
  }
});

describe('one writer per device at a time', () => {
  test('in the order of asking, and not more than the queue holds', async () => {
    const limits = { queue: 2, ttlMs: 5_000, maxTtlMs: 60_000, keys: 10, keyMs: 1_000 };
    const bench = await GateBench.open([SETPOINT], { limits });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    bench.device.hold = promise as Promise<void>;
    const results = [1, 2, 3, 4].map(async (value) => bench.write(value));
    await bench.clock.run(10);
    resolve(undefined);

    const codes = (await Promise.all(results)).map(({ code }) => code);

    expect(codes).toEqual(['read-back', 'read-back', 'read-back', 'queue-full']);
    expect(bench.device.frames.map((frame) => 'word' in frame && frame.word)).toEqual([1, 2, 3]);
  });

  test('a request that waits longer than it lives is refused when its time is over', async () => {
    const bench = await GateBench.open([SETPOINT]);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    bench.device.hold = promise as Promise<void>;
    const first = bench.write(1);
    const second = bench.write(2, { ttlMs: 100 });
    await bench.clock.run(100);

    expect(await second).toMatchObject({ outcome: 'refused', code: 'expired' });
    resolve(undefined);
    expect(await first).toMatchObject({ code: 'read-back' });
    expect(bench.device.frames.length).toBe(1);
  });

  test('a disk that takes longer than the request lives stops it before the frame', async () => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 9 } })]);
    bench.folder.after = () => bench.clock.advance(3_000);

    expect(await bench.write(1)).toMatchObject({ outcome: 'refused', code: 'expired' });
    expect(bench.device.frames).toEqual([]);
    expect(bench.gate.wear('furnace.sp')).toMatchObject({ total: 0 });
  });

  test.each([0, -1, Number.NaN, 60_001])('a life of %d ms is no life', async (ttlMs) => {
    const bench = await GateBench.open([SETPOINT]);

    expect(await bench.write(1, { ttlMs })).toMatchObject({ code: 'invalid-request' });
  });
});

describe('an idempotency key', () => {
  test('brings the same result and no second frame, also after a restart', async () => {
    const bench = await GateBench.open([SETPOINT]);
    const key = { idempotencyKey: 'a' };
    const [one, two] = await Promise.all([bench.write(5, key), bench.write(5, key)]);
    bench.device.words[2] = 9;
    await bench.restart();
    const three = await bench.write(5, key);

    expect([two.id, three]).toEqual([one.id, one]);
    expect(bench.device.frames.length).toBe(1);
  });

  test('is another one at another door, and no key for another wish', async () => {
    const bench = await GateBench.open([SETPOINT]);
    const key = { idempotencyKey: 'a' };
    await bench.write(5, key);

    expect(await bench.write(6, key)).toMatchObject({ code: 'key-reused' });
    const who = { ...OPERATOR, door: 'text' as const };
    expect(await bench.write(6, { ...key, who })).toMatchObject({ code: 'read-back' });
  });

  test('is forgotten after its time, and a refused request is judged anew', async () => {
    const bench = await GateBench.open([SETPOINT]);
    const key = { idempotencyKey: 'a' };
    bench.deviceState = 'failing';
    expect(await bench.write(5, key)).toMatchObject({ code: 'device-down' });
    bench.deviceState = 'good';
    expect(await bench.write(5, key)).toMatchObject({ code: 'read-back' });
    bench.clock.advance(600_000);
    expect(await bench.write(5, key)).toMatchObject({ code: 'equal' });
  });
});

describe('a maintenance lock', () => {
  test.each(['*', 'furnace'])(
    'on %s holds for everybody, over a restart, until unlocked',
    async (scope) => {
      const bench = await GateBench.open([SETPOINT]);
      expect(await bench.gate.lock(scope, OPERATOR, 'hands in the machine')).toBeUndefined();
      await bench.restart();

      const result = await bench.write(1, { who: ADMIN });
      expect(result).toMatchObject({
        code: 'maintenance',
        message: expect.stringContaining('hands'),
      });
      const other = { ...OPERATOR, name: 'jo' };
      expect(await bench.gate.unlock(scope, other)).toMatchObject({ code: 'role' });
      expect(await bench.gate.unlock(scope, ADMIN)).toBeUndefined();
      expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
    },
  );

  test('ends by itself at its time', async () => {
    const bench = await GateBench.open([SETPOINT]);
    await bench.gate.lock('furnace', OPERATOR, 'x', bench.clock.wallMicros() + 1_000_000);
    expect(await bench.write(1)).toMatchObject({ code: 'maintenance' });
    bench.clock.advance(1_000);
    expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
  });

  test('stops what waits, and is there only when nothing is on its way any more', async () => {
    const bench = await GateBench.open([SETPOINT]);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    bench.device.hold = promise as Promise<void>;
    const [first, second] = [bench.write(1), bench.write(2)];
    await bench.clock.run(1);
    let isLocked = false;
    const lock = bench.gate.lock('furnace', OPERATOR, 'x').then(() => (isLocked = true));
    await bench.clock.run(1);
    expect(isLocked).toBe(false);
    resolve(undefined);
    await lock;

    expect(await first).toMatchObject({ code: 'read-back' });
    expect(await second).toMatchObject({ code: 'maintenance' });
  });

  test('holds even when the disk is full', async () => {
    const bench = await GateBench.open([SETPOINT]);
    bench.folder.before = () => {
      throw noSpace();
    };
    expect(await bench.gate.lock('*', OPERATOR, 'x')).toMatchObject({ code: 'disk-failed' });
    bench.folder.before = () => undefined;
    expect(await bench.write(1)).toMatchObject({ code: 'maintenance' });
  });
});

describe('a lease', () => {
  const LEASED = setpoint({ lease: { safeValue: 20, maxMs: 10_000 } });

  test('that nobody renews ends with the safe value', async () => {
    const bench = await GateBench.open([LEASED]);
    await bench.write(500);
    await bench.clock.run(9_999);
    expect(bench.device.words[2]).toBe(500);
    await bench.clock.run(1);

    expect(bench.device.words[2]).toBe(20);
    expect(bench.gate.status().leases.size).toBe(0);
    const [result] = await listAudit(bench.folder, { name: 'lease' });
    expect(result).toMatchObject({ outcome: 'confirmed', reason: 'not renewed in time by mei' });
  });

  test('holds as long as it is renewed, or written again', async () => {
    const bench = await GateBench.open([LEASED]);
    await bench.write(500);
    await bench.clock.run(9_000);
    expect(await bench.gate.renew('furnace.sp', OPERATOR)).toMatchObject({ code: 'renewed' });
    await bench.clock.run(9_000);
    expect(await bench.write(500)).toMatchObject({ code: 'equal' });
    await bench.clock.run(9_000);
    expect(bench.device.words[2]).toBe(500);
    await bench.clock.run(1_000);
    expect(bench.device.words[2]).toBe(20);
    expect(await bench.gate.renew('furnace.sp', OPERATOR)).toMatchObject({ code: 'no-lease' });
  });

  test.each([
    ['in time', 2_000, 500],
    ['too late', 10_000, 20],
  ])('survives a restart: %s', async (_, downMs, value) => {
    const bench = await GateBench.open([LEASED]);
    await bench.write(500);
    await bench.clock.run(5_000);
    await bench.gate.close();
    await bench.clock.run(downMs);
    await bench.restart();
    await bench.clock.run(1);

    expect(bench.device.words[2]).toBe(value);
  });

  test('is not longer because somebody has set the calendar back', async () => {
    const bench = await GateBench.open([LEASED]);
    await bench.write(500);
    await bench.gate.close();
    bench.clock.stepWall(-3_600_000_000);
    await bench.restart();
    await bench.clock.run(10_000);

    expect(bench.device.words[2]).toBe(20);
  });

  test('tries its safe value again until the rules let it through', async () => {
    const bench = await GateBench.open([LEASED]);
    await bench.write(500);
    bench.deviceState = 'failing';
    await bench.clock.run(60_000);
    expect(bench.device.words[2]).toBe(500);
    bench.deviceState = 'good';
    await bench.clock.run(30_000);

    expect(bench.device.words[2]).toBe(20);
  });

  test('is not begun by a write that the device refuses', async () => {
    const bench = await GateBench.open([LEASED]);
    bench.device.answer = { kind: 'exception', exception: 3 };
    await bench.write(500);

    expect(bench.gate.status().leases.size).toBe(0);
  });

  test('cannot be longer than the rule, nor be where there is none', async () => {
    const bench = await GateBench.open([LEASED, setpoint({}, { name: 'other' })]);

    expect(await bench.write(1, { leaseMs: 10_001 })).toMatchObject({ code: 'invalid-request' });
    const other = { point: 'furnace.other', leaseMs: 5 };
    expect(await bench.write(1, other)).toMatchObject({ code: 'no-lease' });
  });
});

describe('a disk that is full', () => {
  test.each<[string, (bench: GateBench) => void, string]>([
    ['for the audit', (b) => full(b, 'append'), 'audit-failed'],
    ['for the state', (b) => full(b, 'replace'), 'disk-failed'],
    ['in the middle of a line', (b) => (b.folder.tearAt = 40), 'audit-failed'],
  ])('%s stops writing, and only until there is room', async (_, fill, code) => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 9 } })]);
    fill(bench);
    expect(await bench.write(1)).toMatchObject({ outcome: 'refused', code });
    expect(bench.device.frames).toEqual([]);
    bench.folder.before = () => undefined;
    bench.folder.tearAt = undefined;

    expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
    expect(await verifyAudit(bench.folder)).toMatchObject({ state: 'sound' });
    expect(bench.gate.wear('furnace.sp')).toMatchObject({ total: 1 });
  });

  function full(bench: GateBench, kind: string): void {
    bench.folder.before = (operation) => {
      if (operation === kind) throw noSpace();
    };
  }
});

describe('files that make no sense', () => {
  test.each(['state.json', 'audit-000000000000.jsonl'])(
    '%s closes the gate, and it says so',
    async (name) => {
      const bench = await GateBench.open([setpoint({ wear: { cycles: 9 } })]);
      await bench.write(1);
      const text = bench.folder
        .text(name)
        .replace('"total":1', '"total":"x"')
        .replace('mei', 'eve');
      bench.folder.files.set(name, [Buffer.from(text)]);
      await bench.restart();

      const result = await bench.write(2);
      expect(result).toMatchObject({
        code: 'state-damaged',
        message: expect.stringContaining(name),
      });
      expect(bench.gate.status().state).toBe('damaged');
      expect(bench.folder.text(name), 'evidence is left alone').toBe(text);
    },
  );
});

test('a closed gate refuses, and closing waits for what is under way', async () => {
  const bench = await GateBench.open([SETPOINT]);
  const first = bench.write(1);
  await bench.gate.close();

  expect(['read-back', 'closed']).toContain((await first).code);
  expect(await bench.write(2)).toMatchObject({ code: 'closed' });
});

test('a reload while a request waits lets nothing through by the old rules', async () => {
  const bench = await GateBench.open([SETPOINT]);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  bench.device.hold = promise as Promise<void>;
  const [first, second] = [bench.write(1), bench.write(2)];
  await bench.clock.run(1);
  bench.configure({ writes: 'off' });
  resolve(undefined);

  expect(await first).toMatchObject({ code: 'read-back' });
  expect(await second).toMatchObject({ code: 'writes-off' });
});
