import { dirname } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';

/** Bytes that go to the end of a segment. */
export interface WriteJob {
  readonly path: string;
  readonly position: number;
  /** Nobody changes them until the job is done. */
  readonly parts: readonly Uint8Array[];
}

/** Writes one job at a time. The same job may be given again after it has failed. */
export interface SegmentWriter {
  /** Resolves when the bytes are safe on the disk, the name of a new file included. */
  write(job: WriteJob): Promise<void>;
  close(): Promise<void>;
}

/** Writes through a disk. The real one is waited for in a thread of the pool, which has no heap of its own. */
export function diskWriter(disk: Disk): SegmentWriter {
  let file: DiskFile | undefined;
  let path = '';

  async function closed(): Promise<void> {
    const before = file;
    file = undefined;
    await before?.close();
  }

  async function write(job: WriteJob): Promise<void> {
    if (file === undefined || path !== job.path) {
      await closed();
      file = await disk.open(job.path, 'write');
      path = job.path;
    }
    let { position } = job;
    for (const part of job.parts) {
      await file.write(part, position);
      position += part.length;
    }
    await file.sync();
    if (job.position === 0) await disk.syncFolder(dirname(job.path));
  }

  return {
    async write(job) {
      try {
        await write(job);
      } catch (error) {
        // A descriptor that has failed once may go on failing: the next try begins with a new one.
        await closed().catch(() => undefined);
        throw error;
      }
    },
    close: closed,
  };
}
