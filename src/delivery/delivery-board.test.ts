import { describe, expect, test } from 'vitest';
import { DeliveryBench, Receiver } from '../../test/support/delivery-bench.ts';
import { SinkUnavailableError, UsageError } from '../base/errors.ts';
import type { Delivery } from '../telemetry/sink.ts';

describe('a sink', () => {
  test('that nobody knows begins with what is new', async () => {
    const bench = new DeliveryBench();
    bench.record(3);
    await bench.start();
    const names = bench.record(2);
    await bench.run(0);
    expect(bench.receiver.taken).toEqual(names);
  });

  test('that stays as it was goes on, and hears which points are wanted now', async () => {
    const bench = new DeliveryBench();
    await bench.start();
    await bench.start({ wants: ({ name }) => name === 'b' });
    bench.record();
    await bench.run(0);
    expect(bench.receiver.calls).toEqual(['open']);
    expect(bench.receiver.taken).toEqual(['b@0']);
  });

  test('that became another is closed, and takes up where it was', async () => {
    const bench = new DeliveryBench();
    await bench.start();
    bench.receiver.react = () => {
      throw new SinkUnavailableError('down');
    };
    const names = bench.record(2);
    await bench.run(0);
    const next = new Receiver();
    await bench.start({ sink: next, fingerprint: '2' });
    await bench.run(10_000);
    expect(bench.receiver.calls).toEqual(['open', 'close']);
    expect(next.taken).toEqual(names);
  });

  test('that was left out for a while takes up where it was', async () => {
    const bench = new DeliveryBench();
    await bench.start();
    await bench.pass(bench.board.apply([]));
    expect(bench.board.status()).toEqual([]);
    const names = bench.record(2);
    await bench.start();
    await bench.run(1_000);
    expect(bench.receiver.taken).toEqual(names);
  });

  test('of another type under the same name begins anew', async () => {
    const bench = new DeliveryBench();
    await bench.start();
    await bench.stop();
    bench.record(2);
    await bench.start({ type: 'other' });
    const names = bench.record();
    await bench.run(1_000);
    expect(bench.receiver.taken).toEqual(names);
  });

  test('that is a view begins with what is new at each start, and nothing of it is kept', async () => {
    const bench = new DeliveryBench();
    await bench.start({ options: { fromNow: true } });
    await bench.stop();
    bench.record(2);
    await bench.start({ options: { fromNow: true } });
    const names = bench.record();
    await bench.run(2_000);
    expect(bench.receiver.taken).toEqual(names);
    expect(await bench.files.list('sinks')).toEqual([]);
  });

  test('is not called upon by a name it does not have', () => {
    const { board } = new DeliveryBench();
    expect(() => board.pause('man')).toThrow(new UsageError('there is no sink "man"'));
  });
});

test('one sink that hangs holds up no other', async () => {
  const bench = new DeliveryBench();
  const other = new Receiver();
  bench.receiver.react = async () => new Promise<Delivery>(() => undefined);
  const setups = [bench.setup(), bench.setup({ name: 'other', sink: other })];
  await bench.pass(bench.board.apply(setups));
  for (let second = 0; second < 100; second += 1) {
    const names = bench.record();
    await bench.run(1_000);
    expect(other.taken.slice(-2)).toEqual(names);
  }
  expect(bench.board.status()).toMatchObject([
    { name: 'main', state: 'failing', waiting: 100 },
    { name: 'other', state: 'good', waiting: 0 },
  ]);
});

describe('the test of a sink', () => {
  test('says what it found', async () => {
    const bench = new DeliveryBench();
    const sink = Object.assign(new Receiver(), { test: async () => 'InfluxDB 2.7.1' });
    await bench.start({ sink });
    expect(await bench.board.test('main')).toBe('InfluxDB 2.7.1');
  });

  test('ends when the receiver hangs', async () => {
    const bench = new DeliveryBench();
    const sink = Object.assign(new Receiver(), {
      test: async () => new Promise<string>(() => undefined),
    });
    await bench.start({ sink });
    const found = expect(bench.board.test('main')).rejects.toThrow('no answer within 30 s');
    await bench.run(30_000);
    await found;
  });

  test('is refused where there is none', async () => {
    const bench = new DeliveryBench();
    await bench.start();
    await expect(bench.board.test('main')).rejects.toThrow('type test cannot be tested');
  });
});
