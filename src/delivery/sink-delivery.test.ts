import { beforeEach, describe, expect, test } from 'vitest';
import { DeliveryBench, POINT_A } from '../../test/support/delivery-bench.ts';
import { SinkUnavailableError } from '../base/errors.ts';
import { ALL_DELIVERED, type Delivery } from '../telemetry/sink.ts';
import type { Sample } from '../telemetry/sample.ts';

let bench: DeliveryBench;

beforeEach(() => {
  bench = new DeliveryBench();
});

function down(): never {
  throw new SinkUnavailableError('connection refused');
}

async function hang(): Promise<Delivery> {
  return new Promise<Delivery>(() => undefined);
}

const up = (): Delivery => ALL_DELIVERED;

describe('while the receiver is well', () => {
  test('each record goes out as it happens, in order, and once', async () => {
    await bench.start();
    const names = bench.record(3);
    await bench.run(0);
    names.push(...bench.record(2));
    await bench.run(0);
    expect(bench.receiver.taken).toEqual(names);
    expect(bench.receiver.batches.map(({ mode }) => mode)).toEqual(['live', 'live']);
    expect(bench.status()).toMatchObject({ state: 'good', waiting: 0, delivered: 10, lost: 0 });
  });

  test('a batch is cut at a record, and not longer than the options allow', async () => {
    await bench.start({ options: { batchSamples: 5 } });
    const names = bench.record(5);
    await bench.run(0);
    expect(bench.receiver.batches.map((batch) => batch.names.length)).toEqual([4, 4, 2]);
    expect(bench.receiver.taken).toEqual(names);
  });

  test('only the points that the sink wants go there', async () => {
    await bench.start({ wants: ({ id }) => id === 'd.b' });
    bench.record(2);
    await bench.run(0);
    expect(bench.receiver.taken).toEqual(['b@0', 'b@1']);
  });

  test('a sink that wants nothing of it is not called, and nothing waits', async () => {
    await bench.start({ wants: () => false });
    bench.record(2);
    await bench.run(0);
    expect(bench.receiver.batches).toEqual([]);
    expect(bench.status()).toMatchObject({ waiting: 0, delivered: 0 });
  });

  test('the rate is of the last minute', async () => {
    await bench.start();
    bench.record(300);
    await bench.run(50_000);
    expect(bench.status().rate).toBeCloseTo(12);
    await bench.run(60_000);
    expect(bench.status().rate).toBe(0);
  });
});

describe('an outage', () => {
  test.each([
    ['refused', down],
    ['hanging', hang],
    [
      'an error of the sink itself',
      (): never => {
        throw new TypeError('x is not a function');
      },
    ],
  ])('%s: nothing is lost, nothing is doubled', async (_, react) => {
    await bench.start();
    bench.receiver.react = react;
    const names = bench.record(10);
    await bench.run(120_000);
    names.push(...bench.record(10));
    await bench.run(60_000);
    expect(bench.status()).toMatchObject({ state: 'failing', waiting: 20, delivered: 0 });
    bench.receiver.react = up;
    await bench.run(180_000);
    expect(bench.receiver.taken.toSorted()).toEqual(names.toSorted());
    expect(bench.status()).toMatchObject({ state: 'good', waiting: 0, delivered: 40, lost: 0 });
    expect(bench.status()).not.toHaveProperty('error');
  });

  test('is said once, with the time of the oldest that waits', async () => {
    await bench.start();
    bench.receiver.react = down;
    const at = bench.clock.wallMicros();
    bench.record();
    await bench.run(100_000);
    expect(bench.warnings).toEqual(['connection refused']);
    expect(bench.status()).toMatchObject({ error: 'connection refused', oldestAt: at });
  });

  test('the same batch is offered again, with growing pauses', async () => {
    await bench.start();
    bench.receiver.react = down;
    const names = bench.record();
    await bench.run(0);
    bench.record();
    await bench.run(60_000);
    const { batches } = bench.receiver;
    expect(batches.length).toBeGreaterThan(5);
    expect(batches.length).toBeLessThan(12);
    expect(batches.every((batch) => batch.names.join() === names.join())).toBe(true);
  });

  test('a receiver that asks for a pause gets it', async () => {
    await bench.start();
    bench.receiver.react = () => {
      throw new SinkUnavailableError('429', { retryAfterMs: 20_000 });
    };
    bench.record();
    await bench.run(19_999);
    expect(bench.receiver.batches).toHaveLength(1);
    await bench.run(1);
    expect(bench.receiver.batches).toHaveLength(2);
  });

  test('afterwards what is new goes out at once, and what was missed beside it', async () => {
    await bench.start({ options: { batchSamples: 10, backlogPerSecond: 10 } });
    bench.receiver.react = down;
    const missed = bench.record(200);
    await bench.run(5_000);
    bench.receiver.react = up;
    await bench.run(8_000);
    const fresh = bench.record(1);
    await bench.run(0);
    const live = bench.receiver.batches.filter(({ mode }) => mode === 'live');
    expect(live.at(-1)?.names).toEqual(fresh);
    expect(bench.status().waiting).toBeGreaterThan(5);
    await bench.run(40_000);
    expect(bench.receiver.taken.toSorted()).toEqual([...missed, ...fresh].toSorted());
  });

  test('what was missed goes at the rate that is allowed', async () => {
    await bench.start({ options: { batchSamples: 100, backlogPerSecond: 100 } });
    bench.receiver.react = down;
    bench.record(500);
    await bench.run(1_000);
    bench.receiver.react = up;
    await bench.run(1_000);
    const before = bench.receiver.taken.length;
    await bench.run(5_000);
    expect(bench.receiver.taken.length - before).toBeGreaterThanOrEqual(400);
    expect(bench.receiver.taken.length - before).toBeLessThanOrEqual(600);
  });

  test('two in a row, the second before the backlog of the first is done', async () => {
    await bench.start({ options: { batchSamples: 10, backlogPerSecond: 10 } });
    const names: string[] = [];
    for (let outage = 0; outage < 2; outage += 1) {
      bench.receiver.react = down;
      names.push(...bench.record(50));
      await bench.run(3_000);
      bench.receiver.react = up;
      await bench.run(4_000);
      names.push(...bench.record(1));
      await bench.run(100);
    }
    expect(bench.status().waiting).toBeGreaterThan(0);
    await bench.run(60_000);
    expect(bench.receiver.taken.toSorted()).toEqual(names.toSorted());
  });

  test('a batch of the backlog that is never taken does not stop what is new', async () => {
    await bench.start({ options: { batchSamples: 10 } });
    bench.receiver.react = down;
    bench.record(20);
    await bench.run(1_000);
    bench.receiver.react = (batch) => (batch.some(({ value }) => value === 7) ? down() : up());
    await bench.run(10_000);
    const fresh = bench.record(1);
    await bench.run(60_000);
    expect(bench.receiver.taken).toEqual(expect.arrayContaining(fresh));
    expect(bench.status().state).toBe('failing');
  });

  test('a receiver that is not there when the gateway starts is asked again', async () => {
    bench.receiver.openFails = new SinkUnavailableError('nobody there');
    await bench.start();
    const names = bench.record();
    await bench.run(10_000);
    expect(bench.status()).toMatchObject({ state: 'failing', error: 'nobody there' });
    bench.receiver.openFails = undefined;
    await bench.run(60_000);
    expect(bench.receiver.taken).toEqual(names);
  });

  test('an acknowledgement that got lost has the same batch offered again, and no other', async () => {
    await bench.start({ options: { batchSamples: 4 } });
    let isFirst = true;
    bench.receiver.react = (batch) => {
      if (isFirst) {
        isFirst = false;
        bench.receiver.take(batch, ALL_DELIVERED);
        throw new SinkUnavailableError('reset');
      }
      return ALL_DELIVERED;
    };
    const names = bench.record(6);
    await bench.run(10_000);
    expect(bench.receiver.taken).toEqual([...names.slice(0, 4), ...names]);
  });

  test('what the journal dropped meanwhile is counted as lost', async () => {
    bench = new DeliveryBench({ journalSamples: 100 });
    await bench.start({ options: { batchSamples: 10 } });
    bench.receiver.react = down;
    bench.record(5);
    await bench.run(0);
    bench.record(200);
    // Said while the outage lasts: five records are in the hand of the sink, fifty in the journal.
    expect(bench.status()).toMatchObject({ delivered: 0, lost: 150, waiting: 55 });
    bench.receiver.react = up;
    await bench.run(60_000);
    // The first batch was in the hand of the sink; 50 records are still in the journal.
    expect(bench.status()).toMatchObject({ delivered: 110, lost: 150, waiting: 0 });
    expect(bench.warnings).toContain('records were gone before the sink had them');
  });

  test('of a hanging receiver ends with the signal of the write', async () => {
    await bench.start({ options: { writeMs: 1_000 } });
    let isAborted = false;
    bench.receiver.react = async (_, signal) => {
      signal.addEventListener('abort', () => void (isAborted = true));
      return hang();
    };
    bench.record();
    await bench.run(1_000);
    expect(isAborted).toBe(true);
    expect(bench.status().error).toBe('no answer within 1 s');
  });
});

describe('a part of a batch', () => {
  test('that was not taken is the next batch', async () => {
    await bench.start({ options: { batchSamples: 8 } });
    let isFirst = true;
    bench.receiver.react = (batch) => {
      if (!isFirst) return ALL_DELIVERED;
      isFirst = false;
      return { rejected: [], rest: batch.slice(3) };
    };
    const names = bench.record(6);
    await bench.run(0);
    expect(bench.receiver.batches.map((batch) => batch.names.length)).toEqual([8, 5, 4]);
    expect(bench.receiver.taken).toEqual(names);
    expect(bench.status()).toMatchObject({ waiting: 0, delivered: 12 });
  });

  test('a sink that returns all of it is treated as not available', async () => {
    await bench.start();
    bench.receiver.react = (batch) => ({ rejected: [], rest: batch });
    bench.record();
    await bench.run(10_000);
    expect(bench.receiver.batches.length).toBeLessThan(10);
    expect(bench.status()).toMatchObject({ state: 'failing', waiting: 1 });
  });

  test.each([
    ['of which one sample is refused', (s: Sample) => s.value === 2 && s.point === POINT_A, 1],
    ['of which all is refused', () => true, 8],
  ])('%s for good goes on without it', async (_, isPoison, count) => {
    await bench.start();
    bench.receiver.react = (batch) => ({
      rejected: batch.filter(isPoison).map((sample) => ({ sample, reason: 'field type conflict' })),
    });
    bench.record(4);
    await bench.run(0);
    expect(bench.status()).toMatchObject({
      ...{ state: 'good', waiting: 0, rejected: count, quarantined: count, delivered: 8 - count },
    });
    expect(bench.board.quarantine('main')).toHaveLength(count);
  });
});

test('no write begins before the one before it has ended', async () => {
  await bench.start({ options: { batchSamples: 2 } });
  bench.receiver.react = async () => {
    await Promise.resolve();
    return ALL_DELIVERED;
  };
  const names = bench.record(40);
  await bench.run(0);
  expect(bench.receiver.taken).toEqual(names);
  expect(bench.receiver.calls).toEqual(['open']);
});
