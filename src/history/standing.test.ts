import { beforeEach, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Sample } from '../telemetry/sample.ts';
import { StandingValues } from './standing.ts';

let clock: ManualClock;
let site: FakeSite;
let told: Sample[];
let dropped: number;
let state: 'good' | 'failing';
let standing: StandingValues;

beforeEach(() => {
  clock = new ManualClock();
  site = new FakeSite(clock);
  site.usePoints(['a.sp', 'a.pv'].map((id) => sitePoint(id)));
  told = [];
  [dropped, state] = [0, 'good'];
  standing = new StandingValues({
    ...{ site, clock },
    history: {
      record: (samples) => void told.push(...samples),
      status: () => ({ state, bytes: 0, points: 0, dropped }),
    },
  });
});

function ids(): readonly string[] {
  return told.map(({ point: { id } }) => id);
}

test('a value that is the same after a start is told once', () => {
  standing.apply();
  site.answer({ 'a.sp': 5 });
  clock.advance(2_000);
  expect(told).toMatchObject([{ point: { id: 'a.sp' }, value: 5, quality: 'good' }]);
  clock.advance(58_000);
  expect(ids()).toEqual(['a.sp']);
});

test('one that is read late is told as well, and one that is in doubt is not', () => {
  standing.apply();
  site.answer({ 'a.sp': 5, 'a.pv': 1 });
  site.fail(['a.sp', 'a.pv'], 'stale', 'timeout');
  clock.advance(10_000);
  expect(ids()).toEqual([]);
  site.answer({ 'a.pv': 2 });
  clock.advance(50_000);
  expect(ids()).toEqual(['a.pv']);
});

test('what was read before this run began is not what is now', () => {
  site.answer({ 'a.sp': 5 });
  clock.advance(1_000);
  standing.apply();
  clock.advance(10_000);
  expect(ids()).toEqual([]);
});

test('what never changes is told again, so that it outlives the oldest hours', () => {
  standing.apply();
  site.answer({ 'a.sp': 5 });
  clock.advance(24 * 3_600_000);
  expect(ids().length).toBeGreaterThan(3);
  expect(ids().length).toBeLessThan(8);
});

test.each([
  ['forward', 8],
  ['back', -8],
])('all is told again when the calendar is set %s', (_, hours) => {
  standing.apply();
  site.answer({ 'a.sp': 5, 'a.pv': 1 });
  clock.advance(2_000);
  clock.stepWall(hours * 3_600_000_000);
  clock.advance(30_000);
  expect(ids()).toEqual(['a.sp', 'a.pv']);
  site.answer({ 'a.sp': 5, 'a.pv': 1 });
  clock.advance(60_000);
  expect(ids()).toEqual(['a.sp', 'a.pv', 'a.sp', 'a.pv']);
});

test.each([
  ['samples were lost', () => (dropped += 5)],
  ['the history took nothing for a while', () => (state = 'failing')],
])('all is told again after %s', (_, happens) => {
  standing.apply();
  site.answer({ 'a.sp': 5 });
  clock.advance(2_000);
  happens();
  clock.advance(30_000);
  state = 'good';
  site.answer({ 'a.sp': 5 });
  clock.advance(90_000);
  expect(ids()).toEqual(['a.sp', 'a.sp']);
});

test('a point that a reload takes away is known no more', () => {
  standing.apply();
  site.answer({ 'a.sp': 5, 'a.pv': 1 });
  clock.advance(2_000);
  site.usePoints([sitePoint('a.pv')]);
  standing.apply();
  expect(told.at(-1)).toMatchObject({ point: { id: 'a.sp' }, quality: 'bad', cause: 'removed' });
  expect(told.at(-1)).not.toHaveProperty('value');
});

test('nothing is told after the end', () => {
  standing.apply();
  site.answer({ 'a.sp': 5 });
  standing.stop();
  clock.advance(60_000);
  expect(told).toEqual([]);
});
