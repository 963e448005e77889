import { describe, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { GateBench, MemoryFolder, OPERATOR, SETPOINT } from '../../test/support/gate-bench.ts';
import type { AuditEntry } from './audit-line.ts';
import { AuditLog } from './audit-log.ts';
import { auditFiles, listAudit, verifyAudit, type AuditFilter } from './audit-read.ts';

const LIMITS = { fileBytes: 1_000, files: 3, waiting: 4 };
const FIRST = 'audit-000000000000.jsonl';

function note(message: string): AuditEntry {
  return { kind: 'note', topic: 'test', message };
}

async function opened(folder = new MemoryFolder(), limits = LIMITS) {
  const log = new AuditLog(folder, new ManualClock(), limits);
  const tail = await log.open();
  return { folder, log, tail };
}

describe('the chain', () => {
  test('goes on over a restart and over a new file', async () => {
    const { folder, log } = await opened();
    for (let index = 0; index < 6; index += 1) await log.append(note(`first ${index}`));
    const { log: second } = await opened(folder);
    for (let index = 0; index < 3; index += 1) await second.append(note(`second ${index}`));

    expect((await auditFiles(folder)).length).toBeGreaterThan(1);
    const check = await verifyAudit(folder);
    expect(check).toMatchObject({ state: 'sound', records: 9, head: second.head });
  });

  test('keeps the newest files, and what is kept is still a chain', async () => {
    const { folder, log } = await opened();
    for (let index = 0; index < 60; index += 1) await log.append(note(`line ${index}`));

    const names = await auditFiles(folder);
    expect(names.length).toBe(3);
    expect(names).not.toContain(FIRST);
    expect(await verifyAudit(folder)).toMatchObject({ state: 'sound', files: 3 });
    const [newest] = await listAudit(folder);
    expect(newest).toMatchObject({ message: 'line 59' });
  });

  test.each<[string, (lines: string[]) => void, number]>([
    ['a word is changed', (lines) => (lines[2] = lines[2]!.replace('line 1', 'line 7')), 3],
    ['a line is taken away', (lines) => lines.splice(2, 1), 3],
    ['a line is put in twice', (lines) => lines.splice(2, 0, lines[2]!), 4],
    ['two lines change places', (lines) => lines.splice(1, 2, lines[2]!, lines[1]!), 2],
    ['a line of nonsense is put in', (lines) => lines.splice(2, 0, '{}'), 3],
    ['the header is gone', (lines) => lines.shift(), 1],
  ])('is broken where %s', async (_, change, line) => {
    const { folder, log } = await opened(undefined, { ...LIMITS, fileBytes: 1e6 });
    for (let index = 0; index < 4; index += 1) await log.append(note(`line ${index}`));
    const lines = folder.text(FIRST).split('\n');
    change(lines);
    folder.files.set(FIRST, [Buffer.from(lines.join('\n'))]);

    expect(await verifyAudit(folder)).toMatchObject({
      state: 'broken',
      fault: { file: FIRST, line },
    });
    await expect(opened(folder)).rejects.toThrow(FIRST);
  });

  test('is broken where a file in the middle is gone', async () => {
    const { folder, log } = await opened();
    for (let index = 0; index < 20; index += 1) await log.append(note(`line ${index}`));
    const [, middle] = await auditFiles(folder);
    await folder.remove(middle!);

    expect(await verifyAudit(folder)).toMatchObject({ state: 'broken', fault: { line: 1 } });
  });
});

describe('a torn end', () => {
  test.each([1, 40, 200])('of %d bytes is cut off, and the chain goes on', async (bytes) => {
    const { folder, log } = await opened(undefined, { ...LIMITS, fileBytes: 1e6 });
    await log.append(note('whole'));
    const whole = folder.text(FIRST);
    await log.append(note('torn'.repeat(60)));
    const torn = folder.text(FIRST).slice(0, whole.length + bytes);
    folder.files.set(FIRST, [Buffer.from(torn)]);
    expect(await verifyAudit(folder)).toMatchObject({ state: 'torn', records: 1 });

    const { log: second, tail } = await opened(folder);
    expect(tail.tornBytes).toBe(bytes);
    await second.append(note('after'));

    expect(await verifyAudit(folder)).toMatchObject({ state: 'sound', records: 2 });
  });

  test('in the first line of a file begins the file anew', async () => {
    const folder = new MemoryFolder();
    folder.files.set(FIRST, [Buffer.from('{"kind":"fi')]);
    const { log } = await opened(folder);
    await log.append(note('a'));

    expect(await verifyAudit(folder)).toMatchObject({ state: 'sound', records: 1 });
  });
});

test('records that come while the disk is busy share its next turn, and not more than may wait', async () => {
  const { folder, log } = await opened();
  let appends = 0;
  folder.before = () => (appends += 1);
  const results = Array.from({ length: 8 }, async (_, index) => log.append(note(`${index}`)));
  const settled = await Promise.allSettled(results);
  await log.append(note('later'));

  const taken = settled.filter(({ status }) => status === 'fulfilled').length;
  expect([taken, appends]).toEqual([5, 3]);
  const messages = (await listAudit(folder)).map((record) => 'message' in record && record.message);
  expect(messages.join('\n')).toContain('3 refused attempts');
});

describe('the list', () => {
  test.each<[AuditFilter, number]>([
    [{ point: 'furnace.sp' }, 4],
    [{ device: 'furnace', kind: 'intent' }, 1],
    [{ device: 'furnac' }, 0],
    [{ outcome: 'refused' }, 2],
    [{ name: 'jo' }, 1],
    [{ name: 'mei', limit: 2 }, 2],
    [{ from: 1e18 }, 0],
    [{ until: 0 }, 0],
  ])('of %j', async (filter, count) => {
    const bench = await GateBench.open([SETPOINT]);
    await bench.write(5);
    await bench.write(5_000);
    await bench.write(5, { who: { ...OPERATOR, name: 'jo', role: 'viewer' } });

    expect((await listAudit(bench.folder, filter)).length).toBe(count);
  });

  test('shows what was refused with everything that was asked', async () => {
    const bench = await GateBench.open([SETPOINT]);
    await bench.write(Number.NaN, { reason: 'because' });
    await bench.write(2n ** 70n);

    const [huge, nan] = await listAudit(bench.folder, { outcome: 'refused' });
    expect(nan).toMatchObject({ asked: 'NaN', reason: 'because', code: 'type', who: OPERATOR });
    expect(huge).toMatchObject({ asked: { whole: '1180591620717411303424' } });
  });
});
