import { describe, expect, test } from 'vitest';
import { ADMIN, GateBench, OPERATOR, SETPOINT, noSpace } from '../../test/support/gate-bench.ts';

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
        message: expect.stringContaining('hands') as unknown,
      });
      const other = { ...OPERATOR, name: 'jo' };
      expect(await bench.gate.unlock(scope, other)).toMatchObject({ code: 'role' });
      expect(await bench.gate.unlock(scope, ADMIN)).toBeUndefined();
      expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
    },
  );

  test('is not replaced by that of another operator', async () => {
    const bench = await GateBench.open([SETPOINT]);
    await bench.gate.lock('furnace', OPERATOR, 'x');
    const soon = bench.clock.wallMicros() + 1;
    const other = { ...OPERATOR, name: 'jo' };

    expect(await bench.gate.lock('furnace', other, 'y', soon)).toMatchObject({ code: 'role' });
    expect(bench.gate.locks().get('furnace')).toEqual({ who: 'mei', why: 'x' });
  });

  test.each<[string, number | undefined]>([
    ['furnance', undefined],
    ['furnace', 0],
  ])('of %s until %s would hold nothing, and is refused', async (scope, until) => {
    const bench = await GateBench.open([SETPOINT]);

    expect(await bench.gate.lock(scope, OPERATOR, 'x', until)).toMatchObject({
      code: 'invalid-request',
    });
  });

  test('ends by itself at its time', async () => {
    const bench = await GateBench.open([SETPOINT]);
    await bench.gate.lock('furnace', OPERATOR, 'x', bench.clock.wallMicros() + 1_000_000);
    expect(await bench.write(1)).toMatchObject({ code: 'maintenance' });
    bench.clock.advance(1_000);
    expect(await bench.write(1)).toMatchObject({ code: 'read-back' });
  });

  test('stops what waits, and is there only when nothing is on its way any more', async () => {
    const bench = await GateBench.open([SETPOINT]);
    const go = bench.device.stop();
    const [first, second] = [bench.write(1), bench.write(2)];
    await bench.clock.run(1);
    let isLocked = false;
    const lock = bench.gate.lock('furnace', OPERATOR, 'x').then(() => (isLocked = true));
    await bench.clock.run(1);
    expect(isLocked).toBe(false);
    go();
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
