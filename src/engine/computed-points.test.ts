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

const FURNACE = {
  pv: 'hr:1 i16 °C',
  sp: 'hr:2 i16 °C',
  limit: 'hr:100 i16 °C',
  deviation: { expr: 'pv - sp', unit: '°C', label: 'Deviation', decimals: 1 },
  too_far: { expr: 'deviation > limit' },
};

/** `slow` names points that are polled every 5 s; all others are every second. */
function start(points: Record<string, unknown>, slow: readonly string[] = []): Engine {
  const parsed = parsePoints(points);
  expect(parsed.issues).toEqual([]);
  const device: DeviceSetup = {
    ...{ name: 'f', unit: 1, timeoutMs: 200, retries: 0 },
    plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 0 },
    points: parsed.points.map((point) => ({
      ...{ point, everyMs: slow.includes(point.name) ? 5000 : 1000, staleMs: 20_000 },
    })),
    computed: parsed.computed,
  };
  const line = { name: 'line', client, inFlight: 1, devices: [device] };
  const engine = new Engine('test', [line], clock, silentLogger);
  engine.start();
  return engine;
}

describe('a computed point', () => {
  test('is on the rail under its name, with what is said of it and no register', async () => {
    client.unit(1, { 1: 755, 2: 750, 100: 3 });
    const engine = start(FURNACE, ['limit']);
    expect(engine.sample('f.deviation')).toMatchObject({ quality: 'bad', cause: 'not-read-yet' });
    await clock.run(500);
    expect(engine.sample('f.deviation')).toMatchObject({
      ...{ value: 5, quality: 'good', at: 1_767_225_600_010_000 },
      point: {
        ...{ unit: '°C', label: 'Deviation', decimals: 1, kind: 'gauge', type: 'computed' },
        ...{ address: '= pv - sp', everyMs: 1000, writable: false },
      },
    });
    expect(engine.sample('f.deviation')?.raw).toBeUndefined();
    expect(engine.sample('f.too_far')).toMatchObject({ value: true, quality: 'good' });
  });

  test('changes in the same unit as what it follows from', async () => {
    const unit = client.unit(1, { 1: 755, 2: 750, 100: 30 });
    const engine = start(FURNACE);
    await clock.run(500);
    const heard: [string, unknown][][] = [];
    const confirmed: string[][] = [];
    engine.subscribe((changed, { points }) => {
      heard.push(changed.map(({ point, value }) => [point.name, value]));
      confirmed.push(points.map(({ name }) => name));
      // At no moment does anybody see half of it.
      const values = new Map(engine.snapshot().map(({ point, value }) => [point.name, value]));
      expect(values.get('deviation')).toBe(Number(values.get('pv')) - Number(values.get('sp')));
    });
    unit.registers.set(1, 800);
    await clock.run(1000);
    expect(heard).toEqual([
      [
        ['pv', 800],
        ['deviation', 50],
        ['too_far', true],
      ],
      [],
    ]);
    expect(confirmed).toEqual([
      ['pv', 'sp', 'deviation', 'too_far'],
      ['limit', 'too_far'],
    ]);
  });

  test('is not read yet as long as something it needs is not, and is told of once', async () => {
    client.unit(1, { 1: 755, 2: 750, 100: 3 });
    const engine = start(FURNACE);
    const told: unknown[] = [];
    engine.subscribe((changed) => {
      for (const { point, value, cause } of changed) {
        if (point.name === 'too_far') told.push(value ?? cause);
      }
    });
    await clock.run(15);
    expect(engine.sample('f.pv')).toMatchObject({ value: 755 });
    expect(engine.sample('f.too_far')).toMatchObject({ cause: 'not-read-yet' });
    await clock.run(985);
    expect(told).toEqual([true]);
  });

  test('is confirmed by each answer that confirms what it follows from', async () => {
    client.unit(1, { 1: 755, 2: 750, 100: 3 });
    const engine = start(FURNACE);
    await clock.run(3500);
    expect(engine.sample('f.deviation')?.at).toBe(1_767_225_603_010_000);
    expect(engine.sample('f.deviation')?.goodAt).toBe(1_767_225_603_010_000);
  });

  test('from a bad one is bad and says which, and from a stale one is stale', async () => {
    const unit = client.unit(1, { 1: 755, 2: 750, 100: 3 });
    const engine = start({ ...FURNACE, pv: { at: 'hr:1 i16', valid: [0, 1000] } });
    await clock.run(500);
    unit.registers.set(1, 30_000);
    await clock.run(1000);
    expect(engine.sample('f.deviation')).toMatchObject({ quality: 'bad', cause: 'needs pv' });
    expect(engine.sample('f.deviation')?.value).toBeUndefined();
    expect(engine.sample('f.too_far')).toMatchObject({ quality: 'bad', cause: 'needs deviation' });
    unit.registers.set(1, 755);
    await clock.run(1000);
    const good = engine.sample('f.deviation');
    expect(good).toMatchObject({ value: 5, quality: 'good' });
    unit.behaviour = 'silent';
    await clock.run(1500);
    expect(engine.sample('f.pv')).toMatchObject({ value: 755, quality: 'stale' });
    expect(engine.sample('f.deviation')).toMatchObject({
      ...{ value: 5, quality: 'stale', goodAt: good?.goodAt },
    });
    await clock.run(60_000);
    expect(engine.sample('f.deviation')).toMatchObject({ quality: 'bad' });
  });

  test('is not confirmed by one input while another is stale', async () => {
    const unit = client.unit(1, { 1: 755, 2: 750, 100: 3 });
    const engine = start({ pv: FURNACE.pv, limit: FURNACE.limit, gap: { expr: 'limit - pv' } });
    await clock.run(500);
    unit.registers.delete(100);
    await clock.run(5000);
    expect(engine.sample('f.pv')).toMatchObject({ quality: 'good' });
    expect(engine.sample('f.gap')).toMatchObject({ quality: 'bad', cause: 'needs limit' });
  });

  test('from what is never polled has no value, and harms nothing', async () => {
    client.unit(1, { 1: 755 });
    const { points, computed } = parsePoints({
      pv: 'hr:1',
      x: { expr: 'pv + cold' },
      cold: 'hr:9',
    });
    const device: DeviceSetup = {
      ...{ name: 'f', unit: 1, timeoutMs: 200, retries: 0, computed },
      plan: { strategy: 'auto', registers: 125, bits: 2000, gap: 0 },
      points: [{ point: points[0]!, everyMs: 1000, staleMs: 3000 }],
    };
    const line = { name: 'line', client, inFlight: 1, devices: [device] };
    const engine = new Engine('test', [line], clock, silentLogger);
    engine.start();
    await clock.run(500);
    expect(engine.sample('f.pv')).toMatchObject({ value: 755 });
    expect(engine.sample('f.x')).toMatchObject({ quality: 'bad', cause: 'needs cold' });
  });
});
