import { beforeEach, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { registerPoint } from '../../test/support/points.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Engine } from './engine.ts';
import type { LineSetup } from './setup.ts';

let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
});

function line(
  name: string,
  fingerprint: string,
  value: number,
): LineSetup & { client: FakeClient } {
  const client = new FakeClient(clock);
  client.unit(1, { 1: value });
  const point = registerPoint({ name: 'x', address: 1 });
  return {
    ...{ name, fingerprint, client, inFlight: 1 },
    devices: [
      {
        ...{ name: `on_${name}`, unit: 1, timeoutMs: 100, retries: 0 },
        plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 0 },
        points: [{ point, everyMs: 1000, staleMs: 3000 }],
      },
    ],
  };
}

test('a changed line is replaced, a new one starts, a missing one stops, the others go on', async () => {
  const [same, changed, gone] = [
    line('same', '1', 1),
    line('changed', '1', 2),
    line('gone', '1', 3),
  ];
  const engine = new Engine('test', [same, changed, gone], clock, silentLogger);
  engine.start();
  await clock.run(1_500);

  const [unused, next, fresh] = [
    line('same', '1', 9),
    line('changed', '2', 22),
    line('fresh', '1', 4),
  ];
  expect(engine.apply([unused, next, fresh])).toEqual({
    ...{ started: ['changed', 'fresh'], stopped: ['changed', 'gone'], kept: ['same'] },
  });
  // What goes on has its value at every moment; what is new is not known yet.
  expect(engine.snapshot().map(({ value }) => value)).toEqual([1, undefined, undefined]);
  await clock.run(2_000);
  expect(engine.snapshot().map(({ point, value }) => [point.device, value])).toEqual([
    ['on_same', 1],
    ['on_changed', 22],
    ['on_fresh', 4],
  ]);
  expect([same.client.closed, changed.client.closed, gone.client.closed]).toEqual([
    false,
    true,
    true,
  ]);
  expect(unused.client.asked).toEqual([]);
  expect(same.client.asked.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000]);
});

test('listeners hear the new lines, and a changed set of points is another array', async () => {
  const engine = new Engine('test', [line('a', '1', 1)], clock, silentLogger);
  const heard: string[] = [];
  engine.subscribe((changed) => heard.push(...changed.map(({ point }) => point.id)));
  engine.start();
  await clock.run(100);
  const points = engine.points();
  engine.apply([line('a', '2', 5)]);
  await clock.run(100);
  expect(heard).toEqual(['on_a.x', 'on_a.x']);
  expect(engine.points()).not.toBe(points);
});
