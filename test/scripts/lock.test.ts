import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withLock } from '../../scripts/setup/lock.mjs';

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinrail-lock-'));
  lock = join(folder, 'home', 'lock');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('one works while the others wait', async () => {
  let working = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++working);
    await new Promise((resolve) => setTimeout(resolve, 20));
    working -= 1;
  };
  await Promise.all([withLock(lock, work), withLock(lock, work), withLock(lock, work)]);
  expect(most).toBe(1);
  expect(existsSync(lock)).toBe(false);
});

test('work that fails gives the lock back', async () => {
  const failing = withLock(lock, async () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a process that was killed is taken over', async () => {
  mkdirSync(lock, { recursive: true });
  utimesSync(lock, new Date(0), new Date(0));
  expect(await withLock(lock, async () => Promise.resolve('worked'))).toBe('worked');
  expect(existsSync(lock)).toBe(false);
});

test('a lock that is alive is not', async () => {
  mkdirSync(lock, { recursive: true });
  const waiting = withLock(lock, async () => Promise.resolve('worked'));
  setTimeout(() => rmSync(lock, { recursive: true }), 100);
  const started = performance.now();
  expect(await waiting).toBe('worked');
  expect(performance.now() - started).toBeGreaterThan(90);
});
