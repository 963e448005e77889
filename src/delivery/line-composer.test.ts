import { beforeEach, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { parseExpression } from '../expression/expression.ts';
import type { Journal } from '../journal/journal.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import { LineComposer } from './line-composer.ts';
import type { LineSetup } from './line-setup.ts';

const SCOPE = new Map([['reset', 'number'] as const]);
const SETUP: LineSetup = {
  ...{ sink: 's', device: 'mc1' },
  entries: [
    {
      ...{ line: 'fast', send: 'changed', on: ['a', 'b'] },
      points: new Map([
        ['b', 's/fast/mc1.b'],
        ['a', 's/fast/mc1.a'],
      ]),
    },
    {
      ...{ line: 'told_once', send: 'all', on: ['reset'] },
      points: new Map([['reset', 's/told_once/mc1.reset']]),
      when: parseExpression('reset > 0', SCOPE, 'boolean').expression!,
    },
  ],
};

let clock: ManualClock;
let site: FakeSite;
let journal: Journal;

beforeEach(async () => {
  clock = new ManualClock();
  site = new FakeSite(clock);
  site.usePoints(['mc1.a', 'mc1.b', 'mc1.reset', 'mc2.a'].map((id) => sitePoint(id)));
  journal = memoryJournal({ clock, samples: 1_000 });
  await started();
});

async function started(): Promise<LineComposer> {
  const composer = new LineComposer({ site, journal, logger: silentLogger });
  await composer.apply([SETUP]);
  return composer;
}

/** What the sink gets, moment by moment. */
async function lines(): Promise<readonly string[]> {
  const { records } = await journal.read(journal.first, { samples: 1_000 });
  return records.flatMap((record) =>
    record.kind === 'samples'
      ? [record.samples.map(({ point, value }) => `${point.id.slice(2)}=${value}`).join(' ')]
      : [],
  );
}

test('what several answers brought is one record of one moment', async () => {
  site.answer({ 'mc1.b': 2, 'mc1.reset': 0 });
  clock.advance(20);
  expect(await lines()).toEqual([]);
  site.answer({ 'mc2.a': 7 });
  site.answer({ 'mc1.a': 1 });
  expect(await lines()).toEqual(['fast/mc1.a=1 fast/mc1.b=2']);
  const { records } = await journal.read(journal.first, { samples: 10 });
  const [first] = records;
  const samples = first?.kind === 'samples' ? first.samples : [];
  expect(samples.map(({ at, point }) => [at, point.category, point.device])).toEqual([
    [clock.wallMicros(), 'fast', 'mc1'],
    [clock.wallMicros(), 'fast', 'mc1'],
  ]);
});

test('a register that the device refuses holds up nothing', async () => {
  site.fail(['mc1.a'], 'bad', 'exception-2');
  site.answer({ 'mc1.b': 2, 'mc1.reset': 0 });
  expect(await lines()).toEqual(['fast/mc1.b=2']);
});

test('an answer that is missing is waited for, but not for ever', async () => {
  site.fail(['mc1.a'], 'bad', 'timeout');
  for (const [round, expected] of [[], [], ['fast/mc1.b=2']].entries()) {
    site.answer({ 'mc1.b': round, 'mc1.reset': 0 });
    expect(await lines()).toEqual(expected);
  }
});

test('a restart repeats nothing that is told once, and forgets nothing', async () => {
  const cycle = (reset: number): void =>
    site.answer({ 'mc1.a': 1, 'mc1.b': 2, 'mc1.reset': reset });
  let composer = await started();
  cycle(0);
  cycle(4);
  const before = (await lines()).filter((line) => line.startsWith('told'));
  composer.stop();
  composer = await started();
  cycle(4);
  expect((await lines()).filter((line) => line.startsWith('told'))).toEqual(before);
  composer.stop();
  composer = await started();
  cycle(5);
  const after = (await lines()).filter((line) => line.startsWith('told'));
  expect(after.slice(before.length)).toContain('told_once/mc1.reset=5');
});
