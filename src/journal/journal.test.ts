import { expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { MemoryDisk } from '../../test/support/memory-disk.ts';
import { openJournal } from './open-journal.ts';

test('smoke', async () => {
  const disk = new MemoryDisk();
  const clock = new ManualClock();
  const j = await openJournal({ folder: '/j', clock, disk });
  const point = {
    id: 'a.b',
    device: 'a',
    name: 'b',
    address: 'hr:1',
    type: 'u16',
    kind: 'gauge',
    writable: false,
    everyMs: 100,
    enum: new Map([[1, 'x']]),
  } as const;
  const at = clock.wallMicros();
  const rec = {
    kind: 'samples',
    samples: [
      { point, value: 23.4, quality: 'good', at, requestedAt: at - 1000, goodAt: at },
      { point, quality: 'bad', cause: 'timeout', at: at + 4, requestedAt: at - 1000, goodAt: 0.5 },
    ],
  } as const;
  expect(j.append(rec)).toBe(0);
  expect(j.append({ kind: 'event', topic: 'x', at, data: { a: [1] } })).toBe(1);
  await j.sync();
  expect(j.durable).toBe(2);
  const r = await j.read(0, { samples: 100 });
  expect(r).toEqual({
    records: [
      { ...rec, epoch: 1, sequence: 0 },
      { kind: 'event', topic: 'x', at, data: { a: [1] }, epoch: 1, sequence: 1 },
    ],
    next: 2,
    lost: 0,
  });
  await j.close();
  const k = await openJournal({ folder: '/j', clock, disk });
  expect(k.append(rec)).toBe(2);
  await k.sync();
  expect((await k.read(0, { samples: 100 })).records.length).toBe(3);
  expect(k.status()).toMatchObject({ segments: 2, head: 3, epoch: 1 });
});
