import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { auditCommand } from './audit.ts';
import { runProgram } from './command.ts';
import type { CliContext } from './context.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-audit-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['verify', '--data'],
  ['list', '--data'],
  ['verify', undefined],
])('%s %s of a folder without an audit does not call it sound', async (word, option) => {
  const args = option === undefined ? [folder] : [option, folder];
  const context = { cwd: folder } as unknown as CliContext;
  const done = runProgram([auditCommand], ['audit', word, ...args], context);
  await expect(done).rejects.toThrow(UsageError);
  await expect(done).rejects.toThrow(/there is no audit of .*name a site file, its data folder/);
});

test('nor that of a data folder whose folder gate is empty', async () => {
  mkdirSync(join(folder, 'gate'));
  const context = { cwd: folder } as unknown as CliContext;
  await expect(
    runProgram([auditCommand], ['audit', 'verify', '--data', folder], context),
  ).rejects.toThrow(/there is no audit/);
});
