import { describe, expect, test } from 'vitest';
import { GateBench, SETPOINT, setpoint } from '../../test/support/gate-bench.ts';

describe('one writer per device at a time', () => {
  test('in the order of asking, and not more than the queue holds', async () => {
    const limits = { queue: 2, ttlMs: 5_000, maxTtlMs: 60_000, keys: 10, keyMs: 1_000 };
    const bench = await GateBench.open([SETPOINT], { limits });
    const go = bench.device.stop();
    const results = [1, 2, 3, 4].map(async (value) => bench.write(value));
    await bench.clock.run(10);
    go();

    const codes = (await Promise.all(results)).map(({ code }) => code);

    expect(codes).toEqual(['read-back', 'read-back', 'read-back', 'queue-full']);
    expect(bench.device.frames.map((frame) => 'word' in frame && frame.word)).toEqual([1, 2, 3]);
  });

  test('a request that waits longer than it lives is refused when its time is over', async () => {
    const bench = await GateBench.open([SETPOINT]);
    const go = bench.device.stop();
    const first = bench.write(1);
    const second = bench.write(2, { ttlMs: 100 });
    await bench.clock.run(100);

    expect(await second).toMatchObject({ outcome: 'refused', code: 'expired' });
    go();
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
