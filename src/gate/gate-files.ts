import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../base/sync-folder.ts';

/**
 * The folder in which the gate keeps what must survive. Every method rejects when the disk refuses;
 * `append` may then have left a part of its bytes.
 */
export interface GateFiles {
  /** Names of all files, in no order. */
  list(): Promise<readonly string[]>;
  /** A whole file; undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Resolves when the bytes are on the disk behind what was there; makes the file if there is none. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Cuts a file to its first `size` bytes, on the disk; nothing where there is no such file. */
  truncate(name: string, size: number): Promise<void>;
  /** Resolves when the file is on the disk with these bytes; until then it is what it was before. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Only the account of the gateway reads who has written what. */
const MODE = 0o600;

/** Files of a real folder, which is made where it is missing. */
export async function gateFolder(folder: string): Promise<GateFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(folder, name);
  return {
    list: async () => readdir(folder),
    read: async (name) => unlessMissing(async () => readFile(at(name))),
    async append(name, bytes) {
      const isNew = await writeSynced(at(name), 'a', bytes);
      if (isNew) await syncFolder(folder);
    },
    async truncate(name, size) {
      await unlessMissing(async () => {
        await using file = await open(at(name), 'r+');
        await file.truncate(size);
        await file.datasync();
      });
    },
    async replace(name, bytes) {
      await writeSynced(at(`${name}.new`), 'w', bytes);
      await rename(at(`${name}.new`), at(name));
      await syncFolder(folder);
    },
    async remove(name) {
      await rm(at(name), { force: true });
    },
  };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** True when the file was empty before, and so may be new. */
async function writeSynced(path: string, flags: 'a' | 'w', bytes: Uint8Array): Promise<boolean> {
  await using file = await open(path, flags, MODE);
  const isNew = (await file.stat()).size === 0;
  await file.writeFile(bytes);
  await file.datasync();
  return isNew;
}
