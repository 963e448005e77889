import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { encodeWrite } from './encode.ts';
import { decideGap, gapsWorthReading, NETWORK_GAPS } from './gap-cost.ts';
import type { ParamValues } from './params.ts';
import { parseProfile, type Profile } from './profile.ts';
import { planReads, type PlanChoice, type PlanSettings } from './read-plan.ts';
import { runVector } from './test-vector.ts';

const FOLDER = join(import.meta.dirname, '../../profiles');

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.yaml'));

function load(file: string, params?: ParamValues): Profile {
  const input: unknown = parse(readFileSync(join(FOLDER, file), 'utf8'), { stringKeys: true });
  const { profile, issues } = parseProfile(input, params);
  expect(issues).toEqual([]);
  return profile!;
}

test.each(files)('%s is without a mistake, named as its file, and can be read', (file) => {
  const profile = load(file);
  expect(`${profile.id}.yaml`).toBe(file);
  expect(profile.source, 'the manual it was taken from').toBeDefined();
  expect(profile.points.length + Number(profile.image !== undefined)).toBeGreaterThan(0);
  if (profile.points.length > 0)
    expect(planReads(profile.points, decideGap(profile.plan))).not.toEqual([]);
});

test.each(
  files.flatMap((file) => load(file).vectors.map((vector) => [file, vector.name, vector] as const)),
)('%s: %s', (file, _, vector) => {
  expect(runVector(load(file, vector.params), vector)).toEqual([]);
});

test.each(files)('%s says what each of its points is called, and is tested', (file) => {
  const { points, computed, vectors, view } = load(file);
  expect([...points, ...computed].filter(({ label }) => label === undefined)).toEqual([]);
  expect(view.hero).not.toEqual([]);
  expect(vectors).not.toEqual([]);
});

// Requests of one cycle with everything that is polled: one for each value, merged without gaps, as
// planned, and as planned where nobody had said how long a gap may be. On a serial line at 9600 8N1,
// or on a network. docs/planning.md shows the same table.
test.each([
  ['anzen/bms', 'network', 127, 6, 6, 5],
  ['eurotherm/3216', 'serial', 7, 5, 4, 3],
  ['pv/esp32-8reg', 'network', 7, 1, 1, 1],
  ['schneider/pm8000', 'network', 25, 7, 2, 5],
  ['tti/dyeing-rtu', 'serial', 28, 24, 9, 9],
  ['tti/dyeing-rtu-mc3', 'serial', 28, 23, 6, 6],
  ['tti/dyeing-tcp', 'network', 27, 22, 9, 9],
] as const)(
  '%s on a %s line takes %i requests, %i without gaps, %i as planned, %i by cost alone',
  (id, kind, each, merged, planned, byCost) => {
    const { points, plan, limits } = load(`${id}.yaml`);
    const polled = points.filter(({ group, access }) => group !== 'on-demand' && access !== 'wo');
    const places = new Set(polled.map(({ table, address }) => `${table}:${address}`));
    const speed = { baud: 9600, bitsPerCharacter: 10, turnaroundMs: 5 };
    const gaps = kind === 'serial' ? gapsWorthReading(speed, limits.pauseMs) : NETWORK_GAPS;
    const requests = (gap: PlanChoice['gap']): number =>
      planReads(polled, decideGap({ ...plan, gap }, gaps)).length;
    expect([places.size, requests(0), requests(plan.gap), requests('auto')]).toEqual([
      ...[each, merged, planned, byCost],
    ]);
  },
);

test('the sum of the monoblocks is the voltage of the battery, as in its README', () => {
  const { points, plan, vectors } = load('anzen/bms.yaml');
  const words = new Map(
    vectors[0]!.registers.flatMap(({ table, start, words: run }) =>
      run.map((word, index) => [`${table}:${start + index}`, word] as const),
    ),
  );
  const volts = planReads(points, decideGap(plan))
    .flatMap((read) => read.points)
    .filter(({ name }) => /^monoblock_\d+_voltage$/.test(name))
    .map(({ table, address }) => words.get(`${table}:${address}`) ?? NaN);
  expect(volts).toHaveLength(38);
  expect(volts.reduce((sum, value) => sum + value, 0)).toBe(497_496);
});

test('a battery of another length has as many monoblocks as its owner says', () => {
  const { points } = load('anzen/bms.yaml', new Map([['monoblocks', 16]]));
  expect(points.filter(({ repeated }) => repeated?.countFrom)).toHaveLength(32);
});

test('a batch name fills its seven registers, and what does not fit is refused', () => {
  const { points } = load('tti/dyeing-rtu-mc3.yaml');
  const slot = points.find(({ name }) => name === 'batch3')!;
  expect(slot.address).toBe(34_837);
  const bytes = encodeWrite(slot, 'BATCH123') as Uint8Array;
  const words = Array.from({ length: 7 }, (_, index) =>
    new DataView(bytes.buffer).getUint16(index * 2),
  );
  expect(words).toEqual([16_706, 17_236, 12_616, 13_106, 8224, 8224, 8224]);
  expect(() => encodeWrite(slot, 'A NAME TOO LONG')).toThrow('there is room for 14');
  expect(() => encodeWrite(slot, 'é')).toThrow('ASCII');
});

test('the PM8000 has its 25 quantities under their names', () => {
  const phases = ['a', 'b', 'c'];
  const powers = ['active', 'reactive', 'apparent'];
  const { points } = load('schneider/pm8000.yaml');
  expect(points.map(({ name }) => name)).toEqual([
    ...phases.map((phase) => `current_phase_${phase}`),
    ...phases.map((phase) => `voltage_phase_${phase}`),
    ...powers.flatMap((power) => [
      ...phases.map((phase) => `${power}_power_phase_${phase}`),
      `${power}_power_total`,
    ]),
    'frequency',
    ...powers.flatMap((power) => [`${power}_energy_import`, `${power}_energy_export`]),
  ]);
  expect(points).toHaveLength(25);
  expect(points.at(0)?.address).toBe(2999);
  expect(points.at(-1)).toMatchObject({ address: 3239, type: 'u64', count: 4, kind: 'counter' });
});

test.each([
  [0, 7],
  [8, 5],
  [20, 4],
  [40, 2],
])('the PM8000 with gaps of %i takes %i requests', (gap, requests) => {
  const { points, plan } = load('schneider/pm8000.yaml');
  expect(planReads(points, { ...plan, gap })).toHaveLength(requests);
});

test('the PM8000 read greedily is asked for three blocks', () => {
  const { points } = load('schneider/pm8000.yaml');
  const greedy: PlanSettings = { strategy: 'greedy', registers: 100, bits: 2000, gap: 0 };
  expect(planReads(points, greedy).map(({ start, count }) => [start, count])).toEqual([
    [2999, 78],
    [3109, 98],
    [3207, 36],
  ]);
});

test('the Eurotherm reads its temperatures signed, and calls a broken sensor invalid', () => {
  const { points } = load('eurotherm/3216.yaml');
  expect(points.find(({ name }) => name === 'pv')).toMatchObject({
    address: 1,
    type: 'i16',
    decimals: 0,
    valid: [-200, 1800],
  });
});
