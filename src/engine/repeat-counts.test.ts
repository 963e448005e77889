import { beforeEach, describe, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { parsePoints } from '../profile/points.ts';
import { Engine } from './engine.ts';
import type { DeviceSetup } from './setup.ts';

let clock: ManualClock;
let client: FakeClient;

beforeEach(() => {
  clock = new ManualClock();
  client = new FakeClient(clock);
});

const BATTERY = {
  volts: 'hr:0 u16',
  blocks: { at: 'hr:3 u16', valid: [0, 100] },
  'block_{n}': { at: 'hr:4 u16', repeat: { count: 6, countFrom: 'blocks' } },
  'heat_{n}': { at: 'hr:100 u16', repeat: { count: 6, countFrom: 'blocks' } },
};

/** A battery whose registers end where its blocks do. */
function battery(blocks: number): Record<number, number> {
  const registers: Record<number, number> = { 0: 500, 1: 0, 2: 0, 3: blocks };
  for (let index = 0; index < blocks; index += 1) {
    registers[4 + index] = 13_000 + index;
    registers[100 + index] = 70 + index;
  }
  return registers;
}

function start(everyMs: Record<string, number> = {}): Engine {
  const { points, issues } = parsePoints(BATTERY);
  expect(issues).toEqual([]);
  const device: DeviceSetup = {
    ...{ name: 'b', unit: 1, timeoutMs: 200, retries: 0 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 4 },
    points: points.map((point) => {
      const ms = everyMs[point.name.slice(0, 4)] ?? 1000;
      return { point, everyMs: ms, staleMs: 3 * ms };
    }),
  };
  const line = { name: 'line', client, inFlight: 2, devices: [device] };
  const engine = new Engine('test', [line], clock, silentLogger);
  engine.start();
  return engine;
}

function asked(): readonly string[] {
  return client.asked.map(({ start: from, count }) => `${from}+${count}`);
}

/** What is said of so many blocks that are not there. */
function missing(count: number): readonly string[] {
  return Array.from({ length: count }, () => 'not-present');
}

function known(engine: Engine, prefix: string): readonly unknown[] {
  return engine
    .snapshot()
    .filter(({ point }) => point.name.startsWith(prefix))
    .map(({ value, cause }) => value ?? cause);
}

describe('of repeated points that a device counts', () => {
  test('those beyond its count are neither asked for nor known', async () => {
    client.unit(1, battery(2));
    const engine = start();
    await clock.run(500);
    // The count comes first; nothing behind it has ever been asked in vain.
    expect(asked()).toEqual(['0+4', '0+6', '100+2']);
    expect(known(engine, 'block_')).toEqual([13_000, 13_001, ...missing(4)]);
    expect(known(engine, 'heat_')).toEqual([70, 71, ...missing(4)]);
    client.asked.length = 0;
    await clock.run(1000);
    expect(asked()).toEqual(['0+6', '100+2']);
  });

  test('none is missing where the device has them all', async () => {
    client.unit(1, battery(6));
    const engine = start();
    await clock.run(500);
    expect(known(engine, 'block_')).toEqual([13_000, 13_001, 13_002, 13_003, 13_004, 13_005]);
  });

  test('more and fewer of them are followed without a restart', async () => {
    const unit = client.unit(1, battery(6));
    const engine = start();
    await clock.run(500);
    unit.registers.set(3, 1);
    await clock.run(1000);
    expect(known(engine, 'heat_')).toEqual([70, ...missing(5)]);
    unit.registers.set(3, 3);
    await clock.run(2000);
    expect(known(engine, 'heat_')).toEqual([70, 71, 72, ...missing(3)]);
    expect(known(engine, 'block_').slice(0, 4)).toEqual([13_000, 13_001, 13_002, 'not-present']);
  });

  test('a count that never rests makes no round without end', async () => {
    const unit = client.unit(1, battery(6));
    const engine = start();
    engine.subscribe(() => unit.registers.set(3, 7 - (unit.registers.get(3) ?? 0)));
    unit.registers.set(3, 3);
    await clock.run(10_500);
    expect(client.asked.length).toBeLessThan(40);
  });

  test('all are asked for where the device does not count', async () => {
    const registers = battery(6);
    delete registers[3];
    client.unit(1, registers);
    const engine = start();
    await clock.run(3000);
    expect(known(engine, 'heat_')).toEqual([70, 71, 72, 73, 74, 75]);
    expect(known(engine, 'blocks')).toEqual(['exception-2']);
  });

  test('all are asked for where the count is no value, and one that was good still holds', async () => {
    const unit = client.unit(1, { ...battery(6), 3: 999 });
    const engine = start();
    await clock.run(1500);
    expect(known(engine, 'blocks')).toEqual(['out-of-range']);
    expect(known(engine, 'heat_')).toHaveLength(6);
    expect(known(engine, 'heat_')).not.toContain('not-present');
    unit.registers.set(3, 2);
    await clock.run(1000);
    unit.registers.set(3, 999);
    await clock.run(2000);
    expect(known(engine, 'heat_')).toEqual([70, 71, ...missing(4)]);
  });

  test('those of a slower interval are read as soon as their number is known', async () => {
    client.unit(1, battery(2));
    const engine = start({ heat: 60_000 });
    await clock.run(200);
    expect(known(engine, 'heat_')).toEqual([70, 71, ...missing(4)]);
    client.asked.length = 0;
    await clock.run(70_000);
    expect(asked().filter((read) => read === '100+2')).toHaveLength(1);
  });

  test('all grow old together when the device falls silent, and what is not there stays so', async () => {
    const unit = client.unit(1, battery(2));
    const engine = start();
    await clock.run(500);
    unit.behaviour = 'silent';
    await clock.run(1500);
    expect(engine.sample('b.block_1')).toMatchObject({ value: 13_000, quality: 'stale' });
    await clock.run(20_000);
    expect(engine.sample('b.block_1')).toMatchObject({ quality: 'bad' });
    expect(engine.sample('b.block_3')).toMatchObject({ quality: 'bad', cause: 'not-present' });
    expect(engine.devices()[0]).toMatchObject({ state: 'silent' });
  });
});
