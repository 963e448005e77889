import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Versions, versionsFolder } from '../settings/versions.ts';
import { runProgram } from './command.ts';
import { configCommand } from './config-command.ts';
import type { CliContext } from './context.ts';

const text = (unit: number): string =>
  `version: 1\ndata: kept\ndevices:\n  a: { at: tcp://10.0.0.5, unit: ${unit}, points: { p: "hr:1" } }\n`;
const MIDNIGHT = 1_767_225_600_000_000;
const FIRST = '2026-01-01T00-00-00.000Z';

let folder: string;
let file: string;
let out: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-config-'));
  file = join(folder, 'gateway.yaml');
  out = '';
  writeFileSync(file, text(2));
  const versions = new Versions(versionsFolder(join(folder, 'kept')));
  await versions.keep(text(1), MIDNIGHT);
  await versions.keep(text(2), MIDNIGHT + 60_000_000, { who: 'mei', reason: 'moved' });
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...words: readonly string[]): Promise<number> {
  const output = {
    write: (more: string) => (out += more),
    ...{ isTerminal: false, columns: 80, rows: 24 },
  };
  const context = {
    ...{ stdout: output, stderr: output, env: { USER: 'ben' }, cwd: folder, packageRoot: folder },
    clock: new ManualClock(),
  } as unknown as CliContext;
  return runProgram([configCommand], ['config', ...words], context);
}

test('versions are listed with who and why, the newest first', async () => {
  expect(await run('versions')).toBe(0);
  const lines = out.trim().split('\n');
  expect(lines[1]).toMatch(/^2026-01-01T00-01-00\.000Z .* now +mei +moved$/);
  expect(lines[2]).toMatch(/^2026-01-01T00-00-00\.000Z/);
});

test('one is shown as it was, and compared with the file', async () => {
  await run('show', FIRST);
  expect(out).toBe(text(1));
  out = '';
  expect(await run('diff')).toBe(10);
  expect(out).toMatch(/^-4: .*unit: 1.*\n\+4: .*unit: 2/);
});

test('one is restored by the beginning of its name, and what was there is not lost', async () => {
  writeFileSync(file, `${text(3)}broken: [`);
  expect(await run('restore', '2026-01-01T00-00', '--reason', 'it was better')).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(text(1));
  out = '';
  await run('versions');
  expect(out.split('\n')[1]).toMatch(/now +ben +it was better$/);
  expect(out.trim().split('\n')).toHaveLength(5);
});

test.each([
  [['restore'], 'which one?'],
  [['show', '2027'], 'there is no version 2027'],
  [['show', '2026'], '2 versions begin with 2026'],
  [['restroe'], 'did you mean restore?'],
  [['versions', '--config', 'other.yaml'], 'there is no'],
])('%j is refused', async (words, problem) => {
  await expect(run(...words)).rejects.toThrow(problem);
});
