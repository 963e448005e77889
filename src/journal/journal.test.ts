import { describe, expect, test } from 'vitest';
import type { Logger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Point } from '../telemetry/point.ts';
import { FURNACE, PUMP, plantRecord, reading } from '../../test/support/journal-records.ts';
import { MemoryDisk } from '../../test/support/memory-disk.ts';
import type { Journal, JournalRecord, NewRecord } from './journal.ts';
import { openJournal, type JournalOptions } from './open-journal.ts';
import { FORMAT_VERSION, encodeHeader } from './segment-format.ts';
import { inspectJournal, verifyJournal } from './verify.ts';

const FOLDER = '/journal';

function bench(over: Partial<JournalOptions> = {}) {
  const disk = new MemoryDisk();
  const clock = new ManualClock();
  const open = async (): Promise<Journal> => openJournal({ folder: FOLDER, clock, disk, ...over });
  return { disk, clock, open };
}

function event(topic: string, at = 0): NewRecord {
  return { kind: 'event', topic, at, data: null };
}

async function all(journal: Journal, samples = 1000) {
  const records: JournalRecord[] = [];
  let lost = 0;
  for (let next = 0; next < journal.durable;) {
    const result = await journal.read(next, { samples });
    records.push(...result.records);
    lost += result.lost;
    next = result.next;
  }
  return { records, lost };
}

test('samples and events come back as they were, in order, with their names', async () => {
  const { clock, open } = bench();
  const journal = await open();
  const at = clock.wallMicros();
  const records: NewRecord[] = [
    { kind: 'samples', samples: [reading(FURNACE, 812.5, at), reading(PUMP, 1, at)] },
    { kind: 'event', topic: 'write-intent', at, data: { point: 'pump.state', value: [1, null] } },
    { kind: 'samples', samples: [] },
    {
      kind: 'samples',
      samples: [
        { point: FURNACE, quality: 'bad', cause: 'timeout', at: at + 1, requestedAt: at },
        { ...reading(PUMP, 0, at), quality: 'stale', cause: 'timeout', goodAt: at - 3_600_000_000 },
      ],
    },
  ];
  expect(records.map((record) => journal.append(record))).toEqual([0, 1, 2, 3]);
  await journal.sync();
  const read = await journal.read(0, { samples: 1000 });
  expect(read).toEqual({
    records: records.map((record, sequence) => ({ ...record, epoch: 1, sequence })),
    next: 4,
    lost: 0,
  });
});

test('a point comes back as it was when the record was written', async () => {
  const { clock, open } = bench();
  const journal = await open();
  const at = clock.wallMicros();
  const renamed: Point = { ...FURNACE, unit: 'K' };
  journal.append({ kind: 'samples', samples: [reading(FURNACE, 1, at), reading(renamed, 2, at)] });
  journal.append({ kind: 'samples', samples: [reading({ ...FURNACE }, 3, at)] });
  await journal.sync();
  const { records } = await all(journal);
  const points = records.flatMap((one) => (one.kind === 'samples' ? one.samples : []));
  expect(points.map(({ point }) => point)).toEqual([FURNACE, renamed, FURNACE]);
  // One object for one meaning: readers may key on it.
  expect(points[2]?.point).toBe(points[0]?.point);
});

test('raw registers are not kept', async () => {
  const { clock, open } = bench();
  const journal = await open();
  const sample = reading(PUMP, 1, clock.wallMicros());
  journal.append({ kind: 'samples', samples: [{ ...sample, raw: [1] }] });
  await journal.sync();
  const [record] = (await all(journal)).records;
  expect(record).toEqual({ kind: 'samples', samples: [sample], epoch: 1, sequence: 0 });
});

describe('becoming durable', () => {
  test('records wait for the group, are told once, and cannot be read before', async () => {
    const { clock, open, disk } = bench({ groupMs: 100 });
    const journal = await open();
    let told = 0;
    const stop = journal.onDurable(() => (told += 1));
    journal.append(event('a'));
    journal.append(event('b'));
    await clock.run(99);
    expect([journal.head, journal.durable, told]).toEqual([2, 0, 0]);
    expect(await journal.read(0, { samples: 10 })).toEqual({ records: [], next: 0, lost: 0 });
    const before = disk.operations;
    await clock.run(1);
    expect([journal.durable, told]).toEqual([2, 1]);
    // A new file, one write, one sync for both, and the name of the file.
    expect(disk.operations - before).toBe(4);
    stop();
    journal.append(event('c'));
    await journal.sync();
    expect([journal.durable, told]).toEqual([3, 1]);
  });

  test('what comes while the disk is busy waits for its own group', async () => {
    const { clock, open, disk } = bench({ groupMs: 100 });
    const journal = await open();
    journal.append(event('a'));
    clock.advance(100);
    journal.append(event('b'));
    const before = disk.operations;
    await clock.run(50);
    expect(journal.durable).toBe(1);
    await clock.run(100);
    expect(journal.durable).toBe(2);
    expect(disk.operations - before).toBe(6);
  });

  test('sync waits for what was appended before it, over several segments', async () => {
    const { open } = bench({ limits: { segmentBytes: 200 } });
    const journal = await open();
    for (let turn = 0; turn < 20; turn += 1) journal.append(event(`event ${turn}`));
    await journal.sync();
    expect(journal.durable).toBe(20);
    expect(journal.status().segments).toBeGreaterThan(3);
    await journal.sync();
    await journal.close();
    await journal.sync();
  });

  test('closing writes what waits; after it nothing is taken', async () => {
    const { open } = bench();
    const journal = await open();
    journal.append(event('a'));
    await journal.close();
    expect(journal.durable).toBe(1);
    expect(journal.append(event('b'))).toBeUndefined();
    expect(journal.status()).toMatchObject({ state: 'closed', refused: 1 });
    expect((await all(await open())).records).toHaveLength(1);
  });
});

describe('reading', () => {
  test('stops at the limit of samples, and in front of `until`', async () => {
    const { clock, open } = bench();
    const journal = await open();
    const at = clock.wallMicros();
    const three = [reading(FURNACE, 1, at), reading(FURNACE, 2, at), reading(PUMP, 1, at)];
    for (let turn = 0; turn < 4; turn += 1) journal.append({ kind: 'samples', samples: three });
    journal.append(event('a'));
    await journal.sync();
    const sequences = async (from: number, samples: number, until?: number) => {
      const read = await journal.read(from, { samples, ...(until !== undefined && { until }) });
      return [...read.records.map(({ sequence }) => sequence), '->', read.next];
    };
    expect(await sequences(0, 1)).toEqual([0, '->', 1]);
    expect(await sequences(0, 5)).toEqual([0, '->', 1]);
    expect(await sequences(1, 6)).toEqual([1, 2, '->', 3]);
    expect(await sequences(2, 7)).toEqual([2, 3, 4, '->', 5]);
    expect(await sequences(0, 100, 2)).toEqual([0, 1, '->', 2]);
    expect(await sequences(5, 100)).toEqual(['->', 5]);
    expect(await sequences(9, 100)).toEqual(['->', 9]);
  });

  test('begins anywhere, in segments of this process and of those before', async () => {
    const { clock, open } = bench({ limits: { segmentBytes: 3000 } });
    const records: NewRecord[] = [];
    let journal = await open();
    for (let turn = 0; turn < 900; turn += 1) {
      if (turn % 300 === 299) {
        await journal.close();
        journal = await open();
      }
      clock.advance(1);
      const record = plantRecord(turn, clock.wallMicros());
      records.push(record);
      journal.append(record);
    }
    await journal.sync();
    for (let turn = 0; turn < 400; turn += 1) {
      const from = (turn * 487) % 900;
      const { records: read } = await journal.read(from, { samples: 4 });
      expect(read[0]).toEqual({ ...records[from], epoch: 1, sequence: from });
    }
    expect((await all(journal, 37)).records).toHaveLength(900);
  });
});

describe('limits', () => {
  test('the oldest segment goes when there are too many bytes, and is counted', async () => {
    const { open, disk } = bench({ limits: { bytes: 8000, segmentBytes: 1000 } });
    const journal = await open();
    for (let turn = 0; turn < 500; turn += 1) {
      journal.append(event(`event ${turn}`));
      if (turn % 3 === 0) await journal.sync();
    }
    await journal.sync();
    const status = journal.status();
    expect(status.bytes).toBeLessThanOrEqual(8000);
    expect(status.bytes).toBeGreaterThan(6000);
    expect(status.first).toBeGreaterThan(200);
    expect(status.expired).toBe(status.first);
    expect(disk.files.size).toBe(status.segments);
    const { records, lost } = await all(journal);
    expect(lost).toBe(status.first);
    expect(records[0]).toMatchObject({ sequence: status.first, topic: `event ${status.first}` });
    expect(records).toHaveLength(500 - status.first);
    expect(await journal.read(0, { samples: 9, until: 5 })).toEqual({
      records: [],
      next: 5,
      lost: 5,
    });
  });

  test('a segment goes when its newest record is too old, also at the start', async () => {
    const HOUR = 3_600_000;
    const { open, clock, disk } = bench({ limits: { ageMs: 16 * HOUR } });
    const journal = await open();
    for (let hour = 0; hour < 40; hour += 1) {
      journal.append(event(`hour ${hour}`));
      await journal.sync();
      clock.advance(HOUR);
    }
    const { records } = await all(journal);
    expect(records.length).toBeGreaterThanOrEqual(16);
    expect(records.length).toBeLessThanOrEqual(19);
    expect(journal.status().oldestAt).toBe(clock.wallMicros() - records.length * HOUR * 1000);
    await journal.close();
    clock.advance(10 * HOUR);
    const again = await open();
    expect(again.status().segments).toBeLessThan(10);
    expect(again.status().expired).toBeGreaterThan(8);
    expect(disk.files.size).toBe(again.status().segments);
  });

  test('while the disk is full, memory takes what fits and the rest is counted', async () => {
    const { open, disk, clock } = bench({ bufferBytes: 2000 });
    const journal = await open();
    journal.append(event('before'));
    await journal.sync();
    disk.failing = 'ENOSPC';
    const taken: number[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      const sequence = journal.append(event(`event ${turn}`));
      if (sequence !== undefined) taken.push(sequence);
      if (turn === 3) {
        await expect(journal.sync()).rejects.toMatchObject({ code: 'journal' });
        // While it is known to fail nobody is kept waiting.
        await expect(journal.sync()).rejects.toThrow('the disk is full');
      }
    }
    expect(taken).toEqual(taken.map((_, index) => index + 1));
    expect(taken.length).toBeGreaterThan(20);
    expect(journal.status()).toMatchObject({
      state: 'failing',
      error: 'cannot write /journal/0000000000000000-00000001.dnj: the disk is full',
      refused: 100 - taken.length,
      durable: 1,
    });
    await clock.run(120_000);
    expect(journal.status().state).toBe('failing');
    disk.failing = undefined;
    await clock.run(31_000);
    expect(journal.status()).toMatchObject({ state: 'good', durable: taken.length + 1 });
    expect(journal.append(event('after'))).toBe(taken.length + 1);
    expect((await all(journal)).lost).toBe(0);
  });

  test('a record longer than any disk would like is refused and counted, and hurts no other', async () => {
    const { open } = bench();
    const journal = await open();
    const long = { kind: 'event', topic: 'long', at: 0, data: 'x'.repeat(5_000_000) } as const;
    expect(journal.append(event('a'))).toBe(0);
    expect(journal.append(long)).toBeUndefined();
    expect(journal.append({ ...long, data: 'y'.repeat(300_000) })).toBe(1);
    expect(journal.append(event('b'))).toBe(2);
    await journal.sync();
    expect(journal.status().refused).toBe(1);
    expect((await all(journal)).records).toHaveLength(3);
  });
});

describe('epochs', () => {
  test('a clock that goes back while it runs begins a new one; sequences go on', async () => {
    const { open, clock } = bench();
    const journal = await open();
    journal.append(event('a'));
    clock.stepWall(-3_600_000_000);
    journal.append(event('b'));
    clock.advance(5);
    clock.stepWall(-2_000);
    journal.append(event('c'));
    await journal.sync();
    const { records } = await all(journal);
    expect(records.map(({ epoch, sequence }) => [epoch, sequence])).toEqual([
      [1, 0],
      [2, 1],
      [2, 2],
    ]);
    expect(journal.status()).toMatchObject({ epoch: 2, segments: 2 });
  });

  test.each([
    ['the newest sample', 2, 3_600_000_000, 0],
    ['the newest event', 2, 0, 3_600_000_000],
    ['nothing', 1, -1000, -1000],
  ])('a clock that starts behind %s: epoch %i', async (_, epoch, sampleAhead, eventAhead) => {
    const { open, clock } = bench();
    const journal = await open();
    const now = clock.wallMicros();
    journal.append({ kind: 'samples', samples: [reading(PUMP, 1, now + sampleAhead)] });
    journal.append(event('a', now + eventAhead));
    await journal.close();
    clock.advance(60_000);
    const again = await open();
    expect(again.append(event('b', clock.wallMicros()))).toBe(2);
    await again.sync();
    expect((await all(again)).records.at(-1)).toMatchObject({ epoch, sequence: 2, topic: 'b' });
  });
});

describe('what cannot be opened', () => {
  test('a journal of a later version is left alone; the journal says so and opens when it is gone', async () => {
    const { open, disk, clock } = bench();
    const bytes = encodeHeader({ epoch: 1, first: 0, startedAt: 0 }, FORMAT_VERSION + 1);
    const path = `${FOLDER}/0000000000000000-00000001.dnj`;
    disk.files.set(path, { bytes, safe: bytes, isNamed: true });
    const before = bytes.slice();
    const journal = await open();
    expect(journal.append(event('a'))).toBeUndefined();
    await expect(journal.sync()).rejects.toMatchObject({ code: 'journal' });
    expect(journal.status()).toMatchObject({ state: 'failing', refused: 1 });
    expect(journal.status().error).toBe(
      `${path} is a journal of version 2, expected at most 1: ` +
        'a newer dinrail has written it; nothing was changed',
    );
    await expect(verifyJournal(FOLDER, disk)).rejects.toThrow('version 2');
    expect(disk.files.get(path)?.bytes).toEqual(before);

    let told = 0;
    journal.onDurable(() => (told += 1));
    disk.files.delete(path);
    await clock.run(61_000);
    expect(journal.append(event('b'))).toBe(0);
    await journal.sync();
    expect(told).toBeGreaterThan(0);
    expect(journal.status()).toMatchObject({ state: 'good', durable: 1, refused: 1 });
    await journal.close();
  });

  test('a folder that cannot be made keeps nobody from starting', async () => {
    const messages: string[] = [];
    const logger = { error: (text: string) => messages.push(text) } as unknown as Logger;
    const { open, disk } = bench({ logger });
    disk.failing = 'EROFS';
    const journal = await open();
    expect(journal.status().error).toBe('cannot write /journal: the disk is read only');
    expect(messages).toEqual(['the journal cannot be opened']);
    await journal.close();
    expect(journal.status().state).toBe('closed');
  });

  test('what is no segment is left alone', async () => {
    const { open, disk } = bench();
    const bytes = new Uint8Array(3);
    disk.files.set(`${FOLDER}/notes.txt`, { bytes, safe: bytes, isNamed: true });
    const journal = await open();
    journal.append(event('a'));
    await journal.close();
    expect(disk.files.size).toBe(2);
  });
});

test('inspecting and verifying say what is there, while it is written', async () => {
  const { open, clock, disk } = bench({ limits: { segmentBytes: 1000 } });
  const journal = await open();
  const startedAt = clock.wallMicros();
  for (let turn = 0; turn < 100; turn += 1) {
    clock.advance(1000);
    journal.append(event(`event ${turn}`, clock.wallMicros()));
  }
  await journal.sync();
  const summary = await inspectJournal(FOLDER, disk);
  const { bytes, segments } = journal.status();
  expect(summary).toMatchObject({
    ...{ bytes, epoch: 1, first: 0, head: 100 },
    oldestAt: startedAt + 1_000_000,
    newestAt: startedAt + 100_000_000,
  });
  expect(summary.segments).toHaveLength(segments);
  expect(await verifyJournal(FOLDER, disk)).toMatchObject({
    ok: true,
    records: 100,
    lost: 0,
    bytes,
  });
  expect(await verifyJournal('/nothing', disk)).toMatchObject({ ok: true, records: 0 });
});
