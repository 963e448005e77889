import { beforeEach, expect, test } from 'vitest';
import { SinkUnavailableError } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Sample } from '../telemetry/sample.ts';
import { ALL_DELIVERED, type Sink } from '../telemetry/sink.ts';
import type { Site } from '../telemetry/site.ts';
import { Outbox } from './outbox.ts';

let clock: ManualClock;
let calls: string[];
let taken: number[];
let isUp: boolean;

beforeEach(() => {
  clock = new ManualClock();
  [calls, taken, isUp] = [[], [], true];
});

function sample(at: number): Sample {
  return { at } as Sample;
}

function outbox(): Outbox {
  const sink: Sink = {
    async open() {
      calls.push('open');
    },
    async write(batch) {
      if (!isUp) throw new SinkUnavailableError('down');
      taken.push(...batch.map(({ at }) => at));
      return ALL_DELIVERED;
    },
    async close() {
      calls.push('close');
    },
  };
  const made = new Outbox('test', sink, clock, silentLogger);
  made.start({} as Site);
  return made;
}

test('samples reach the sink in their order, and it is closed at the end', async () => {
  const box = outbox();
  box.push([sample(1), sample(2)]);
  await clock.run(0);
  box.push([sample(3)]);
  await clock.run(0);
  await box.stop();
  expect(taken).toEqual([1, 2, 3]);
  expect(calls).toEqual(['open', 'close']);
});

test('while the sink is down samples wait, and the same batch is offered again', async () => {
  isUp = false;
  const box = outbox();
  box.push([sample(1)]);
  await clock.run(5_000);
  expect(box.status()).toMatchObject({ waiting: 1, delivered: 0, error: 'down' });
  isUp = true;
  box.push([sample(2)]);
  await clock.run(60_000);
  expect(taken).toEqual([1, 2]);
  expect(box.status()).toEqual({ waiting: 0, delivered: 2, rejected: 0, dropped: 0 });
});

test('the queue has a limit: the oldest go, and are counted', async () => {
  isUp = false;
  const box = outbox();
  box.push(Array.from({ length: 10_050 }, (_, at) => sample(at)));
  await clock.run(1_000);
  isUp = true;
  await clock.run(60_000);
  expect(box.status()).toMatchObject({ delivered: 10_000, dropped: 50 });
  expect(taken[0]).toBe(50);
});

test('stopping offers what waits once more, and ends also when that fails', async () => {
  isUp = false;
  const box = outbox();
  box.push([sample(1)]);
  await clock.run(10);
  const ended = box.stop();
  await clock.run(0);
  await ended;
  expect(calls).toEqual(['open', 'close']);
});
