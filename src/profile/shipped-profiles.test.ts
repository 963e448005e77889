import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseProfile, type Profile } from './profile.ts';
import { planReads, type PlanSettings } from './read-plan.ts';

const FOLDER = join(import.meta.dirname, '../../profiles');

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.yaml'));

function load(file: string): Profile {
  const { profile, issues } = parseProfile(parse(readFileSync(join(FOLDER, file), 'utf8')));
  expect(issues).toEqual([]);
  return profile!;
}

test.each(files)('%s is without a mistake, named as its file, and can be read', (file) => {
  const profile = load(file);
  expect(`${profile.id}.yaml`).toBe(file);
  expect(profile.source, 'the manual it was taken from').toBeDefined();
  expect(profile.points.length + Number(profile.image !== undefined)).toBeGreaterThan(0);
  if (profile.points.length > 0) expect(planReads(profile.points, profile.plan)).not.toEqual([]);
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
