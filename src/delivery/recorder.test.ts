import { beforeEach, describe, expect, test } from 'vitest';
import { FakeSite, sitePoint } from '../../test/support/fake-site.ts';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Journal, JournalRecord, NewRecord } from '../journal/journal.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import type { ReportRule } from '../telemetry/point.ts';
import { Recorder } from './recorder.ts';

let clock: ManualClock;
let site: FakeSite;
let journal: Journal;
let isFull: boolean;

beforeEach(() => {
  clock = new ManualClock();
  site = new FakeSite(clock);
  isFull = false;
  const kept = memoryJournal({ clock });
  journal = Object.create(kept, {
    append: { value: (record: NewRecord) => (isFull ? undefined : kept.append(record)) },
    read: { value: kept.read.bind(kept) },
    durable: { get: () => kept.durable },
    first: { get: () => kept.first },
  }) as Journal;
});

function use(rules: Readonly<Record<string, ReportRule | undefined>>): void {
  const points = Object.entries(rules).map(([id, report]) =>
    sitePoint(id, report === undefined ? {} : { report }),
  );
  site.usePoints(points);
}

async function started(): Promise<Recorder> {
  const recorder = new Recorder({ site, journal, clock, logger: silentLogger });
  await recorder.start();
  return recorder;
}

/** Each record as `id=value`s. */
async function written(): Promise<string[]> {
  const { records } = await journal.read(0, { samples: 1_000_000 });
  return records.map(textOf);
}

function textOf(record: JournalRecord): string {
  if (record.kind !== 'samples') return record.topic;
  return record.samples
    .map(({ point, value, cause }) => `${point.id}=${cause ?? String(value)}`)
    .join(' ');
}

describe('a recorder', () => {
  test('writes what one answer changed as one record', async () => {
    use({ 'd.a': undefined, 'd.b': undefined });
    await started();
    site.answer({ 'd.a': 1, 'd.b': 2 });
    clock.advance(1_000);
    site.answer({ 'd.a': 1, 'd.b': 3 });
    site.fail(['d.a', 'd.b'], 'stale', 'timeout');
    expect(await written()).toEqual(['d.a=1 d.b=2', 'd.b=3', 'd.a=timeout d.b=timeout']);
  });

  test('writes readings that changed nothing where a rule wants them, each once', async () => {
    use({ 'd.a': { send: 'always' }, 'd.b': { send: 'on-change', heartbeatMs: 2_000 } });
    await started();
    for (let second = 0; second < 5; second += 1) {
      site.answer({ 'd.a': second < 2 ? 1 : second, 'd.b': 2 });
      clock.advance(1_000);
    }
    expect(await written()).toEqual([
      'd.a=1 d.b=2',
      'd.a=1',
      'd.a=2 d.b=2',
      'd.a=3',
      'd.a=4 d.b=2',
    ]);
  });

  test('asks the site for no sample where no rule wants readings', async () => {
    use({ 'd.a': undefined, 'd.b': { send: 'on-change', deadband: 1 } });
    await started();
    site.answer({ 'd.a': 1, 'd.b': 2 });
    site.sample = () => {
      throw new Error('asked');
    };
    site.answer({ 'd.a': 1, 'd.b': 2 });
    expect(await written()).toHaveLength(1);
  });

  test('writes the last of a burst when its interval is over', async () => {
    use({ 'd.a': { send: 'on-change', minIntervalMs: 10_000 } });
    await started();
    for (const value of [1, 2, 3, 4]) {
      site.answer({ 'd.a': value });
      clock.advance(1_000);
    }
    expect(await written()).toEqual(['d.a=1']);
    clock.advance(6_000);
    expect(await written()).toEqual(['d.a=1', 'd.a=4']);
    clock.advance(60_000);
    expect(clock.nextAlarm()).toBe(Infinity);
  });

  test('writes at its end what was held back', async () => {
    use({ 'd.a': { send: 'on-change', minIntervalMs: 10_000 } });
    const recorder = await started();
    site.answer({ 'd.a': 1 });
    site.answer({ 'd.a': 2 });
    recorder.stop();
    expect(await written()).toEqual(['d.a=1', 'd.a=2']);
    expect([site.listeners, clock.nextAlarm()]).toEqual([0, Infinity]);
  });

  test('offers again what the journal did not take, the newest of each point', async () => {
    use({ 'd.a': undefined, 'd.b': undefined });
    const recorder = await started();
    isFull = true;
    site.answer({ 'd.a': 1, 'd.b': 5 });
    clock.advance(100);
    site.answer({ 'd.a': 2 });
    clock.advance(3_500);
    isFull = false;
    clock.advance(1_000);
    expect((await written()).toSorted()).toEqual(['d.a=2', 'd.b=5']);
    expect(recorder.status()).toEqual({ records: 2, samples: 2, refused: 3 });
  });
});

describe('a restart', () => {
  test('records no edge again that is in the journal, and loses none that is not', async () => {
    use({ 'd.a': undefined, 'd.b': undefined, 'd.c': undefined });
    const first = await started();
    site.answer({ 'd.a': 1, 'd.b': 2, 'd.c': 3 });
    site.fail(['d.c'], 'stale', 'timeout');
    first.stop();
    clock.advance(5_000);
    use({ 'd.a': undefined, 'd.b': undefined, 'd.c': undefined });
    await started();
    site.answer({ 'd.a': 1, 'd.b': 7, 'd.c': 3 });
    expect((await written()).slice(2)).toEqual(['d.b=7 d.c=3']);
  });

  test('counts heartbeats and intervals from before it', async () => {
    const rules: Record<string, ReportRule> = {
      'd.a': { send: 'on-change', heartbeatMs: 10_000 },
      'd.b': { send: 'on-change', minIntervalMs: 10_000 },
    };
    use(rules);
    const first = await started();
    site.answer({ 'd.a': 1, 'd.b': 1 });
    first.stop();
    clock.advance(6_000);
    use(rules);
    await started();
    site.answer({ 'd.a': 1, 'd.b': 2 });
    expect(await written()).toHaveLength(1);
    clock.advance(4_000);
    site.answer({ 'd.a': 1 });
    expect((await written()).slice(1)).toEqual(['d.b=2', 'd.a=1']);
  });

  test('looks no further back than 20,000 records', async () => {
    use({ 'd.a': undefined, 'd.b': undefined });
    const first = await started();
    site.answer({ 'd.a': 1 });
    for (let n = 0; n < 20_000; n += 1) site.answer({ 'd.b': n });
    first.stop();
    use({ 'd.a': undefined, 'd.b': undefined });
    await started();
    site.answer({ 'd.a': 1, 'd.b': 19_999 });
    expect((await written()).at(-1)).toBe('d.a=1');
  });

  test('with a journal that cannot be read records each point once more', async () => {
    use({ 'd.a': undefined });
    await started();
    site.answer({ 'd.a': 1 });
    const broken = Object.create(journal, {
      read: { value: async () => Promise.reject(new Error('input/output error')) },
    }) as Journal;
    const recorder = new Recorder({ site, journal: broken, clock, logger: silentLogger });
    await recorder.start();
    site.fail(['d.a'], 'bad', 'timeout');
    expect(recorder.status().records).toBe(1);
  });
});
