import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { PUMP, reading } from '../../test/support/journal-records.ts';
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
