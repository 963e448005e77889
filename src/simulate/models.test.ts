import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { loadProfile } from '../config/load-profile.ts';
import { decodePoint } from '../profile/decode.ts';
import { encodeWrite } from '../profile/encode.ts';
import type { RegisterPoint, Value } from '../profile/point.ts';
import { parseProfile, type Profile } from '../profile/profile.ts';
import { simulatedDevice } from './device.ts';

const PROFILES = join(import.meta.dirname, '../../profiles');

async function profileOf(id: string): Promise<Profile> {
  const { profile } = await loadProfile(id, { profilesDirs: [PROFILES] });
  if (profile === undefined) throw new Error(`${id} has issues`);
  return profile;
}

/** A running device, read and written as a client does: by its registers. */
async function setUp(id: string, variant = 1, clock = new ManualClock()) {
  const profile = await profileOf(id);
  const device = simulatedDevice(profile, clock, variant);
  const { tables } = device;
  device.start();
  const pointOf = (name: string): RegisterPoint => {
    const point = profile.points.find((one) => one.name === name);
    if (point === undefined) throw new Error(`no point ${name}`);
    return point;
  };
  const read = (point: RegisterPoint): ReturnType<typeof decodePoint> => {
    const { table, address, count } = point;
    if (table === 'coil' || table === 'discrete') return tables[table].get(address);
    const bytes = tables[table].wireBytes(address, count);
    return decodePoint(point, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  };
  const get = (name: string): Value => {
    const value = read(pointOf(name));
    if (typeof value === 'object') throw new Error(`${name} is bad: ${JSON.stringify(value)}`);
    return value;
  };
  const write = (name: string, value: Value): void => {
    const point = pointOf(name);
    const bytes = encodeWrite(point, value);
    if (typeof bytes === 'boolean') throw new Error('no coil is written here');
    tables.holding.wireBytes(point.address, point.count).set(bytes);
    tables.hooks.onWrite?.('holding', point.address, point.count);
  };
  const number = (name: string): number => Number(get(name));
  return { profile, clock, get, number, write, read, device };
}

/** A clock that runs on while nothing rings, as while the computer sleeps. */
class SleepyClock extends ManualClock {
  sleptMs = 0;

  override now(): number {
    return super.now() + this.sleptMs;
  }
}

const IDS = [
  ...['anzen/bms', 'eurotherm/3216', 'pv/esp32-8reg', 'schneider/pm8000'],
  ...['tti/dyeing-tcp', 'tti/dyeing-rtu', 'tti/dyeing-rtu-mc3'],
];

describe.each(IDS)('%s', (id) => {
  test('has a value in its range at every point for a quarter of an hour', async () => {
    const { profile, clock, read } = await setUp(id);
    const readable = profile.points.filter(({ access }) => access !== 'wo');
    for (let second = 0; second < 900; second += 15) {
      for (const point of readable) {
        expect(typeof read(point), `${point.name} after ${second} s`).not.toBe('object');
      }
      clock.advance(15_000);
    }
  });

  test('moves', async () => {
    const { profile, clock, read } = await setUp(id);
    const all = (): unknown[] => profile.points.map((point) => read(point));
    const before = all();
    clock.advance(30_000);
    expect(all()).not.toEqual(before);
  });

  test('goes on at once after its computer slept for a week', async () => {
    const clock = new SleepyClock();
    const { profile, read, device } = await setUp(id, 1, clock);
    device.stop();
    clock.sleptMs = 7 * 86_400_000;
    const startedAt = performance.now();
    device.start();
    expect(performance.now() - startedAt).toBeLessThan(500);
    for (const point of profile.points.filter(({ access }) => access !== 'wo')) {
      expect(typeof read(point), point.name).not.toBe('object');
    }
  });
});

test('a device without a model of its own has all of what is repeated, always', () => {
  const { profile } = parseProfile({
    profile: 'test/cells',
    points: {
      cells: 'hr:0 u16',
      'cell_{n}_voltage': { at: 'hr:1 u16 /1000 V', repeat: { count: 3, countFrom: 'cells' } },
    },
  });
  if (profile === undefined) throw new Error('the profile has issues');
  const clock = new ManualClock();
  const device = simulatedDevice(profile, clock);
  device.start();
  const counts = [0, 1, 2].map(() => {
    clock.advance(7_000);
    return device.tables.holding.get(0);
  });
  expect(counts).toEqual([3, 3, 3]);
});

describe('the battery', () => {
  const numbers = Array.from({ length: 38 }, (_, index) => String(index + 1).padStart(2, '0'));

  test('has blocks that add up to the voltage of the system, at any time', async () => {
    const { clock, number } = await setUp('anzen/bms');
    for (let minute = 0; minute < 20; minute += 1) {
      const sum = numbers.reduce((total, one) => total + number(`monoblock_${one}_voltage`), 0);
      expect(Math.abs(sum - number('system_voltage'))).toBeLessThanOrEqual(0.051);
      expect(number('instant_power')).toBeCloseTo(
        (number('system_voltage') * number('system_current')) / 1000,
        1,
      );
      clock.advance(60_000);
    }
  });

  test('has two low blocks and a hot one among sound ones', async () => {
    const { number } = await setUp('anzen/bms');
    const volts = numbers.map((one) => number(`monoblock_${one}_voltage`));
    const sound = volts.filter((_, index) => index !== 31 && index !== 14);
    expect(Math.abs((volts[31] ?? 0) - 12.46)).toBeLessThan(0.15);
    expect(Math.abs((volts[14] ?? 0) - 12.894)).toBeLessThan(0.15);
    expect(Math.min(...sound)).toBeGreaterThan(12.95);
    expect(Math.max(...sound)).toBeLessThan(13.2);
    const celsius = numbers.map((one) => number(`monoblock_${one}_temperature`));
    expect(celsius.indexOf(Math.max(...celsius))).toBe(25);
    expect(Math.abs((celsius[25] ?? 0) - 47)).toBeLessThanOrEqual(1);
  });

  test('is charged and discharged by its current, by as much as flows', async () => {
    const { clock, number, get, profile } = await setUp('anzen/bms');
    const states = profile.points.find(({ name }) => name === 'system_state')?.enum;
    const seen = new Set<string>();
    for (let step = 0; step < 90; step += 1) {
      const state = states?.get(Number(get('system_state'))) ?? '';
      seen.add(state);
      expect(Math.sign(number('system_current'))).toBe({ charge: 1, discharge: -1 }[state] ?? 0);
      clock.advance(15_000);
    }
    expect([...seen].sort()).toEqual(['charge', 'discharge', 'standby']);
    const one = await setUp('anzen/bms');
    const drawn = one.number('cumulative_discharge');
    const charge = one.number('soc');
    one.clock.advance(60_000);
    // 120 A for a minute are 2 Ah, 5 % of 40 Ah.
    expect(one.number('cumulative_discharge') - drawn).toBeCloseTo(2, 0);
    expect(one.number('soc') - charge).toBe(-5);
  });

  test('has the clock of its host', async () => {
    const { clock, get } = await setUp('anzen/bms');
    const first = Date.parse(String(get('clock')));
    clock.advance(61_000);
    expect(Date.parse(String(get('clock'))) - first).toBe(61_000);
  });
});

describe('the dyeing machine', () => {
  test.each([
    ['tti/dyeing-tcp', 305],
    ['tti/dyeing-rtu', 355],
    ['tti/dyeing-rtu-mc3', 355],
  ])('%s works its program off, and says %d at its end', async (id, finish) => {
    const { clock, number } = await setUp(id);
    const course: number[] = [];
    while (number('machine_on') === 1 && course.length < 1000) {
      if (course.at(-1) !== number('process')) course.push(number('process'));
      clock.advance(1000);
    }
    expect(course).toEqual([260, 265, 260, 265, 300, 270, 290, 275, 295, finish]);
  });

  test('is hottest while it keeps the temperature, and never beyond the program', async () => {
    const { clock, number } = await setUp('tti/dyeing-tcp');
    let hottest = 0;
    for (let second = 0; second < 400; second += 1) {
      hottest = Math.max(hottest, number('temp1'));
      expect(number('temp1')).toBeLessThanOrEqual(98);
      clock.advance(1000);
    }
    expect(hottest).toBe(98);
  });

  test('stands still with a reason between two batches, and has none while it works', async () => {
    const { clock, number, get } = await setUp('tti/dyeing-tcp');
    const batches = new Set<Value>();
    const episodes: boolean[] = [];
    for (let second = 0; second < 1500; second += 1) {
      const isOn = number('machine_on') === 1;
      expect(number('ket_mesin_off') === 0).toBe(isOn);
      if (episodes.at(-1) !== isOn) episodes.push(isOn);
      batches.add(get('batch'));
      clock.advance(1000);
    }
    expect(episodes.length).toBeGreaterThan(6);
    expect(batches.size).toBeGreaterThan(3);
  });

  test('takes the next batch from the slot that was sent, once', async () => {
    const { clock, number, get, write } = await setUp('tti/dyeing-rtu');
    write('batch2', 'BATCH123');
    write('batch3', 'NOT SENT');
    write('status2', 1);
    clock.advance(1000);
    expect([get('batch2'), number('status2')]).toEqual(['BATCH123', 1]);
    for (let second = 0; get('batch') !== 'BATCH123' && second < 400; second += 1) {
      clock.advance(1000);
    }
    expect([get('batch'), number('status2'), get('batch2')]).toEqual(['BATCH123', 0, 'BATCH123']);
    clock.advance(400_000);
    expect(get('batch')).toMatch(/^TTI-/);
  });

  test('counts hours while it works, and what is serviced begins again', async () => {
    const { clock, number } = await setUp('tti/dyeing-tcp');
    const before = number('lit_mpump_hr');
    clock.advance(200_000);
    expect(number('lit_mpump_hr') - before).toBe(2);
    const resets = new Set<number>();
    for (let minute = 0; minute < 240; minute += 1) {
      resets.add(number('id_reset'));
      clock.advance(60_000);
    }
    expect(resets.size).toBeGreaterThan(1);
    expect(number('nik_maintanance')).toBeGreaterThan(0);
  });

  test('three of them do not march in step', async () => {
    const machines = await Promise.all([1, 2, 3].map(async (one) => setUp('tti/dyeing-rtu', one)));
    expect(new Set(machines.map(({ number }) => number('temp1'))).size).toBe(3);
    expect(new Set(machines.map(({ get }) => get('batch'))).size).toBe(3);
  });
});

describe('the array of solar cells', () => {
  test('has numbers that agree with each other in every sample', async () => {
    const { clock, number } = await setUp('pv/esp32-8reg');
    const powers: number[] = [];
    for (let sample = 0; sample < 150; sample += 1) {
      const [ac, dc] = [number('p_ac'), number('p_dc')];
      expect(Math.abs(number('v_dc') * number('i_dc') - dc)).toBeLessThanOrEqual(0.501);
      expect(ac).toBeLessThanOrEqual(dc);
      if (dc > 100) expect(ac / dc).toBeGreaterThan(0.9);
      expect(number('t_cell')).toBeCloseTo(20 + (number('g') * 25.6) / 850, 1);
      powers.push(dc);
      clock.advance(10_000);
    }
    // A noon and a night have passed.
    expect(Math.max(...powers)).toBeGreaterThan(240);
    expect(Math.min(...powers)).toBeLessThan(10);
  });

  test('sends a sample every ten seconds, with the time of the sample', async () => {
    const { clock, number } = await setUp('pv/esp32-8reg');
    const first = number('time');
    expect(first).toBe(clock.wallMicros() / 1e6);
    clock.advance(9_800);
    expect(number('time')).toBe(first);
    clock.advance(200);
    expect(number('time')).toBe(first + 10);
  });
});

describe('the meter', () => {
  test('has totals that are the sums of its phases, and power that is voltage times current', async () => {
    const { clock, number } = await setUp('schneider/pm8000');
    clock.advance(12_345);
    const sum = ['a', 'b', 'c'].reduce((all, one) => all + number(`active_power_phase_${one}`), 0);
    expect(number('active_power_total')).toBeCloseTo(sum, 4);
    expect(number('apparent_power_phase_a')).toBeCloseTo(
      (number('voltage_phase_a') * number('current_phase_a')) / 1000,
      4,
    );
  });
});

describe('the furnace', () => {
  test('reaches the setpoint that a client writes, at the rate that is set', async () => {
    const { clock, number, write } = await setUp('eurotherm/3216');
    clock.advance(200_000);
    expect(Math.abs(number('pv') - 750)).toBeLessThanOrEqual(4);
    write('setpoint', 800);
    clock.advance(10_000);
    expect([number('setpoint'), number('working_setpoint')]).toEqual([800, 760]);
    clock.advance(120_000);
    expect(Math.abs(number('pv') - 800)).toBeLessThanOrEqual(4);
  });
});
