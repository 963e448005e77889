import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/base/system-clock.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { plantRecord } from '../support/journal-records.ts';

const ROUNDS = 12;
const WRITER = join(import.meta.dirname, '../support/journal-writer.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lets a process write until it has confirmed a few times, and kills it; gives what it has confirmed. */
async function writeAndKill(confirmations: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    // Whatever it is doing at this moment: it stops for nobody.
    if (text.split('\n').length > confirmations) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return Number(text.split('\n').at(-2));
}

test(`${ROUNDS} times killed while it writes, everything it has confirmed is there`, async () => {
  let confirmed = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    confirmed = await writeAndKill(round * 3);
    const report = await verifyJournal(folder);
    expect(report).toMatchObject({ ok: true, lost: 0 });
    expect(report.records).toBeGreaterThanOrEqual(confirmed);
  }
  const journal = await openJournal({ folder, clock: systemClock });
  expect(journal.head).toBeGreaterThanOrEqual(confirmed);
  expect(journal.status().segments).toBeGreaterThanOrEqual(ROUNDS);
  for (let next = 0; next < journal.durable;) {
    const result = await journal.read(next, { samples: 500 });
    expect(result.lost).toBe(0);
    for (const record of result.records) {
      const at = record.kind === 'event' ? record.at : (record.samples[0]?.at ?? 0);
      const { epoch: _, sequence, ...body } = record;
      expect(body).toEqual(plantRecord(sequence, at));
    }
    next = result.next;
  }
  await journal.close();
}, 60_000);
