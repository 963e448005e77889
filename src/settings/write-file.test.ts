import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modeWithoutGroup, realDisk, replaceFile, type Disk } from './write-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-write-'));
  file = join(folder, 'gateway.yaml');
  writeFileSync(file, 'old');
});
afterEach(() => rmSync(folder, { recursive: true }));

const STEPS = ['realpath', 'stat', 'remove', 'create', 'rename', 'syncFolder'] as const;

/** A disk that fails at a step, before it or when it is half done, and at everything after it. */
function brokenDisk(step: (typeof STEPS)[number], isDone: boolean): Disk {
  let isBroken = false;
  const failing = Object.fromEntries(
    STEPS.map((name) => [
      name,
      async (...args: readonly unknown[]) => {
        if (!isBroken && name !== step) {
          return (realDisk[name] as (...all: readonly unknown[]) => Promise<unknown>)(...args);
        }
        const begins = !isBroken;
        isBroken = true;
        if (begins && isDone) {
          if (name === 'create') writeFileSync(String(args[0]), 'ne');
          else await (realDisk[name] as (...all: readonly unknown[]) => Promise<unknown>)(...args);
        }
        throw new Error('power cut');
      },
    ]),
  );
  return failing as unknown as Disk;
}

describe('a power cut leaves the old text or the new one', () => {
  test.each(STEPS.flatMap((step) => [[step, false] as const, [step, true] as const]))(
    'at %s, done: %s',
    async (step, isDone) => {
      await expect(replaceFile(file, 'new', brokenDisk(step, isDone))).rejects.toThrow('power cut');
      const isNew = step === 'syncFolder' || (step === 'rename' && isDone);
      expect(readFileSync(file, 'utf8')).toBe(isNew ? 'new' : 'old');
      // What it has left is in nobody's way.
      await replaceFile(file, 'newer');
      expect(readFileSync(file, 'utf8')).toBe('newer');
      expect(readdirSync(folder)).toEqual(['gateway.yaml']);
    },
  );
});

test('the mode and the owner stay, and the text is on the disk before its name', async () => {
  chmodSync(file, 0o640);
  const steps: string[] = [];
  const told = Object.fromEntries(
    STEPS.map((name) => [
      name,
      async (...args: readonly unknown[]) => {
        steps.push(name);
        return (realDisk[name] as (...all: readonly unknown[]) => Promise<unknown>)(...args);
      },
    ]),
  );
  await replaceFile(file, 'new', told as unknown as Disk);
  expect(statSync(file).mode & 0o7777).toBe(0o640);
  expect(steps).toEqual([...STEPS]);
});

test('behind a link the file itself is replaced, and the link stays', async () => {
  const link = join(folder, 'link.yaml');
  symlinkSync(file, link);
  await replaceFile(link, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(folder).sort()).toEqual(['gateway.yaml', 'link.yaml']);
});

test('a link in the place of what is written first leads nowhere', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'mine');
  symlinkSync(other, join(folder, '.gateway.yaml.dinrail-next'));
  await replaceFile(file, 'new');
  expect([readFileSync(other, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['mine', 'new']);
});

test.each([
  [0o644, 0o644],
  [0o640, 0o600],
  [0o664, 0o644],
  [0o660, 0o600],
  [0o2644, 0o644],
])('where the group cannot be kept, mode %o becomes %o', (mode, without) => {
  expect(modeWithoutGroup(mode)).toBe(without);
});
