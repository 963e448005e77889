import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../base/sync-folder.ts';

/** Who a file belongs to, and who may do what with it. */
export interface FileOwner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What replacing a file does, step by step; a test stops between them. */
export interface Disk {
  /** The file itself, where the path is a link to it. */
  realpath(path: string): Promise<string>;
  stat(path: string): Promise<FileOwner>;
  /** Makes a file that nobody else can read before it has its owner, and resolves when the disk has it. */
  create(path: string, text: string, owner?: FileOwner): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Resolves when the disk has the names of a folder. */
  syncFolder(folder: string): Promise<void>;
}

export const realDisk: Disk = {
  ...{ realpath, stat, rename },
  async create(path, text, owner) {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      if (owner !== undefined) {
        // After the owner: that would take bits of it away.
        const mode = await giveTo(file, owner);
        await file.chmod(mode & 0o7777);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async remove(path) {
    await rm(path, { force: true });
  },
  syncFolder,
};

/** Gives the mode that is right for it afterwards. */
async function giveTo(file: FileHandle, { mode, uid, gid }: FileOwner): Promise<number> {
  const own = await file.stat();
  if (own.uid === uid && own.gid === gid) return mode;
  try {
    await file.chown(uid, gid);
    return mode;
  } catch (error) {
    // Our own file may have had a group that we are not in.
    if (own.uid !== uid) throw error;
    return modeWithoutGroup(mode);
  }
}

/** A mode for a file that comes to another group, which may do no more than everybody. */
export function modeWithoutGroup(mode: number): number {
  const everybody = mode & 0o007;
  return (mode & ~0o2070) | (mode & (everybody << 3) & 0o070);
}

/**
 * Gives a file another text, with the owner and the mode it had. Whatever happens meanwhile, the file has
 * the old text or the new one, and when this resolves the disk has it.
 */
export async function replaceFile(path: string, text: string, disk = realDisk): Promise<void> {
  const target = await disk.realpath(path);
  await putInPlace(target, text, disk, await disk.stat(target));
}

/** Makes a file that only the program can read, whole or not at all. */
export async function makeFile(path: string, text: string, disk = realDisk): Promise<void> {
  await putInPlace(path, text, disk);
}

async function putInPlace(
  target: string,
  text: string,
  disk: Disk,
  owner?: FileOwner,
): Promise<void> {
  const folder = dirname(target);
  const next = join(folder, `.${basename(target)}.dinrail-next`);
  // What a power cut has left.
  await disk.remove(next);
  try {
    await disk.create(next, text, owner);
    await disk.rename(next, target);
  } catch (error) {
    await disk.remove(next).catch(() => undefined);
    throw error;
  }
  await disk.syncFolder(folder);
}
