import { describe, expect, test } from 'vitest';
import { FakeClient } from '../../test/support/fake-client.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { parseProfile, type Profile } from '../profile/profile.ts';
import { findCandidates, type Candidate } from './fingerprint.ts';

function profile(id: string, identify: readonly object[], more: object = {}): Profile {
  const points = { level: 'hr:10 i16 /10 m', other: 'hr:11' };
  const { profile: parsed, issues } = parseProfile({ profile: id, points, identify, ...more });
  if (parsed === undefined) throw new Error(JSON.stringify(issues));
  return parsed;
}

async function candidates(
  registers: Record<number, number>,
  profiles: readonly Profile[],
  says: readonly string[] = [],
): Promise<readonly Candidate[]> {
  const clock = new ManualClock();
  const client = new FakeClient(clock);
  client.unit(1, registers);
  const found = findCandidates(client, profiles, { clock, unit: 1, timeoutMs: 100 }, says);
  await clock.run(10_000);
  return found;
}

const EQUALS = { read: 'hr:0 u16', equals: 4711 };
const RANGE = { read: 'hr:1 u16', between: [10, 20] };
const WIDE = { read: 'hr:2 u32', between: [10, 20] };
const ANY = { read: 'hr:5 u16' };

describe('a profile fits', () => {
  test.each<[string, readonly object[], Record<number, number>, string | undefined]>([
    ['a given value: likely', [EQUALS], { 0: 4711 }, 'likely'],
    ['two given values: certain', [EQUALS, { read: 'hr:1', equals: 7 }], { 0: 4711, 1: 7 }, 'certain'], // prettier-ignore
    ['another value: not', [EQUALS], { 0: 4712 }, undefined],
    ['a value in a range: possible', [RANGE], { 1: 15 }, 'possible'],
    ['the ends of a range too', [RANGE], { 1: 20 }, 'possible'],
    ['beyond a range: not', [RANGE], { 1: 21 }, undefined],
    ['a wide value in a range: likely', [WIDE], { 2: 0, 3: 15 }, 'likely'],
    ['a register that is there: possible', [ANY], { 5: 1 }, 'possible'],
    ['a register that is not there: not', [ANY], {}, undefined],
    ['one rule of two: not', [EQUALS, ANY], { 0: 4711 }, undefined],
    ['empty registers are hardly a sign', [{ read: 'hr:1', between: [-5, 20] }, ANY], { 1: 0, 5: 0 }, 'possible'], // prettier-ignore
    ['no rules: not', [], { 0: 1 }, undefined],
  ])('%s', async (_, rules, registers, confidence) => {
    const [found] = await candidates(registers, [profile('a/b', rules)]);
    expect(found?.confidence).toBe(confidence);
  });

  test('the surest comes first, with a value that a person can compare', async () => {
    const found = await candidates({ 0: 4711, 1: 15, 10: 231 }, [
      profile('weak/one', [RANGE]),
      profile('strong/one', [EQUALS, RANGE], { label: 'Strong one' }),
    ]);
    expect(found).toEqual([
      { profile: 'strong/one', label: 'Strong one', confidence: 'likely', checks: 2, reading: 'level 23.1 m' }, // prettier-ignore
      { profile: 'weak/one', confidence: 'possible', checks: 1, reading: 'level 23.1 m' },
    ]);
  });

  test('for certain when the device says its name', async () => {
    const named = profile('acme/em330', [EQUALS], { vendor: 'Acme Electric', models: ['EM-330'] });
    expect(await candidates({}, [named], ['ACME', 'em330 rev 2'])).toMatchObject([
      { profile: 'acme/em330', confidence: 'certain' },
    ]);
    expect(await candidates({}, [named], ['ACME', 'EM340'])).toEqual([]);
    expect(await candidates({}, [named], ['EM330'])).toEqual([]);
  });
});

test('a device that says nothing is not asked for every profile there is', async () => {
  const clock = new ManualClock();
  const client = new FakeClient(clock);
  const profiles = Array.from({ length: 100 }, (_, index) => profile(`a/m${index}`, [EQUALS]));
  const found = findCandidates(client, profiles, { clock, unit: 1, timeoutMs: 100 });
  await clock.run(100_000);
  expect([await found, client.asked.length]).toEqual([[], 8]);
});

test('a device that refuses what it does not have is asked for all of them', async () => {
  const profiles = Array.from({ length: 20 }, (_, index) => profile(`a/m${index}`, [EQUALS]));
  const last = profile('z/last', [ANY]);
  expect(await candidates({ 5: 1 }, [...profiles, last])).toMatchObject([{ profile: 'z/last' }]);
});
