import { beforeEach, describe, expect, test } from 'vitest';
import { DeliveryBench } from '../../test/support/delivery-bench.ts';
import { ALL_DELIVERED, type Delivery } from '../telemetry/sink.ts';

let bench: DeliveryBench;

beforeEach(() => {
  bench = new DeliveryBench();
});

const up = (): Delivery => ALL_DELIVERED;

async function hang(): Promise<Delivery> {
  return new Promise<Delivery>(() => undefined);
}

describe('a pause', () => {
  test('holds everything back until it ends; what is new goes first then', async () => {
    await bench.start({ options: { batchSamples: 2, backlogPerSecond: 1 } });
    bench.board.pause('main');
    const names = bench.record(5);
    await bench.run(10_000);
    expect(bench.receiver.taken).toEqual([]);
    expect(bench.status()).toMatchObject({ state: 'paused', waiting: 5 });
    bench.board.resume('main');
    await bench.run(0);
    const fresh = bench.record();
    await bench.run(0);
    expect(bench.receiver.taken).toEqual([...names.slice(0, 2), ...fresh]);
    await bench.run(60_000);
    expect(bench.receiver.taken.toSorted()).toEqual([...names, ...fresh].toSorted());
  });

  test('outlives a restart', async () => {
    await bench.start();
    bench.board.pause('main');
    await bench.run(0);
    await bench.stop();
    const next = bench.successor();
    await next.start();
    next.record();
    await next.run(1_000);
    expect(next.status()).toMatchObject({ state: 'paused', waiting: 1 });
  });
});

describe('stopping', () => {
  test('offers what is new once more, and closes the sink', async () => {
    await bench.start();
    const names = bench.record(3);
    await bench.stop();
    expect(bench.receiver.taken).toEqual(names);
    expect(bench.receiver.calls).toEqual(['open', 'close']);
  });

  test('takes bounded time while the receiver hangs, and loses nothing', async () => {
    await bench.start();
    bench.receiver.react = hang;
    const names = bench.record(3);
    await bench.run(0);
    const before = bench.clock.now();
    await bench.stop();
    expect(bench.clock.now() - before).toBeLessThanOrEqual(6_100);
    const next = bench.successor();
    bench.receiver.react = up;
    await next.start();
    await next.run(10_000);
    expect(bench.receiver.taken).toEqual(names);
  });

  test('what was taken is not sent again by the next run', async () => {
    await bench.start();
    const names = bench.record(3);
    await bench.run(0);
    await bench.stop();
    const next = bench.successor();
    names.push(...next.record(2));
    await next.start();
    await next.run(1_000);
    expect(bench.receiver.taken).toEqual(names);
  });
});
