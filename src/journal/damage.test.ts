import { expect, test, vi } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { plantRecord } from '../../test/support/journal-records.ts';
import { MemoryDisk } from '../../test/support/memory-disk.ts';
import type { Journal, JournalRecord, NewRecord } from './journal.ts';
import { openJournal } from './open-journal.ts';
import { HEADER_SIZE } from './segment-format.ts';
import { verifyJournal } from './verify.ts';

// Thousands of lives: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const FOLDER = '/journal';
const START = new ManualClock().wallMicros();

async function filled(
  count: number,
  after: (turn: number) => Promise<void> = async () => undefined,
) {
  const disk = new MemoryDisk();
  const clock = new ManualClock();
  const journal = await openJournal({ folder: FOLDER, clock, disk });
  const records: NewRecord[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const record = plantRecord(turn, START + turn);
    records.push(record);
    expect(journal.append(record)).toBe(turn);
    await after(turn);
  }
  await journal.close();
  return { disk, records };
}

async function all(journal: Journal): Promise<{ records: JournalRecord[]; lost: number }> {
  const records: JournalRecord[] = [];
  let lost = 0;
  for (let next = journal.first; next < journal.durable;) {
    const result = await journal.read(next, { samples: 1000 });
    expect(result.next).toBe(next + result.records.length + result.lost);
    records.push(...result.records);
    lost += result.lost;
    next = result.next;
  }
  return { records, lost };
}

/** A copy of the disk with its only file changed. */
function changed(disk: MemoryDisk, change: (bytes: Uint8Array) => Uint8Array): MemoryDisk {
  const copy = disk.afterKill();
  for (const content of copy.files.values()) content.bytes = change(content.bytes.slice());
  return copy;
}

function onlyFile(disk: MemoryDisk): Uint8Array {
  const [content] = disk.files.values();
  return content!.bytes;
}

async function open(disk: MemoryDisk): Promise<Journal> {
  return openJournal({ folder: FOLDER, clock: new ManualClock(START + 1e9), disk });
}

/** Every record says what it was when it was appended. */
function expectTrue(found: readonly JournalRecord[], records: readonly NewRecord[]): void {
  for (const record of found) {
    expect(record).toEqual({ ...records[record.sequence], epoch: 1, sequence: record.sequence });
  }
}

test('cut at any byte, it opens, has everything before the cut, and goes on', async () => {
  const ends: number[] = [];
  const sizes = new MemoryDisk();
  const clock = new ManualClock();
  const journal = await openJournal({ folder: FOLDER, clock, disk: sizes });
  const { disk, records } = await filled(40);
  for (const record of records) {
    journal.append(record);
    await journal.sync();
    ends.push(onlyFile(sizes).length);
  }
  const whole = onlyFile(disk);
  expect(onlyFile(sizes)).toEqual(whole);

  for (let cut = 0; cut <= whole.length; cut += 1) {
    const torn = changed(disk, (bytes) => bytes.slice(0, cut));
    const before = ends.filter((end) => end <= cut).length;
    const opened = await open(torn);
    expect(opened.head, `cut at ${cut}`).toBe(before);
    expect(await all(opened)).toEqual({
      records: records
        .slice(0, before)
        .map((record, sequence) => ({ ...record, epoch: 1, sequence })),
      lost: 0,
    });
    expect(opened.append(records[0]!)).toBe(before);
    await opened.sync();
    const again = await all(opened);
    expect(again.records.length).toBe(before + 1);
    expect(again.lost).toBe(0);
    await opened.close();
    expect(await verifyJournal(FOLDER, torn)).toMatchObject({ records: before + 1, lost: 0 });
  }
});

test('a flipped byte anywhere is found, and costs little', async () => {
  const { disk, records } = await filled(340);
  const { length } = onlyFile(disk);
  const clean = await verifyJournal(FOLDER, disk);
  expect(clean).toMatchObject({ ok: true, records: 340, lost: 0 });
  expect(clean.segments[0]?.unfinishedBytes).toBe(0);
  expect(length).toBeGreaterThan(2 * 4096);

  for (let at = 0; at < length; at += 1) {
    const bad = changed(disk, (bytes) => {
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      return bytes;
    });
    const [report] = (await verifyJournal(FOLDER, bad)).segments;
    expect(report!.damage.length + report!.unfinishedBytes, `byte ${at}`).toBeGreaterThan(0);
    if (at % 97 !== 0) continue;

    const opened = await open(bad);
    const found = await all(opened);
    expectTrue(found.records, records);
    expect(found.records.length + found.lost).toBe(opened.durable);
    expect(found.records.length, `byte ${at}`).toBeGreaterThan(at < HEADER_SIZE ? 339 : 100);
    // With damage at its end nobody can say which sequences were given: the name is another one.
    const isLooseEnd = report!.unfinishedBytes > 0;
    expect(opened.status().epoch).toBe(isLooseEnd ? 2 : 1);
    await opened.close();
  }
});

test('damage in the midst of what was written long ago is counted as lost', async () => {
  const { disk, records } = await filled(600);
  const later = await open(disk);
  later.append(records[0]!);
  await later.close();
  records.push(records[0]!);
  for (let at = HEADER_SIZE; at < 12_000; at += 397) {
    const bad = disk.afterKill();
    const [content] = bad.files.values();
    content!.bytes.fill(0xff, at, at + 200);
    const opened = await open(bad);
    expect(opened.head).toBe(601);
    const found = await all(opened);
    expect(found.lost).toBeGreaterThan(0);
    expect(found.lost).toBeLessThan(300);
    expect(found.records.length + found.lost).toBe(601);
    expectTrue(found.records, records);
    expect(await verifyJournal(FOLDER, bad)).toMatchObject({ ok: false, lost: found.lost });
    await opened.close();
  }
});

test('where the disk cannot read, the rest is read', async () => {
  const { disk, records } = await filled(600);
  const opened = await open(disk);
  disk.unreadable = { from: 5000, to: 5001 };
  const found = await all(opened);
  expect(found.lost).toBeGreaterThan(0);
  expect(found.lost).toBeLessThan(300);
  expectTrue(found.records, records);
  await opened.close();
});

test('bytes of one segment count in no other', async () => {
  const { disk } = await filled(20);
  const [bytes] = [onlyFile(disk)];
  const moved = new MemoryDisk();
  const name = `${FOLDER}/0000000000000020-00000001.dnj`;
  moved.files.set(name, { bytes, safe: bytes, isNamed: true });
  expect(await verifyJournal(FOLDER, moved)).toMatchObject({ ok: false, records: 0 });
});
