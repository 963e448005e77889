import { expect, test, vi } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { plantRecord } from '../../test/support/journal-records.ts';
import { MemoryDisk } from '../../test/support/memory-disk.ts';
import type { Journal, JournalRecord, NewRecord } from './journal.ts';
import { openJournal } from './open-journal.ts';
import { verifyJournal } from './verify.ts';

// Thousands of lives: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const FOLDER = '/journal';
/** Of one life. */
const SYNCS = 40;
const LIMITS = { bytes: 40_000, segmentBytes: 700 };

async function open(disk: MemoryDisk, clock: ManualClock): Promise<Journal> {
  return openJournal({ folder: FOLDER, clock, disk, limits: LIMITS });
}

/** Appends and syncs until everything ends; gives what was acknowledged. */
async function live(disk: MemoryDisk, clock: ManualClock, syncs: number) {
  const journal = await open(disk, clock);
  const appended: NewRecord[] = [];
  let acknowledged = journal.durable;
  try {
    for (let turn = 0; turn < syncs; turn += 1) {
      for (let count = 0; count <= turn % 4; count += 1) {
        clock.advance(1);
        const record = plantRecord(appended.length, clock.wallMicros());
        if (journal.append(record) !== undefined) appended.push(record);
      }
      await journal.sync();
      acknowledged = journal.head;
    }
  } catch {
    // Here it ended.
  }
  return { journal, appended, acknowledged };
}

async function all(journal: Journal): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (let next = journal.first; next < journal.durable;) {
    const result = await journal.read(next, { samples: 50 });
    expect(result.lost).toBe(0);
    records.push(...result.records);
    next = result.next;
  }
  return records;
}

async function expectAll(
  disk: MemoryDisk,
  clock: ManualClock,
  appended: readonly NewRecord[],
  acknowledged: number,
): Promise<void> {
  const journal = await open(disk, clock);
  expect(journal.status().state).toBe('good');
  expect(journal.head).toBeGreaterThanOrEqual(acknowledged);
  const records = await all(journal);
  expect(records.length).toBe(journal.head);
  for (const { epoch: _, sequence, ...record } of records) {
    expect(record).toEqual(appended[sequence]);
  }
  // It goes on, and what is added is there next time.
  const extra = plantRecord(5, clock.wallMicros());
  const sequence = journal.append(extra);
  expect(sequence).toBe(journal.head - 1);
  await journal.sync();
  await journal.close();
  const again = await open(disk, clock);
  expect((await all(again)).at(-1)).toMatchObject({ ...extra, sequence });
  await again.close();
  expect(await verifyJournal(FOLDER, disk)).toMatchObject({ ok: true, lost: 0 });
}

const TORN = [0, 0.37, 1];

/** How many operations a whole life takes. */
async function lifeLength(): Promise<number> {
  const disk = new MemoryDisk();
  const { journal } = await live(disk, new ManualClock(), SYNCS);
  expect(journal.status().segments).toBeGreaterThan(5);
  return disk.operations;
}

test('killed at any operation, everything acknowledged is there', async () => {
  const operations = await lifeLength();
  expect(operations * TORN.length).toBeGreaterThan(300);
  for (let crashAt = 1; crashAt <= operations; crashAt += 1) {
    for (const torn of TORN) {
      const disk = Object.assign(new MemoryDisk(), { crashAt, torn });
      const clock = new ManualClock();
      const { appended, acknowledged } = await live(disk, clock, SYNCS);
      await expectAll(disk.afterKill(), clock, appended, acknowledged);
    }
  }
});

test('with the power cut at any operation, everything acknowledged is there', async () => {
  const operations = await lifeLength();
  for (let crashAt = 1; crashAt <= operations; crashAt += 1) {
    for (const kept of TORN) {
      const disk = Object.assign(new MemoryDisk(), { crashAt });
      const clock = new ManualClock();
      const { appended, acknowledged } = await live(disk, clock, SYNCS);
      await expectAll(disk.afterPowerCut(kept), clock, appended, acknowledged);
    }
  }
});

test('on a disk that lies about syncing, what is left is whole and in order', async () => {
  const disk = new MemoryDisk();
  const clock = new ManualClock();
  const { appended } = await live(disk, clock, 10);
  disk.isLying = true;
  const { appended: later } = await live(disk, clock, 10);
  const records = [...appended, ...later];
  for (const kept of [0, 0.1, 0.5, 0.9]) {
    await expectAll(disk.afterPowerCut(kept), clock, records, appended.length);
  }
});

test.each(['ENOSPC', 'EROFS', 'EIO', 'EACCES'])(
  'failing with %s at any operation, it recovers by itself and loses nothing',
  async (code) => {
    const operations = await lifeLength();
    for (let failAt = 1; failAt < operations; failAt += 3) {
      const disk = new MemoryDisk();
      const clock = new ManualClock();
      const journal = await open(disk, clock);
      const appended: NewRecord[] = [];
      let hasFailed = false;
      for (let turn = 0; turn < 60; turn += 1) {
        clock.advance(1);
        const record = plantRecord(turn, clock.wallMicros());
        appended.push(record);
        expect(journal.append(record)).toBe(turn);
        if (disk.operations >= failAt && !hasFailed) disk.failing = code;
        await journal.sync().then(
          () => expect(disk.failing).toBeUndefined(),
          () => expect(disk.failing).toBe(code),
        );
        if (disk.failing === undefined) continue;
        expect(journal.status().state).toBe('failing');
        disk.failing = undefined;
        await clock.run(31_000);
        expect(journal.status().state).toBe('good');
        expect(journal.durable).toBe(turn + 1);
        hasFailed = true;
      }
      await journal.close();
      await expectAll(disk.afterPowerCut(), clock, appended, appended.length);
    }
  },
);

test('a write that fails half way is written again, whole', async () => {
  const disk = new MemoryDisk();
  const clock = new ManualClock();
  const journal = await open(disk, clock);
  journal.append(plantRecord(0, clock.wallMicros()));
  await journal.sync();
  Object.assign(disk, { crashAt: disk.operations + 1, torn: 0.5 });
  journal.append(plantRecord(1, clock.wallMicros()));
  await expect(journal.sync()).rejects.toThrow('cannot write');
  disk.crashAt = Infinity;
  journal.append(plantRecord(2, clock.wallMicros()));
  await clock.run(1000);
  expect((await all(journal)).length).toBe(3);
  expect(await verifyJournal(FOLDER, disk)).toMatchObject({ ok: true, records: 3 });
});
