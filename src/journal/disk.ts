import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { syncFolder } from '../base/sync-folder.ts';

/** Positions are ours: the append mode of the system would ignore them. */
export const WRITE_FLAGS = constants.O_RDWR | constants.O_CREAT;

/** What of the file system the journal uses; a test brings its own. Everything rejects as `node:fs` does. */
export interface Disk {
  /** Makes the folder, and those above it. */
  makeFolder(folder: string): Promise<void>;
  /** Names of what is in the folder. */
  list(folder: string): Promise<readonly string[]>;
  size(path: string): Promise<number>;
  /** `write` makes the file when it is not there, and cuts nothing. */
  open(path: string, mode: 'read' | 'write'): Promise<DiskFile>;
  remove(path: string): Promise<void>;
  /** Makes sure that files made in the folder are found after a power cut. */
  syncFolder(folder: string): Promise<void>;
}

export interface DiskFile {
  /** Reads up to the length of `into`; gives fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes all of the bytes. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Resolves when the disk says that everything written is safe (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export const realDisk: Disk = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true });
  },
  async list(folder) {
    return readdir(folder);
  },
  async size(path) {
    return (await stat(path)).size;
  },
  async open(path, mode) {
    const file = await open(path, mode === 'read' ? 'r' : WRITE_FLAGS, 0o640);
    return {
      async read(into, position) {
        let done = 0;
        while (done < into.length) {
          const { bytesRead } = await file.read(into, done, into.length - done, position + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return done;
      },
      async write(bytes, position) {
        let done = 0;
        while (done < bytes.length) {
          const rest = bytes.length - done;
          done += (await file.write(bytes, done, rest, position + done)).bytesWritten;
        }
      },
      async sync() {
        await file.datasync();
      },
      async close() {
        await file.close();
      },
    };
  },
  async remove(path) {
    await rm(path, { force: true });
  },
  syncFolder,
};
