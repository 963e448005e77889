import { beforeEach, describe, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { registerPoint } from '../../test/support/points.ts';
import { ConnectError, FramingError, ModbusExceptionError } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { RegisterPoint } from '../profile/point.ts';
import type { PlannedRead } from '../profile/read-plan.ts';
import { Engine } from './engine.ts';
import type { DeviceSetup } from './setup.ts';

let clock: ManualClock;
let client: FakeClient;

beforeEach(() => {
  clock = new ManualClock();
  client = new FakeClient(clock);
});

function device(
  name: string,
  unit: number,
  points: readonly (RegisterPoint & { everyMs?: number })[],
): DeviceSetup {
  return {
    name,
    unit,
    timeoutMs: 200,
    retries: 0,
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 10 },
    points: points.map((point) => ({ point, everyMs: point.everyMs ?? 1000, staleMs: 3000 })),
  };
}

function start(...devices: DeviceSetup[]): Engine {
  const engine = new Engine(
    'test',
    [{ name: 'line', client, inFlight: 1, devices }],
    clock,
    silentLogger,
  );
  engine.start();
  return engine;
}

const pv = registerPoint({ name: 'pv', address: 1 });

describe('a poll', () => {
  test('puts the value on the rail with good quality and the time of the answer', async () => {
    client.unit(1, { 1: 750 });
    const engine = start(device('furnace', 1, [pv]));
    expect(engine.sample('furnace.pv')).toMatchObject({ quality: 'bad', cause: 'not-read-yet' });
    await clock.run(50);
    expect(engine.sample('furnace.pv')).toMatchObject({
      value: 750,
      quality: 'good',
      at: 1_767_225_600_010_000,
      requestedAt: 1_767_225_600_000_000,
      raw: [750],
    });
  });

  test('stays on its grid however long an answer takes', async () => {
    client.unit(1, { 1: 750 });
    start(device('furnace', 1, [pv]));
    await clock.run(5_100);
    expect(client.asked.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
  });

  test('that takes longer than its interval is skipped and counted, never doubled', async () => {
    client.unit(1, { 1: 1 });
    client.unit(2, { 1: 2 }).behaviour = 'silent';
    const engine = start(
      { ...device('slow', 2, [{ ...pv, everyMs: 100 }]), timeoutMs: 250 },
      device('furnace', 1, [pv]),
    );
    await clock.run(299);
    expect(client.asked.filter(({ unit }) => unit === 2).map(({ at }) => at)).toEqual([0]);
    expect(engine.devices()[0]?.skipped).toBe(2);
  });

  test('of several reads takes turns with the other devices of its line', async () => {
    client.unit(1, { 1: 1, 100: 1, 200: 1 });
    client.unit(2, { 1: 2 });
    start(
      device('many', 1, [
        pv,
        registerPoint({ name: 'b', address: 100 }),
        registerPoint({ name: 'c', address: 200 }),
      ]),
      device('one', 2, [pv]),
    );
    await clock.run(100);
    client.asked.length = 0;
    await clock.run(1000);
    expect(client.asked.map(({ unit }) => unit)).toEqual([1, 2, 1, 1]);
  });

  test('tells listeners what changed, and what was confirmed', async () => {
    const unit = client.unit(1, { 1: 750, 2: 1 });
    const engine = start(device('furnace', 1, [pv, registerPoint({ name: 'sp', address: 2 })]));
    const heard: [string[], string[]][] = [];
    engine.subscribe((changed, { points }) =>
      heard.push([changed.map(({ point }) => point.name), points.map(({ name }) => name)]),
    );
    await clock.run(100);
    await clock.run(1000);
    unit.registers.set(1, 751);
    await clock.run(1000);
    expect(heard).toEqual([
      [
        ['pv', 'sp'],
        ['pv', 'sp'],
      ],
      [[], ['pv', 'sp']],
      [['pv'], ['pv', 'sp']],
    ]);
  });
});

test('an answer that is no valid value shows its registers, until they are old', async () => {
  const unit = client.unit(1, { 1: 0x8000 });
  const broken = registerPoint({ name: 'pv', address: 1, invalid: [0x8000] });
  const engine = start(device('furnace', 1, [broken]));
  await clock.run(50);
  const bad = { quality: 'bad', cause: 'sentinel', raw: [0x8000] };
  expect(engine.sample('furnace.pv')).toMatchObject(bad);
  expect(engine.sample('furnace.pv')).not.toHaveProperty('value');
  unit.behaviour = 'silent';
  await clock.run(1_200);
  expect(engine.sample('furnace.pv')).toMatchObject({ quality: 'bad', cause: 'timeout' });
  expect(engine.sample('furnace.pv')).not.toHaveProperty('raw');
});

describe('a value that nothing confirms', () => {
  test('is stale with its last value, then not known; never 0', async () => {
    const unit = client.unit(1, { 1: 750 });
    const engine = start(device('furnace', 1, [pv]));
    await clock.run(500);
    unit.behaviour = 'silent';
    await clock.run(1000);
    expect(engine.sample('furnace.pv')).toMatchObject({
      value: 750,
      quality: 'stale',
      cause: 'timeout',
    });
    await clock.run(2000);
    const lost = engine.sample('furnace.pv');
    expect(lost).toMatchObject({ quality: 'bad', cause: 'timeout', goodAt: 1_767_225_600_010_000 });
    expect(lost).not.toHaveProperty('value');
    expect(lost).not.toHaveProperty('raw');
  });

  test('is good again with the next answer', async () => {
    const unit = client.unit(1, { 1: 750 });
    unit.behaviour = new FramingError('noise');
    const engine = start(device('furnace', 1, [pv]));
    await clock.run(500);
    expect(engine.sample('furnace.pv')).toMatchObject({ quality: 'bad', cause: 'damaged' });
    unit.behaviour = 'answer';
    await clock.run(1000);
    expect(engine.sample('furnace.pv')).toMatchObject({ value: 750, quality: 'good' });
    expect(engine.sample('furnace.pv')).not.toHaveProperty('cause');
  });

  test('that nobody asked for in time is overdue, and not known after twice the time', async () => {
    client.unit(1, { 1: 750, 2: 1 });
    const slow = { ...registerPoint({ name: 'slow', address: 2 }), everyMs: 60_000 };
    const engine = start(device('furnace', 1, [pv, slow]));
    const seen: string[] = [];
    engine.subscribe((changed) => {
      for (const { point, quality, cause } of changed) {
        if (point.name === 'slow') seen.push(`${clock.now()} ${quality} ${cause ?? ''}`);
      }
    });
    await clock.run(10_000);
    expect(seen).toEqual(['20 good ', '3020 stale overdue', '6020 bad overdue']);
  });

  test('carries times that only grow, even when the calendar is set back', async () => {
    const unit = client.unit(1, { 1: 750 });
    const engine = start(device('furnace', 1, [pv]));
    await clock.run(500);
    const before = engine.sample('furnace.pv')?.at ?? 0;
    clock.stepWall(-3_600_000_000);
    unit.registers.set(1, 751);
    await clock.run(1000);
    const after = engine.sample('furnace.pv');
    expect(after?.value).toBe(751);
    expect(after?.at).toBeGreaterThan(before);
  });
});

describe('a device that does not answer', () => {
  test('is asked with growing pauses, one short question at a time, and is back with its answer', async () => {
    const unit = client.unit(1, { 1: 750, 50: 1, 51: 2 });
    unit.behaviour = 'silent';
    const engine = start(
      device('furnace', 1, [
        pv,
        registerPoint({ name: 'long', address: 50, type: 'u32', count: 2 }),
      ]),
    );
    await clock.run(20_000);
    expect(engine.devices()[0]).toMatchObject({ state: 'silent', error: 'no answer' });
    // Three polls on the grid, then pauses of 0.5, 1, 2, 4, 8 s: never more than these.
    const tries = client.asked.length;
    expect(tries).toBeGreaterThanOrEqual(6);
    expect(tries).toBeLessThanOrEqual(9);
    expect(client.asked.slice(3).every(({ count }) => count === 1)).toBe(true);

    unit.behaviour = 'answer';
    await clock.run(20_000);
    expect(engine.devices()[0]).toMatchObject({ state: 'good' });
    expect(engine.sample('furnace.long')?.quality).toBe('good');
    const asked = client.asked.length;
    await clock.run(5_000);
    expect(client.asked.length - asked).toBe(10);
  });

  test('ends its round: the reads behind the failed one cost its neighbours nothing', async () => {
    client.unit(1, {}).behaviour = 'silent';
    start(device('dead', 1, [pv, registerPoint({ name: 'far', address: 500 })]));
    await clock.run(900);
    expect(client.asked).toHaveLength(1);
  });

  test('is told apart by cause', async () => {
    const unit = client.unit(1, {});
    unit.behaviour = new ConnectError('refused');
    const engine = start(device('furnace', 1, [pv]));
    await clock.run(500);
    expect(engine.sample('furnace.pv')).toMatchObject({ quality: 'bad', cause: 'no-connection' });
  });
});

describe('a device that refuses a block', () => {
  test('is asked in smaller blocks, and only what is not there is bad', async () => {
    // Register 3 is a hole that the plan reads through; 7 does not exist at all.
    client.unit(1, { 1: 10, 2: 20, 4: 40, 5: 50 });
    const names = { 1: 'a', 2: 'b', 4: 'c', 5: 'd', 7: 'e' };
    const points = Object.entries(names).map(([address, name]) =>
      registerPoint({ name, address: Number(address) }),
    );
    const engine = start(device('meter', 1, points));
    await clock.run(900);
    const seen = engine.snapshot().map(({ point, value, cause }) => [point.name, value ?? cause]);
    expect(Object.fromEntries(seen)).toEqual({ a: 10, b: 20, c: 40, d: 50, e: 'exception-2' });
    expect(engine.devices()[0]?.state).toBe('good');

    client.asked.length = 0;
    await clock.run(1000);
    expect(client.asked.map(({ start: first, count }) => [first, count])).toEqual([
      [1, 2],
      [4, 2],
    ]);
    // What is not there is asked for now and then: it may come with a new firmware.
    client.asked.length = 0;
    await clock.run(620_000);
    expect(client.asked.filter(({ start: first }) => first === 7)).toHaveLength(1);
  });

  test('is asked in the blocks that were found out before, from the first poll on', async () => {
    client.unit(1, { 1: 10, 4: 40 });
    const refused: string[] = [];
    const memory = {
      has: ({ start: first, count }: PlannedRead) => refused.includes(`${first}+${count}`),
      add: ({ start: first, count }: PlannedRead) => void refused.push(`${first}+${count}`),
    };
    const points = [1, 4].map((address) => registerPoint({ name: `r${address}`, address }));
    start({ ...device('meter', 1, points), refused: memory });
    await clock.run(500);
    expect(refused).toEqual(['1+4']);
    client.asked.length = 0;
    start({ ...device('meter', 1, points), refused: memory });
    await clock.run(400);
    expect(client.asked.map(({ start: first, count }) => [first, count])).toEqual([
      [1, 1],
      [4, 1],
    ]);
  });

  test('with busy is alive, and its values are not known', async () => {
    client.unit(1, { 1: 1 }).behaviour = new ModbusExceptionError(6, 3);
    const engine = start(device('furnace', 1, [pv]));
    await clock.run(500);
    expect(engine.sample('furnace.pv')).toMatchObject({ quality: 'bad', cause: 'exception-6' });
    expect(engine.devices()[0]?.state).toBe('good');
  });
});

test('stopping closes the clients, and nothing is asked afterwards', async () => {
  client.unit(1, { 1: 1 });
  const engine = start(device('furnace', 1, [pv]));
  await clock.run(100);
  engine.stop();
  const asked = client.asked.length;
  await clock.run(10_000);
  expect(client.closed).toBe(true);
  expect(client.asked).toHaveLength(asked);
  expect(clock.nextAlarm()).toBe(Infinity);
});
