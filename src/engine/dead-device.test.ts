import { beforeEach, describe, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { registerPoint } from '../../test/support/points.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Engine } from './engine.ts';
import type { DeviceSetup } from './setup.ts';

let clock: ManualClock;
let client: FakeClient;

beforeEach(() => {
  clock = new ManualClock();
  client = new FakeClient(clock);
});

function device(name: string, unit: number, everyMs: number, timeoutMs = 1000): DeviceSetup {
  return {
    ...{ name, unit, timeoutMs, retries: 1 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 0 },
    points: [{ point: registerPoint({ name: 'x', address: 1 }), everyMs, staleMs: 3 * everyMs }],
  };
}

function start(...devices: DeviceSetup[]): Engine {
  const line = { name: 'rs485', client: oneAtATime(client), inFlight: 1, devices };
  const engine = new Engine('test', [line], clock, silentLogger);
  engine.start();
  return engine;
}

/** A real line is taken while it waits; what is asked meanwhile waits too. */
function oneAtATime(inner: FakeClient): FakeClient {
  let last: Promise<unknown> = Promise.resolve();
  const request = inner.request.bind(inner);
  inner.request = async (...args) => {
    const mine = last.then(async () => request(...args));
    last = mine.catch(() => undefined);
    return mine;
  };
  return inner;
}

function times(unit: number): readonly number[] {
  return client.asked.filter((request) => request.unit === unit).map(({ at }) => at);
}

function worstDelay(unit: number, everyMs: number): number {
  return Math.max(...times(unit).map((at) => at % everyMs));
}

test('a line that is busy from the start asks each of its units within seconds', async () => {
  for (const unit of [1, 2, 3]) client.unit(unit, { 1: 10 });
  const engine = start(device('a', 1, 60), device('b', 2, 60), device('c', 3, 60));
  await clock.run(3_000);
  expect(engine.devices().map(({ state }) => state)).toEqual(['good', 'good', 'good']);
});

describe('two units on one serial line, one of them silent', () => {
  test('the healthy one keeps its interval within a tenth, from the first minute on', async () => {
    client.unit(1, { 1: 10 });
    client.unit(2, { 1: 20 }).behaviour = 'silent';
    start(device('healthy', 1, 1000), device('dead', 2, 1000));
    await clock.run(120_000);
    expect(times(1)).toHaveLength(121);
    expect(worstDelay(1, 1000)).toBeLessThanOrEqual(100);
    // The dead one is still asked, with its pauses.
    expect(times(2).length).toBeGreaterThanOrEqual(5);
  });

  test('a device that falls silent costs its neighbour one delay, not one per poll', async () => {
    client.unit(1, { 1: 10 });
    const other = client.unit(2, { 1: 20 });
    start(device('healthy', 1, 1000), device('other', 2, 1000));
    await clock.run(10_000);
    other.behaviour = 'silent';
    await clock.run(60_000);
    const late = times(1).filter((at) => at % 1000 > 100);
    expect(late.length).toBeLessThanOrEqual(2);
  });

  test('the silent one is back within its pause, and asked on its grid again', async () => {
    client.unit(1, { 1: 10 });
    const other = client.unit(2, { 1: 20 });
    other.behaviour = 'silent';
    const engine = start(device('healthy', 1, 1000), device('other', 2, 1000));
    await clock.run(30_000);
    other.behaviour = 'answer';
    await clock.run(60_000);
    expect(engine.sample('other.x')).toMatchObject({ value: 20, quality: 'good' });
    expect(worstDelay(1, 1000)).toBeLessThanOrEqual(100);
  });

  test('where no gap is long enough the question waits, but not for ever', async () => {
    client.unit(1, { 1: 10 });
    client.unit(2, { 1: 20 }).behaviour = 'silent';
    // Every 50 ms a question of 10 ms: no gap is as long as the 100 ms a device may think.
    start(device('healthy', 1, 50), device('dead', 2, 1000));
    // The first question waits for a second only.
    await clock.run(2_000);
    const before = times(2).length;
    expect(before).toBe(1);
    await clock.run(50_000);
    expect(times(2)).toHaveLength(before);
    await clock.run(200_000);
    expect(times(2).length).toBeGreaterThan(before);
    expect(times(2).length).toBeLessThan(before + 6);
  });
});

test('fifty devices on lines of their own, ten of them silent: the other forty lose no poll', async () => {
  const clients = Array.from({ length: 50 }, () => new FakeClient(clock));
  const lines = clients.map((own, index) => {
    own.unit(1, { 1: index }).behaviour = index < 10 ? 'silent' : 'answer';
    return {
      name: `line${index}`,
      client: own,
      inFlight: 1,
      devices: [device(`d${index}`, 1, 1000)],
    };
  });
  const engine = new Engine('test', lines, clock, silentLogger);
  engine.start();
  await clock.run(60_000);
  for (const own of clients.slice(10)) {
    expect(own.asked.map(({ at }) => at)).toEqual(Array.from({ length: 61 }, (_, n) => n * 1000));
  }
  expect(engine.devices().filter(({ state }) => state === 'silent')).toHaveLength(10);
});
