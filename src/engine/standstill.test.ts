import { beforeEach, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { registerPoint } from '../../test/support/points.ts';
import type { Cancel } from '../base/clock.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Engine } from './engine.ts';

/** A clock that loses the alarms of whoever sets them from now on. */
class LossyClock extends ManualClock {
  isLosing = false;

  override alarm(at: number, callback: () => void): Cancel {
    return this.isLosing ? () => undefined : super.alarm(at, callback);
  }
}

/** A client that may swallow a request: it neither answers nor fails. */
class HangingClient extends FakeClient {
  isHanging = false;

  override async request(...args: Parameters<FakeClient['request']>): Promise<never> {
    if (this.isHanging) return new Promise<never>(() => undefined);
    return (await super.request(...args)) as never;
  }
}

let clock: LossyClock;
let client: HangingClient;
let engine: Engine;

beforeEach(() => {
  clock = new LossyClock();
  client = new HangingClient(clock);
  client.unit(1, { 1: 750 });
  const device = {
    ...{ name: 'furnace', unit: 1, timeoutMs: 200, retries: 0 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 10 },
    points: [{ point: registerPoint({ name: 'pv', address: 1 }), everyMs: 1_000, staleMs: 3_000 }],
  } as const;
  const line = { name: 'line', client, inFlight: 1, devices: [device] };
  engine = new Engine('test', [line], clock, silentLogger);
  engine.start();
});

test('a line that polls does not stand still', async () => {
  for (let second = 0; second < 60; second += 1) {
    await clock.run(1_000);
    expect(engine.standstillMs()).toBe(0);
  }
});

test('a device that does not answer is no standstill, however long it is away', async () => {
  client.unit(1, {}).behaviour = 'silent';
  for (let second = 0; second < 600; second += 1) {
    await clock.run(1_000);
    expect(engine.standstillMs()).toBe(0);
  }
});

test('a line whose alarm never rings stands still', async () => {
  await clock.run(5_500);
  clock.isLosing = true;
  await clock.run(60_000);
  expect(engine.standstillMs()).toBeGreaterThan(55_000);
});

test('a line whose question never ends stands still, once every timeout must be over', async () => {
  await clock.run(5_500);
  client.isHanging = true;
  await clock.run(10_000);
  expect(engine.standstillMs()).toBe(0);
  await clock.run(50_000);
  expect(engine.standstillMs()).toBeGreaterThan(30_000);
});

test('nothing stands still that was stopped, or not started', () => {
  engine.stop();
  clock.advance(60_000);
  expect(engine.standstillMs()).toBe(0);
});
