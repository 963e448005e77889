import { describe, expect, test } from 'vitest';
import { GateBench, setpoint } from '../../test/support/gate-bench.ts';

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

  test('of a day is not forgotten because somebody has set the calendar back', async () => {
    const bench = await GateBench.open([setpoint({ wear: { cycles: 9, perDay: 1 } })]);
    await bench.write(1);
    bench.clock.stepWall(-2 * 24 * 3_600_000_000);

    expect(await bench.write(2)).toMatchObject({ code: 'wear-day' });
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
