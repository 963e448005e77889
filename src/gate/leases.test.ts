import { describe, expect, test } from 'vitest';
import { GateBench, OPERATOR, setpoint } from '../../test/support/gate-bench.ts';
import { listAudit } from './audit-read.ts';

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
