import { describe, expect, test } from 'vitest';
import {
  ADMIN,
  GateBench,
  OPERATOR,
  SETPOINT,
  VIEWER,
  setpoint,
  type BenchPoint,
} from '../../test/support/gate-bench.ts';
import { parseExpression } from '../expression/expression.ts';
import { listAudit } from './audit-read.ts';
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

test('a closed gate refuses, and closing waits for what is under way', async () => {
  const bench = await GateBench.open([SETPOINT]);
  const first = bench.write(1);
  await bench.gate.close();

  expect(['read-back', 'closed']).toContain((await first).code);
  expect(await bench.write(2)).toMatchObject({ code: 'closed' });
});

test('a reload while a request waits lets nothing through by the old rules', async () => {
  const bench = await GateBench.open([SETPOINT]);
  const go = bench.device.stop();
  const [first, second] = [bench.write(1), bench.write(2)];
  await bench.clock.run(1);
  bench.configure({ writes: 'off' });
  go();

  expect(await first).toMatchObject({ code: 'read-back' });
  expect(await second).toMatchObject({ code: 'writes-off' });
});
