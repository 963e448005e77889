import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { PUMP, reading } from '../../test/support/journal-records.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { NewRecord } from './journal.ts';
import { memoryJournal } from './memory-journal.ts';

test('it keeps the newest samples, tells of them, and counts what went', async () => {
  const clock = new ManualClock();
  const journal = memoryJournal({ clock, samples: 10 });
  let told = 0;
  journal.onDurable(() => (told += 1));
  const at = clock.wallMicros();
  const two: NewRecord = {
    kind: 'samples',
    samples: [reading(PUMP, 1, at), reading(PUMP, 0, at)],
  };
  for (let turn = 0; turn < 5000; turn += 1) expect(journal.append(two)).toBe(turn);
  await journal.sync();
  expect(told).toBe(1);
  expect(journal.status()).toMatchObject({
    first: 4995,
    head: 5000,
    durable: 5000,
    expired: 4995,
  });
  const read = await journal.read(4000, { samples: 5 });
  expect(read.records.map(({ sequence }) => sequence)).toEqual([4995, 4996]);
  expect(read).toMatchObject({ next: 4997, lost: 995 });
  expect(await journal.read(5000, { samples: 5 })).toMatchObject({ records: [], next: 5000 });
  clock.stepWall(-1e9);
  journal.append(two);
  expect((await journal.read(5000, { samples: 5 })).records[0]).toMatchObject({ epoch: 2 });
  await journal.close();
  expect(journal.append(two)).toBeUndefined();
});

test('what went is let go at once, however much one record holds', async () => {
  const clock = new ManualClock();
  const journal = memoryJournal({ clock, samples: () => 1 });
  const append = (): WeakRef<readonly Sample[]> => {
    const samples = [reading(PUMP, 1, clock.wallMicros())];
    journal.append({ kind: 'samples', samples });
    return new WeakRef(samples);
  };
  const [gone, kept] = [append(), append()];
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a reference has given, or was made with, stays to the end of its turn.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(gone.deref()).toBeUndefined();
  expect(kept.deref()).toBeDefined();
});
