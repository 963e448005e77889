import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { parseCandumpLine } from '../can/source/candump-line.ts';
import { loadSite } from '../config/load-site.ts';
import type { DeviceConfig } from '../config/site-config.ts';
import { Engine } from '../engine/engine.ts';
import type { HeardLine } from '../engine/heard-line.ts';
import { DeviceFeed } from './device-feed.ts';
import { heardLines } from './heard-lines.ts';
import { localTime } from './host-feed.ts';
import { valueMaker } from './signal-value.ts';

const BATTERY = join(import.meta.dirname, '../../examples/battery');
const PROFILES = join(import.meta.dirname, '../../profiles');
const AT = 1_772_188_649_000_000;

const log = readFileSync(join(BATTERY, 'cycle.log'), 'utf8');
const FRAMES = [...log.matchAll(/can0 (\S+)/g)].map(([, frame]) => frame ?? '');

/** The battery of the example, and a line on which only the test speaks. */
async function battery(change: (device: DeviceConfig) => DeviceConfig = (it) => it): Promise<{
  readonly clock: ManualClock;
  readonly engine: Engine;
  readonly line: HeardLine;
  readonly feed: DeviceFeed;
  readonly units: number[];
  readonly hear: (frames: readonly string[]) => void;
  readonly sample: (name: string) => unknown;
}> {
  const { site } = await loadSite(join(BATTERY, 'gateway.yaml'), {
    env: {},
    profilesDirs: [PROFILES],
  });
  if (site === undefined) throw new Error('the example has a mistake');
  const device = change(site.devices[0]!);
  const clock = new ManualClock();
  const [setup] = heardLines({ ...site, devices: [device] }, { clock, logger: silentLogger });
  let line: HeardLine | undefined;
  const open = (heard: HeardLine): (() => void) => {
    line = heard;
    return () => undefined;
  };
  const engine = new Engine('site', [{ ...setup!, open }], clock, silentLogger);
  engine.start();
  const feed = new DeviceFeed(line!, device, clock);
  const units: number[] = [];
  engine.subscribe((changed) => units.push(changed.length));
  return {
    ...{ clock, engine, line: line!, feed, units },
    hear(frames) {
      for (const frame of frames) {
        clock.advance(34);
        feed.accept(parseCandumpLine(frame)!, AT);
      }
    },
    sample: (name) => {
      const found = engine.sample(`bms.${name}`);
      return found?.value ?? found?.cause;
    },
  };
}

const MONOBLOCKS = Array.from(
  { length: 38 },
  (_, index) => `monoblock_${String(index + 1).padStart(2, '0')}_voltage`,
);

test('a cycle is told as one unit, and its values are those of the frames', async () => {
  const { hear, sample, units } = await battery();
  hear(FRAMES.slice(0, -1));
  expect(sample('system_voltage')).toBe('not-read-yet');
  hear(FRAMES.slice(-1));
  expect(units).toHaveLength(1);
  expect(MONOBLOCKS.reduce((sum, name) => sum + Number(sample(name)), 0)).toBeCloseTo(560.374, 9);
  expect(sample('system_voltage')).toBe(560.3);
  expect(sample('system_current')).toBe(2.9);
  expect(sample('absolute_discharge')).toBe(-3);
  expect(sample('number_of_monoblocks')).toBe(38);
  expect(sample('error_07')).toBe(false);
  expect(sample('system_status')).toBe(true);
  expect(sample('clock')).toBe(localTime(AT / 1_000_000));
  expect(sample('power')).toBeCloseTo(1.62487, 9);
});

test('a coil is the error of its number', async () => {
  const { hear, sample } = await battery();
  hear(FRAMES.map((frame) => frame.replace('0104040700', '0104040707')));
  expect([sample('error_06'), sample('error_07'), sample('error_08')]).toEqual([
    false,
    true,
    false,
  ]);
});

test('a monoblock that is not there has no voltage, neither by its count nor by its zero', async () => {
  const { hear, sample } = await battery();
  const fewer = FRAMES.map((frame) =>
    frame.replace('1814F4E8#0104009800260000', '1814F4E8#0104009800240000'),
  );
  hear(
    fewer.map((frame) => (frame.startsWith('1830CCE8#01') ? '1830CCE8#010139B2000039D3' : frame)),
  );
  expect(sample('monoblock_36_voltage')).toBeTypeOf('number');
  expect(sample('monoblock_37_voltage')).toBe('not-present');
  expect(sample('monoblock_38_temperature')).toBe('not-present');
  expect(sample('monoblock_02_voltage')).toBe('sentinel');
});

test('a cycle that lost a frame is void; the values before it stand until they are stale, and then bad', async () => {
  const { hear, sample, feed, clock, engine } = await battery();
  const other = FRAMES.map((frame) => frame.replace('0315E3', '0315E4'));
  hear(FRAMES);
  hear(other.filter((frame) => !frame.startsWith('1830CCE8#05')));
  expect(sample('system_voltage')).toBe(560.3);
  hear(other);
  expect([sample('system_voltage'), feed.incomplete]).toEqual([560.4, 1]);
  clock.advance(10_000);
  expect(engine.sample('bms.system_voltage')).toMatchObject({ quality: 'stale', value: 560.4 });
  clock.advance(10_000);
  expect(engine.sample('bms.system_voltage')).not.toHaveProperty('value');
  // What is told once in a while has another age.
  expect(engine.sample('bms.number_of_monoblocks')).toMatchObject({ quality: 'good' });
});

test('without a cycle each frame is told by itself', async () => {
  const { hear, sample, units } = await battery((device) => ({
    ...device,
    heard: { ...device.heard!, cycle: 'frame' },
  }));
  hear(FRAMES.slice(0, 3));
  expect([sample('system_voltage'), sample('soh'), units.length]).toEqual([560.3, 99, 3]);
});

test('what never changes is in doubt while the bus is lost, and holds again with it', async () => {
  const { line, feed, sample, engine } = await battery((device) => ({
    ...device,
    heard: {
      ...device.heard!,
      sources: { ...device.heard!.sources, r3000_temperature: { kind: 'constant', value: 23 } },
    },
  }));
  feed.start();
  expect(sample('r3000_temperature')).toBe(23);
  line.fail('bms', 'no-connection', 'can0 is down');
  expect(engine.sample('bms.r3000_temperature')).toMatchObject({ quality: 'stale' });
  feed.up();
  expect(engine.sample('bms.r3000_temperature')).toMatchObject({ quality: 'good', value: 23 });
  feed.stop();
});

test.each([
  ['the same scale', { multiply: 1, divide: 10, offset: 0 }, 0.1, 560.3, 560.3],
  ['a coarser register', { multiply: 1, divide: 10, offset: 0 }, 0.01, 560.37, 560.4],
  ['an offset of another kind', { multiply: 1, divide: 1, offset: -40 }, 0.5, 23.5, 24],
])('%s gives a value that the register can hold', (_, scale, factor, value, expected) => {
  expect(
    valueMaker({ type: 'u16', scale }, { factor, offset: 0 }, undefined)(value, undefined),
  ).toBe(expected);
});
