import { Writable } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { utcIso } from '../base/time-format.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import { Outages } from './outages.ts';

const SECOND = 1_000;
const WATCHED = { gapMs: 30 * SECOND, settleMs: 5 * SECOND, points: new Set(['f.pv']) };

let clock: ManualClock;
let site: FakeSite;
let outages: Outages;

beforeEach(() => {
  clock = new ManualClock();
  site = new FakeSite(clock);
  site.usePoints([sitePoint('f.pv'), sitePoint('f.sp')]);
  outages = new Outages(site, memoryJournal({ clock }), {
    ...{ clock, logger: silentLogger, formatTime: utcIso, version: '0', webRoot: '' },
    ...{ stdout: new Writable(), exit: () => undefined },
  });
});

/** A minute without an answer, and ten seconds with. */
function beSilent(before: number, after: number): void {
  site.answer({ 'f.pv': before, 'f.sp': 1 });
  clock.advance(60 * SECOND);
  for (let second = 0; second < 10; second += 1) {
    site.answer({ 'f.pv': after, 'f.sp': 1 });
    clock.advance(SECOND);
  }
}

const points = (): readonly string[] => outages.list().map(({ point }) => point);

test('a site that asks for no reports has none, and nobody listens', async () => {
  await outages.apply({});
  beSilent(812, 640);
  expect(site.listeners).toBe(0);
  expect(points()).toEqual([]);
});

test('a change of the file keeps what was reported, and watches what it says now', async () => {
  await outages.apply({ outages: WATCHED });
  beSilent(812, 640);
  expect(points()).toEqual(['f.pv']);
  await outages.apply({ outages: { ...WATCHED } });
  expect(site.listeners).toBe(1);

  await outages.apply({ outages: { ...WATCHED, points: new Set(['f.sp']) } });
  beSilent(640, 500);
  expect(points()).toEqual(['f.pv', 'f.sp']);

  await outages.apply({});
  expect(site.listeners).toBe(0);
});

test('a change of the file while a device is silent loses nothing', async () => {
  await outages.apply({ outages: WATCHED });
  site.answer({ 'f.pv': 812 });
  clock.advance(60 * SECOND);
  await outages.apply({ outages: { ...WATCHED, gapMs: 20 * SECOND } });
  clock.advance(60 * SECOND);
  site.answer({ 'f.pv': 640 });
  clock.advance(6 * SECOND);
  expect(outages.list()).toMatchObject([
    { before: { value: 812 }, after: { value: 640 }, reason: 'device-silent', durationMs: 120_000 },
  ]);
});
