import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeOutput } from '../../test/support/fake-output.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { openJournal } from '../journal/open-journal.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';
import { journalCommand } from './journal.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-journal-'));
  const clock = new ManualClock();
  const journal = await openJournal({ folder: join(folder, 'journal'), clock, groupMs: 0 });
  for (let n = 0; n < 400; n += 1) {
    journal.append({ kind: 'event', topic: 'outage', at: n, data: { reason: 'a silent device' } });
  }
  await journal.close();
  const [name = ''] = await readdir(join(folder, 'journal'));
  file = join(folder, 'journal', name);
});
afterEach(async () => rm(folder, { recursive: true }));

async function run(...words: readonly string[]) {
  const [stdout, stderr] = [fakeOutput(), fakeOutput()];
  const context = { stdout, stderr, cwd: folder, env: {} } as unknown as CliContext;
  const code = await runProgram([journalCommand], ['journal', ...words], context).catch(
    (error: unknown) => (error as { code?: string }).code,
  );
  return { code, out: stdout.text(), err: stderr.text() };
}

async function damage(change: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(file, change(await readFile(file)));
}

test('status says what is there', async () => {
  const { code, out } = await run('status', folder);
  expect(code).toBe(0);
  expect(out).toMatch(/records {3}400, from 0 to 399\n/);
  expect(out).toMatch(/in 1 files\n/);
});

test('verify finds nothing in a journal that is whole', async () => {
  const { code, out, err } = await run('verify', folder);
  expect(out).toMatch(/^400 records, .* every byte is as it was written\n$/);
  expect([code, err]).toEqual([0, '']);
});

test('verify finds one flipped bit, and says where', async () => {
  await damage((bytes) => {
    bytes[5_000] = (bytes[5_000] ?? 0) ^ 4;
    return bytes;
  });
  const { code, out, err } = await run('verify', folder);
  expect(out).toMatch(/\d+ records are damaged or missing\n$/);
  expect(err).not.toBe('');
  expect(code).toBe(7);
});

test('verify says when the end is unfinished', async () => {
  await damage((bytes) => bytes.subarray(0, bytes.length - 3));
  const { code, out, err } = await run('verify', folder);
  expect(out).toMatch(/good but for the end\n$/);
  expect(err).toMatch(/a write that was cut short, or damage\n$/);
  expect(code).toBe(8);
});

test('it is also reached through the folder itself, and as JSON', async () => {
  const { out } = await run('verify', join(folder, 'journal'), '--json');
  expect(JSON.parse(out)).toMatchObject({ ok: true, records: 400, lost: 0 });
});

test('another word is refused with the one that was meant', async () => {
  expect((await run('verfy', folder)).code).toBe('usage');
});
