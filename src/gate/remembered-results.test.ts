import { describe, expect, test } from 'vitest';
import { GateBench, OPERATOR, SETPOINT } from '../../test/support/gate-bench.ts';

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
