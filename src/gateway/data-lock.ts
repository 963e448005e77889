import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { GatewayError, describeError } from '../base/errors.ts';
import { utcIso } from '../base/time-format.ts';
import type { GatewayHost } from './gateway.ts';

const LOCK = 'gateway.lock';
/** Who has it, for people. */
const HOLDER = 'gateway.json';
/** How long somebody who only looks, or who is about to end, is waited for. */
const WAIT_MS = 1_000;
/** What SQLite says when somebody else has a file. */
const BUSY = 5;

/** Another gateway runs on the data folder. */
export class DataInUseError extends GatewayError {
  readonly code = 'data-in-use';
}

/** A data folder that is ours until it is released. */
export interface DataLock {
  release(): Promise<void>;
}

const NO_LOCK: DataLock = { release: async () => undefined };

/**
 * Keeps every other gateway out of a data folder. What holds is a lock of the operating system on a file,
 * which Node gives through SQLite only. It ends with the process, however that ends, so none is ever stale; it
 * is the file's, so it holds between containers as well. Where there can be none a line in the log says so.
 * Throws DataInUseError where another gateway has it.
 */
export async function lockData(
  folder: string | undefined,
  { clock, logger, pid }: Pick<GatewayHost, 'clock' | 'logger' | 'pid'>,
): Promise<DataLock> {
  if (folder === undefined) return NO_LOCK;
  let lock: DatabaseSync;
  try {
    await mkdir(folder, { recursive: true });
    lock = await exclusive(join(folder, LOCK));
  } catch (error) {
    if (isBusy(error)) throw inUse(folder, await holderOf(folder));
    const why = describeError(error);
    logger.warn(`nothing keeps a second gateway out of the data folder: ${why}`, { folder });
    return NO_LOCK;
  }
  const file = join(folder, HOLDER);
  const holder: Holder = { pid, host: hostname(), since: utcIso(clock.wallMicros()) };
  await writeFile(file, `${JSON.stringify(holder)}\n`).catch(() => undefined);
  return {
    async release() {
      if (!lock.isOpen) return;
      await rm(file, { force: true }).catch(() => undefined);
      lock.close();
    },
  };
}

/** Who has the data folder now; undefined: nobody. */
export async function whoHasData(folder: string): Promise<string | undefined> {
  try {
    const { DatabaseSync } = await import('node:sqlite');
    const file = new DatabaseSync(join(folder, LOCK), { readOnly: true, timeout: 0 });
    try {
      file.exec('SELECT * FROM sqlite_master');
    } finally {
      file.close();
    }
  } catch (error) {
    if (isBusy(error)) return holderOf(folder);
  }
  return undefined;
}

interface Holder {
  readonly pid: number | undefined;
  readonly host: string;
  readonly since: string;
}

async function exclusive(path: string): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite');
  const file = new sqlite.DatabaseSync(path, { timeout: WAIT_MS });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return (error as { readonly errcode?: unknown }).errcode === BUSY;
}

/** `process 812 on pi4 since 2026-02-27T09:37:29.412Z`. */
async function holderOf(folder: string): Promise<string> {
  try {
    const text = await readFile(join(folder, HOLDER), 'utf8');
    const { pid, host, since } = JSON.parse(text) as Holder;
    return `process ${pid ?? 'of unknown number'} on ${host} since ${since}`;
  } catch {
    return 'another process';
  }
}

function inUse(folder: string, holder: string): DataInUseError {
  return new DataInUseError(
    `a gateway runs on the data folder ${folder} already: ${holder}. Stop that one, or give this one ` +
      'a folder of its own, data in its site file',
  );
}
