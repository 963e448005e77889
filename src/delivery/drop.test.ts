import { beforeEach, describe, expect, test } from 'vitest';
import { DeliveryBench } from '../../test/support/delivery-bench.ts';
import { SinkUnavailableError } from '../base/errors.ts';
import { ALL_DELIVERED, type Delivery } from '../telemetry/sink.ts';

let bench: DeliveryBench;

beforeEach(() => {
  bench = new DeliveryBench();
});

function refuse(): Delivery {
  throw new SinkUnavailableError('away');
}

/** Whoever drops sees an event of it: it is delivered like others, and no part of what is counted here. */
function taken(): readonly string[] {
  return bench.receiver.taken.filter((name) => !name.startsWith('sink.dropped@'));
}

describe('giving up what waits', () => {
  test.each(['paused', 'failing'])('while the sink is %s: it is gone, and counted', async (how) => {
    await bench.start();
    if (how === 'paused') bench.board.pause('main');
    else bench.receiver.react = refuse;
    bench.record(5);
    await bench.run(3_000);
    expect(bench.board.drop('main', 'ada')).toBe(5);
    expect(bench.status()).toMatchObject({ lost: 5, givenUp: 5 });
    expect(bench.warnings.at(-1)).toContain('ada wanted it so');
    if (how === 'paused') bench.board.resume('main');
    else bench.receiver.react = () => ALL_DELIVERED;
    const fresh = bench.record();
    await bench.run(120_000);
    expect(taken()).toEqual(fresh);
    expect(bench.status()).toMatchObject({ state: 'good', waiting: 0, lost: 5 });
  });

  test('what is being written is not given up: it is delivered, or waits on', async () => {
    await bench.start({ options: { batchSamples: 2 } });
    let answer: (delivery: Delivery) => void = () => undefined;
    bench.receiver.react = async () =>
      new Promise<Delivery>((resolve) => {
        answer = resolve;
      });
    const names = bench.record(4);
    await bench.run(0);
    expect(bench.board.drop('main', 'ada')).toBe(3);
    bench.receiver.react = () => ALL_DELIVERED;
    answer(ALL_DELIVERED);
    await bench.run(60_000);
    expect(taken()).toEqual(names.slice(0, 2));
    expect(bench.status()).toMatchObject({ waiting: 0, lost: 3 });
  });

  test('what was being written and failed is offered again', async () => {
    await bench.start({ options: { batchSamples: 2 } });
    let fail: (error: Error) => void = () => undefined;
    bench.receiver.react = async () =>
      new Promise<Delivery>((_, reject) => {
        fail = reject;
      });
    const names = bench.record(4);
    await bench.run(0);
    bench.board.drop('main', 'ada');
    bench.receiver.react = () => ALL_DELIVERED;
    fail(new SinkUnavailableError('away'));
    await bench.run(60_000);
    expect(taken()).toEqual(names.slice(0, 2));
    expect(bench.status()).toMatchObject({ waiting: 0, lost: 3 });
  });

  test('outlives a restart', async () => {
    await bench.start();
    bench.board.pause('main');
    bench.record(5);
    await bench.run(1_000);
    bench.board.drop('main', 'ada');
    bench.board.resume('main');
    await bench.run(0);
    await bench.stop();
    const next = bench.successor();
    await next.start();
    await next.run(60_000);
    expect(taken()).toEqual([]);
  });

  test('is an event that others can be told of', async () => {
    await bench.start();
    bench.board.pause('main');
    bench.record(2);
    await bench.run(0);
    const head = bench.journal.head;
    bench.board.drop('main', 'ada');
    const { records } = await bench.journal.read(head, { samples: 10 });
    expect(records).toMatchObject([
      {
        kind: 'event',
        topic: 'sink.dropped',
        data: { subject: 'main', data: { by: 'ada', records: 2 } },
      },
    ]);
  });
});

test('delivered samples are counted by the minute', async () => {
  await bench.start();
  bench.record(3);
  await bench.run(60_000);
  bench.record(1);
  await bench.run(130_000);
  expect(bench.status().minutes).toEqual([6, 2, 0, 0]);
});
