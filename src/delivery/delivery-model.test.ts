import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeliveryBench } from '../../test/support/delivery-bench.ts';
import { SinkUnavailableError } from '../base/errors.ts';
import { ALL_DELIVERED, type Delivery } from '../telemetry/sink.ts';
import type { Sample } from '../telemetry/sample.ts';

type React = (batch: readonly Sample[], signal: AbortSignal) => Promise<Delivery> | Delivery;

function some(batch: readonly Sample[], reason: string): Delivery['rejected'] {
  return batch.filter(({ value }) => Number(value) % 3 === 0).map((sample) => ({ sample, reason }));
}

const MOODS: Readonly<Record<string, React>> = {
  up: () => ALL_DELIVERED,
  down: () => {
    throw new SinkUnavailableError('refused');
  },
  busy: () => {
    throw new SinkUnavailableError('429', { retryAfterMs: 3_000 });
  },
  broken: () => {
    throw new TypeError('undefined is not a function');
  },
  hanging: async (_, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    }),
  // Records are of two samples: it takes whole ones, as a sink does that sends one by one.
  half: (batch) => ({ rejected: [], rest: batch.slice(2 * Math.floor(batch.length / 4)) }),
  picky: (batch) => ({ rejected: some(batch, 'conflict') }),
  early: (batch) => ({ rejected: [], deferred: some(batch, 'unknown key') }),
};

const action = fc.oneof(
  fc.record({ kind: fc.constant('record' as const), count: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('mood' as const), mood: fc.constantFrom(...Object.keys(MOODS)) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ kind: fc.constantFrom('pause', 'resume', 'restart', 'retry') }),
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

const OPTIONS = { batchSamples: 8, backlogPerSecond: 20, liveLagRecords: 20, writeMs: 5_000 };

async function follow(bench: DeliveryBench, step: Action, names: string[]): Promise<DeliveryBench> {
  switch (step.kind) {
    case 'record':
      names.push(...bench.record(step.count));
      return bench;
    case 'mood':
      bench.receiver.react = MOODS[step.mood] ?? (() => ALL_DELIVERED);
      return bench;
    case 'wait':
      await bench.run(step.ms);
      return bench;
    case 'pause':
      bench.board.pause('main');
      return bench;
    case 'resume':
      bench.board.resume('main');
      return bench;
    case 'retry':
      bench.board.retry('main');
      return bench;
    case 'restart': {
      await bench.stop();
      const next = bench.successor();
      await next.start({ options: OPTIONS });
      return next;
    }
  }
}

test('whatever happens, each sample is delivered once or in the quarantine, and nothing else is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (steps) => {
      let bench = new DeliveryBench();
      await bench.start({ options: OPTIONS });
      const names: string[] = [];
      for (const step of steps) bench = await follow(bench, step, names);
      bench.receiver.react = () => ALL_DELIVERED;
      bench.board.resume('main');
      await bench.run(300_000);
      const apart = bench.board
        .quarantine('main')
        .map(({ point, value }) => `${point.slice(2)}@${value}`);
      expect([...bench.receiver.taken, ...apart].toSorted()).toEqual(names.toSorted());
      expect(bench.receiver.calls).not.toContain('two writes at a time');
      expect(bench.status()).toMatchObject({ state: 'good', waiting: 0, held: 0, lost: 0 });
      await bench.stop();
    }),
    { seed: 17, numRuns: 60 },
  );
}, 30_000);
