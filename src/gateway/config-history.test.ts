import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepApplied } from './config-history.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dinrail-history-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function kept(): string[] {
  return readdirSync(join(folder, 'config-history')).sort();
}

async function apply(text: string, minute: number): Promise<void> {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, text);
  await keepApplied(folder, file, 1_767_225_600_000_000 + minute * 60_000_000);
}

test('each applied file is kept under its moment, the same text once', async () => {
  await apply('one', 0);
  await apply('one', 1);
  await apply('two', 2);
  await apply('one', 3);
  expect(kept()).toEqual([
    '2026-01-01T00-00-00.000Z.yaml',
    '2026-01-01T00-02-00.000Z.yaml',
    '2026-01-01T00-03-00.000Z.yaml',
  ]);
  expect(readFileSync(join(folder, 'config-history', kept()[1] ?? ''), 'utf8')).toBe('two');
});

test('fifty are kept, the oldest go', async () => {
  for (let minute = 0; minute < 53; minute += 1) await apply(String(minute), minute);
  expect(kept()).toHaveLength(50);
  expect(kept()[0]).toBe('2026-01-01T00-03-00.000Z.yaml');
});
