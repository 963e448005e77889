import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../base/sync-folder.ts';

/** What of the file system the cursors and quarantines use; a test brings its own. */
export interface SinkFiles {
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names of what is in the folder; empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Writes a file anew and resolves when the disk has it. Makes the folder when it is missing. */
  write(path: string, text: string): Promise<void>;
  /** Appends to a file that may not exist yet, and resolves when the disk has it. */
  append(path: string, text: string): Promise<void>;
  /** Puts a file in the place of another, and resolves when that lasts. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** A power cut leaves the old contents or the new ones, and nothing between. */
export async function replaceFile(files: SinkFiles, path: string, text: string): Promise<void> {
  await files.write(`${path}.new`, text);
  await files.rename(`${path}.new`, path);
}

export const diskFiles: SinkFiles = {
  async read(path) {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async list(folder) {
    try {
      return await readdir(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  async write(path, text) {
    await mkdir(dirname(path), { recursive: true });
    await put(path, 'w', text);
  },
  async append(path, text) {
    await mkdir(dirname(path), { recursive: true });
    await put(path, 'a', text);
  },
  async rename(from, to) {
    await rename(from, to);
    // The name is in the folder, and lasts when the folder is on the disk.
    await syncFolder(dirname(to));
  },
  async remove(path) {
    await rm(path, { force: true });
  },
};

async function put(path: string, flags: 'w' | 'a', text: string): Promise<void> {
  const file = await open(path, flags, 0o640);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Files that live as long as the program. */
export function memorySinkFiles(contents: Map<string, string> = new Map()): SinkFiles {
  return {
    async read(path) {
      return contents.get(path);
    },
    async list(folder) {
      const prefix = `${folder}/`;
      return [...contents.keys()]
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length));
    },
    async write(path, text) {
      contents.set(path, text);
    },
    async append(path, text) {
      contents.set(path, (contents.get(path) ?? '') + text);
    },
    async rename(from, to) {
      const text = contents.get(from);
      if (text === undefined) throw Object.assign(new Error(`no file ${from}`), { code: 'ENOENT' });
      contents.delete(from);
      contents.set(to, text);
    },
    async remove(path) {
      contents.delete(path);
    },
  };
}
