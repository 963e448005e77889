import { beforeEach, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { registerPoint } from '../../test/support/points.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { PauseNote } from '../telemetry/polling.ts';
import { Engine } from './engine.ts';
import type { DeviceSetup, LineSetup } from './setup.ts';

const NOTE: PauseNote = { who: 'eve', why: 'cabling', at: 1_000, isKept: true };

let clock: ManualClock;
let client: FakeClient;

beforeEach(() => {
  clock = new ManualClock();
  client = new FakeClient(clock);
  client.unit(1, { 1: 10, 2: 11, 9: 12 });
  client.unit(2, { 1: 20 });
});

function device(name: string, unit: number, addresses: readonly number[]): DeviceSetup {
  return {
    ...{ name, unit, timeoutMs: 500, retries: 0 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 2 },
    points: addresses.map((address) => ({
      point: registerPoint({ name: `r${address}`, address }),
      ...{ everyMs: 1_000, staleMs: 3_000 },
    })),
  };
}

function setup(fingerprint: string): LineSetup {
  return {
    ...{ name: 'bus', fingerprint, client, inFlight: 1 },
    wireMs: () => 20,
    devices: [device('a', 1, [1, 2, 9]), device('b', 2, [1])],
  };
}

function start(): Engine {
  const engine = new Engine('test', [setup('1')], clock, silentLogger);
  engine.start();
  return engine;
}

const askedOf = (unit: number): number => client.asked.filter((one) => one.unit === unit).length;
const stateOf = (engine: Engine, name: string) =>
  engine.devices().find((status) => status.name === name);

test('a paused device is not asked, says why, and its values are stale; others go on', async () => {
  const engine = start();
  await clock.run(2_500);
  engine.pause(new Map([['a', NOTE]]));
  const before = [askedOf(1), askedOf(2)];
  await clock.run(10_000);
  expect(askedOf(1)).toBe(before[0]);
  expect(askedOf(2)).toBe((before[1] ?? 0) + 10);
  expect(stateOf(engine, 'a')).toMatchObject({ state: 'paused', paused: NOTE });
  expect(stateOf(engine, 'b')?.state).toBe('good');
});

test('its values say at once that they are stale, and later that they are not known', async () => {
  const engine = start();
  await clock.run(2_500);
  engine.pause(new Map([['a', NOTE]]));
  expect(engine.sample('a.r1')).toMatchObject({ quality: 'stale', cause: 'paused', value: 10 });
  await clock.run(10_000);
  expect(engine.sample('a.r1')?.quality).toBe('bad');
});

test('a question that was under way and has no answer says nothing more of it', async () => {
  const engine = start();
  await clock.run(2_500);
  client.units.delete(1);
  await clock.run(600);
  engine.pause(new Map([['a', NOTE]]));
  await clock.run(1_000);
  expect(engine.sample('a.r1')).toMatchObject({ quality: 'stale', cause: 'paused' });
  expect(stateOf(engine, 'a')?.failures).toBe(0);
});

test('it is asked at once when it is resumed', async () => {
  const engine = start();
  await clock.run(2_500);
  engine.pause(new Map([['a', NOTE]]));
  await clock.run(5_000);
  engine.pause(new Map());
  await clock.run(100);
  expect(stateOf(engine, 'a')?.state).toBe('good');
  expect(engine.sample('a.r1')?.quality).toBe('good');
});

test('a line that takes the place of another keeps the pause', async () => {
  const engine = start();
  await clock.run(1_500);
  engine.pause(new Map([['a', NOTE]]));
  const before = askedOf(1);
  engine.apply([setup('2')]);
  await clock.run(5_000);
  expect(askedOf(1)).toBe(before);
  expect(stateOf(engine, 'a')?.state).toBe('paused');
});

test('a silent device is asked at once when somebody wants it, and is back', async () => {
  client.units.delete(1);
  const engine = start();
  await clock.run(60_000);
  expect(stateOf(engine, 'a')?.state).toBe('silent');
  client.unit(1, { 1: 10, 2: 11, 9: 12 });
  await Promise.all([engine.polled('a')?.tryNow(), clock.run(50)]);
  expect(stateOf(engine, 'a')?.state).toBe('good');
  await clock.run(50);
  expect(engine.sample('a.r9')?.quality).toBe('good');
});

test('the plan names each request with its points, gaps and time on the wire', async () => {
  const engine = start();
  await clock.run(1_500);
  expect(engine.polled('a')?.report().requests).toEqual([
    {
      ...{ start: 'hr:1', count: 2, everyMs: 1_000, points: ['r1', 'r2'], gaps: 0 },
      ...{ state: 'good', wireMs: 20 },
    },
    {
      ...{ start: 'hr:9', count: 1, everyMs: 1_000, points: ['r9'], gaps: 0 },
      ...{ state: 'good', wireMs: 20 },
    },
  ]);
  expect(engine.polled('nobody')).toBeUndefined();
});

test('a line knows how fast its answers came of late, and what went wrong', async () => {
  const engine = start();
  await clock.run(90_000);
  client.counters.timeouts += 3;
  await clock.run(60_000);
  expect(engine.lines()[0]?.recent).toMatchObject({ timeouts: 3, damaged: 0 });
  expect(engine.lines()[0]?.recent?.p95Ms).toBeGreaterThan(8);
  expect(engine.lines()[0]?.recent?.p95Ms).toBeLessThan(12);
  await clock.run(300_000);
  expect(engine.lines()[0]?.recent?.timeouts).toBe(0);
});
