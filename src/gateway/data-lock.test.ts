import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { DataInUseError, lockData, whoHasData } from './data-lock.ts';

let folder: string;
let warnings: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dinrail-lock-'));
  warnings = [];
});
afterEach(async () => rm(folder, { recursive: true }));

function host(pid: number) {
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  return { clock: new ManualClock(), logger, pid };
}

test('a data folder has one gateway at a time, and the second hears which one that is', async () => {
  const data = join(folder, 'new', 'data');
  const first = await lockData(data, host(812));
  const refused = lockData(data, host(813));
  await expect(refused).rejects.toBeInstanceOf(DataInUseError);
  await expect(refused).rejects.toThrow(
    /on the data folder .*\/new\/data already: process 812 on /,
  );
  expect(await whoHasData(data)).toMatch(/^process 812 on .* since \d{4}-/);
  await first.release();
  await first.release();
  expect(await whoHasData(data)).toBeUndefined();
  const next = await lockData(data, host(813));
  expect(await whoHasData(data)).toMatch(/^process 813 /);
  await next.release();
  expect(await readdir(data)).toEqual(['gateway.lock']);
});

test('whose name cannot be read is another process', async () => {
  const first = await lockData(folder, host(812));
  await writeFile(join(folder, 'gateway.json'), '{"pid":');
  await expect(lockData(folder, host(813))).rejects.toThrow('already: another process. Stop');
  await first.release();
});

test('a site without a folder has nothing to share', async () => {
  const locks = [await lockData(undefined, host(1)), await lockData(undefined, host(2))];
  for (const lock of locks) await lock.release();
});

test('where there can be no lock the log says so, and the gateway runs', async () => {
  await writeFile(join(folder, 'gateway.lock'), 'a file of somebody else, which is not empty');
  const lock = await lockData(folder, host(812));
  await lock.release();
  await (await lockData(join(folder, 'gateway.lock', 'data'), host(812))).release();
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/^nothing keeps a second gateway out of the data folder: /);
  expect(await whoHasData(join(folder, 'missing'))).toBeUndefined();
});
