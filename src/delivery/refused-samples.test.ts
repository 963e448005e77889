import { beforeEach, describe, expect, test } from 'vitest';
import { DeliveryBench } from '../../test/support/delivery-bench.ts';
import type { Sample } from '../telemetry/sample.ts';
import { ALL_DELIVERED, type Delivery } from '../telemetry/sink.ts';

let bench: DeliveryBench;

beforeEach(() => {
  bench = new DeliveryBench();
});

const up = (): Delivery => ALL_DELIVERED;

describe('what was refused for good', () => {
  beforeEach(async () => {
    await bench.start();
    bench.receiver.react = (batch) => ({
      rejected: batch
        .filter(({ value }) => value === 1)
        .map((sample) => ({ sample, reason: 'conflict' })),
    });
    bench.record(3);
    await bench.run(0);
  });

  test('is shown with its reason', () => {
    expect(bench.board.quarantine('main')).toMatchObject([
      { id: 1, point: 'd.a', value: '1', reason: 'conflict' },
      { id: 2, point: 'd.b', value: '1', reason: 'conflict' },
    ]);
  });

  test('is offered again when a person wants it', async () => {
    bench.receiver.react = up;
    expect(bench.board.retry('main', [1, 99])).toBe(1);
    await bench.run(0);
    expect(bench.receiver.taken).toEqual(['a@0', 'b@0', 'a@2', 'b@2', 'a@1']);
    expect(bench.status()).toMatchObject({ quarantined: 1, held: 0, delivered: 5 });
  });

  test('comes back under a new number when it is refused again', async () => {
    expect(bench.board.retry('main')).toBe(2);
    await bench.run(0);
    expect(bench.board.quarantine('main').map(({ id }) => id)).toEqual([5, 6]);
  });

  test('is gone when a person gives it up', () => {
    expect(bench.board.discard('main', [2])).toBe(1);
    expect(bench.board.quarantine('main').map(({ id }) => id)).toEqual([1]);
    expect(bench.board.discard('main')).toBe(1);
    expect(bench.status().quarantined).toBe(0);
  });

  test('outlives a restart', async () => {
    await bench.stop();
    const next = bench.successor();
    await next.start();
    expect(next.board.quarantine('main')).toHaveLength(2);
    bench.receiver.react = up;
    next.board.retry('main');
    await next.run(1_000);
    expect(bench.receiver.taken).toEqual(['a@0', 'b@0', 'a@2', 'b@2', 'a@1', 'b@1']);
  });
});

describe('what was refused for now', () => {
  const later = (batch: readonly Sample[]): Delivery => ({
    rejected: [],
    deferred: batch.map((sample) => ({ sample, reason: 'unknown key' })),
  });

  test('is held, and offered again with growing pauses', async () => {
    await bench.start();
    bench.receiver.react = later;
    bench.record();
    await bench.run(120_000);
    expect(bench.status()).toMatchObject({ state: 'good', held: 2, waiting: 0, delivered: 0 });
    expect(bench.receiver.batches.length).toBeGreaterThan(3);
    expect(bench.receiver.batches.length).toBeLessThan(8);
    bench.receiver.react = up;
    await bench.run(300_000);
    expect(bench.receiver.taken).toEqual(['a@0', 'b@0']);
    expect(bench.status()).toMatchObject({ held: 0, delivered: 2 });
  });

  test('stands in nobody’s way', async () => {
    await bench.start();
    bench.receiver.react = (batch) =>
      batch.some(({ value }) => value === 0) ? later(batch) : up();
    bench.record();
    await bench.run(0);
    bench.record();
    await bench.run(0);
    expect(bench.receiver.taken).toEqual(['a@1', 'b@1']);
  });

  test('is given up into the quarantine after a day', async () => {
    await bench.start({ options: { heldMs: 3_600_000 } });
    bench.receiver.react = later;
    bench.record();
    await bench.run(2 * 3_600_000);
    expect(bench.status()).toMatchObject({ held: 0, quarantined: 2 });
    expect(bench.board.quarantine('main')[0]?.reason).toBe('unknown key; waited too long');
  });

  test('outlives a restart', async () => {
    await bench.start();
    bench.receiver.react = later;
    bench.record();
    await bench.run(0);
    await bench.stop();
    bench.receiver.react = up;
    const next = bench.successor();
    await next.start();
    await next.run(5_000);
    expect(bench.receiver.taken).toEqual(['a@0', 'b@0']);
  });
});
